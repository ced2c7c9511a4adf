#!/bin/bash
# sl-pattern --live: in real time, with the capture time of each frame; frames that a slow reader misses are reported and add up.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
clip="$SL_SOURCE/tests/pipes/support/clip.py"
small="--size 320x180 --rate 50"
start=$(date +%s%N)
sl-pattern $small --live --duration 1s --sound tone > second.slw
took=$((($(date +%s%N) - start) / 1000000))
[ $took -ge 970 ] && [ $took -lt 3000 ] || fail "a second took $took ms"
[ "$(sl-pattern --read second.slw | wc -l)" = 50 ] || fail "frames are missing"
sl-tap < second.slw 2> tap.err > /dev/null
grep -q "age [0-9.]* s" tap.err || fail "no capture times"

# One that takes a moment to start misses nothing, and each picture has the time when it was due.
sl-pattern --size 1280x720 --rate 50 --live --frames 30 | { sleep 0.1; cat; } > late.slw
[ "$(sl-pattern --read late.slw | wc -l)" = 30 ] || fail "frames are missing that were not very late"

# A reader that sleeps: frames are left out, each is reported, and the numbers of the others stay.
sl-pattern --size 1280x720 --rate 50 --live --frames 100 | { sleep 1; cat; } > slow.slw
"$SL_PYTHON" - slow.slw << 'CHECK' || fail "events do not list the missing frames"
import os, struct, sys
sys.path.insert(0, os.environ["SL_SOURCE"] + "/bindings/python")
import streamlib
missing, numbers = set(), set()
reader = streamlib.Reader(open(sys.argv[1], "rb", buffering=0))
while record := reader.next():
    if record.type == streamlib.EVENT and record.json["event"] == "dropped":
        missing |= set(range(record.json["from"], record.json["to"] + 1))
    if record.type == streamlib.FRAME:
        numbers.add(struct.unpack_from("<Q", record.body)[0])
assert missing and not missing & numbers and missing | numbers == set(range(max(numbers | missing) + 1)), (missing, numbers)
CHECK

# One interrupt ends it well; without a reader it ends.
sl-pattern $small --live > stopped.slw & source=$!
sleep 0.5
kill -INT $source 2> /dev/null
kill -TERM $source
wait $source || fail "status $? of an interrupted live source"
sl-pattern --read stopped.slw > /dev/null
timeout 5 sl-pattern --size 16x16 --rate 1/10 --live | head -c 10 > /dev/null
[ "${PIPESTATUS[0]}" = 141 ] || fail "${PIPESTATUS[0]} without a reader"

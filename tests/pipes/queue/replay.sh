#!/bin/bash
# sl-replay: the last seconds at each signal, as streams of their own in numbered files; packets from a key frame on.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
export PYTHONPATH=$SL_SOURCE/bindings/python
cat > feed.py <<'END'
"""PID: frames to standard output, two at once after 30 and after 40 a signal to PID."""
import fcntl
import os
import signal
import struct
import sys
import termios
import time
import numpy
import streamlib

def asks():
    """A signal, when the reader has taken all."""
    while struct.unpack("i", fcntl.ioctl(1, termios.FIONREAD, b"    "))[0] != 0:
        time.sleep(0.01)
    os.kill(int(sys.argv[1]), signal.SIGUSR1)

with streamlib.Writer(1, tool="feed") as out:
    out.begin()
    out.track(1, streamlib.video("gray", 64, 48, time_base=[1, 25], rate=[25, 1]))
    out.attachment(1, "note", b"kept")
    for n in range(50):
        out.picture(1, numpy.full((48, 64), 4 * n, "u1"), number=n, pts=n, duration=1)
        out.event(1, {"event": "detection", "number": n})
        if n in (30, 40):
            asks()
END
mkfifo frames
sl-replay 400ms frames > replays.slw & pid=$!
"$SL_PYTHON" feed.py $pid > frames
wait $pid || fail "status $?"
cat > check.py <<'END'
import sys
import streamlib
streams = list()
for stream in streamlib.Reader(0):
    streams.append((list(stream), dict(stream.tracks)))
assert len(streams) == 2, len(streams)
for (frames, tracks), last in zip(streams, (30, 40)):
    numbers = [frame.number for frame in frames]
    assert last - 2 <= numbers[-1] <= last + 1, numbers
    assert numbers == list(range(numbers[-1] - 9, numbers[-1] + 1)), numbers
    assert all(frame.pts == frame.number and (frame.data == 4 * frame.number).all() for frame in frames)
    assert frames[0].attachments == {"note": b"kept"}, frames[0].attachments
END
"$SL_PYTHON" check.py < replays.slw || fail "replays"
sl-encode -o part-%d.mkv replays.slw
absent part-3.mkv
for n in 1 2; do
  [ "$(ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 part-$n.mkv)" = 10 ] || fail "part-$n.mkv"
done

# Packets: from the last key frame before its start, and all of it can be decoded.
sl-pattern --frames 100 --size 64x48 --sound click | sl-encode -o film.mkv --gop 12
sl-decode --packets film.mkv | sl-replay 1s --at-end > packets.slw
sl-info --frames --json packets.slw > packets.txt
[ "$(grep '"track":1,"number"' packets.txt | head -1 | grep -o '"number":[0-9]*\|"key":true' | tr '\n' ' ')" = '"number":72 "key":true ' ] ||
  fail "$(head -20 packets.txt)"
sl-pattern --read packets.slw | cut -d' ' -f1 > read.txt 2> read.err || fail "not decoded"
[ "$(wc -l < read.txt)" = 28 ] || fail "$(cat read.txt)"
sl-encode -o packets.mp4 packets.slw

# What memory does not hold is dropped, with a line; without a signal there is nothing.
sl-decode film.mkv | sl-replay 3s --at-end --max-memory 100K 2> short.err | sl-info --frames --json > short.txt
one_line short.err "only the last 0.[0-9]* s fit into --max-memory"
[ "$(grep -c '"track":1,"number"' short.txt)" -gt 5 ] || fail "$(cat short.txt)"
sl-replay 1s film.mkv 2> never.err > never.slw
one_line never.err "no replay was asked for"
expect_status 65 sl-encode -o never.mkv never.slw 2> empty.err
absent never.mkv

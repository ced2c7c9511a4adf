#!/bin/bash
# How several inputs end: one that fails fails the stage, unless it is optional; the shortest may end it for all.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
cat > make.py <<'END'
import sys
import numpy, sound, streamlib
with streamlib.Writer(1, tool="make-" + sys.argv[1]) as out:
    out.begin()
    if sys.argv[1] == "film":
        out.track(1, streamlib.video("gray", 320, 240, time_base=[1, 25]))
        for n in range(int(sys.argv[2])):
            out.picture(1, numpy.full((240, 320), 200, "u1"), number=n, pts=n, duration=1)
    else:
        out.track(1, sound.audio())
        for n, (start, block) in enumerate(sound.cut(sound.sound(int(sys.argv[2])), [1200])):
            out.picture(1, block, number=n, pts=start, duration=len(block))
END
"$SL_PYTHON" make.py film 50 > film.slw
"$SL_PYTHON" make.py sound 48000 > sound.slw
head -c 1000000 film.slw > cut.slw  # in the beginning of frame 14
count() { sl-info --frames "$1" | grep '^    tracks' || sl-info --frames "$1"; }

for cut in "cut.slw sound.slw" "sound.slw cut.slw"; do
  expect_status 65 sl-join $cut 2> cut.err > out.slw
  one_line cut.err 'sl-join: cut.slw: the wire is truncated'
done
expect_status 79 sl-join sound.slw <(cat cut.slw) 2> cut.err > out.slw
one_line cut.err 'sl-join: make-film.*: ended without END after frame 14'
sl-join sound.slw cut.slw 2> cut.err | expect_status 79 sl-encode .slw 2> last.err > out.slw
one_line last.err 'sl-join on .*: cut.slw: the wire is truncated'
photo 64 48 x.jpg
head -c 1000 x.jpg > cut.jpg
expect_status 65 sl-join sound.slw cut.jpg 2> cut.err > out.slw
one_line cut.err 'sl-decode: cut.jpg'
expect_status 66 sl-join sound.slw nowhere.slw 2> no.err > out.slw
one_line no.err 'nowhere.slw'
cat film.slw film.slw > two.slw
expect_status 65 sl-join two.slw sound.slw 2> two.err > out.slw
one_line two.err 'input 2 (sound.slw) has fewer streams than others have'
for twice in - '-[tracks=1]'; do
  expect_status 64 sl-join - "$twice" < film.slw 2> twice.err > out.slw
  one_line twice.err 'standard input can be one'
done

# An optional one: the open frame is completed, and called damaged.
for input in cut.slw nowhere.slw cut.jpg; do
  sl-join --optional 2 sound.slw $input 2> said.err > out.slw || fail "an optional $input"
  "$SL_PYTHON" - $input << 'END' || fail "the result of $input"
import sys
import sound
[(tracks, frames, events, stages, end)] = sound.read("out.slw")
assert len(sound.joined(frames[1])) == 48000
[event] = [e for e in events if e["event"] == "lost-input"]
assert event["input"] == 2 and sys.argv[1] in event["cause"]["message"], event
if sys.argv[1] == "cut.slw":
    assert len(frames[2]) == 14 and [f.damaged for f in frames[2]] == [False] * 13 + [True]
    assert (frames[2][12].data == 200).all() and (frames[2][13].data[-1] == 0).all()
    assert end["tracks"]["2"]["damaged"] == 1
END
done
expect_status 66 sl-join --optional 1 sound.slw nowhere.slw 2> no.err > out.slw
expect_status 66 sl-join --optional 1 nowhere.slw 2> no.err > out.slw
one_line no.err 'no input is left'
expect_status 64 sl-join --optional 3 sound.slw film.slw 2> no.err > out.slw

# The shortest: 2 s of film, 1 s of sound; and the endless input is stopped.
for order in "film.slw sound.slw" "sound.slw film.slw"; do
  sl-join --shortest $order > out.slw
  sl-info --frames --json out.slw | grep -o '"frames":[0-9]*' | sort > frames
  [ "$(echo $(cat frames))" = '"frames":25 "frames":40' ] || fail "$order: $(cat frames)"
done
test-live --rate 100 | sl-join --shortest - sound.slw > out.slw
sl-info --frames --json out.slw | grep -q '"frames":100,.*"frames":40' || fail "an endless input"

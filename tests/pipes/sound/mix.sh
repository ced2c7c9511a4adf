#!/bin/bash
# Sound added at its times, as numpy adds it, for any split into frames; the picture of the first input untouched.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
cat > make.py <<'END'
"""NAME SAMPLES SEED START SIZES: noise from START on, with a hole of 6000 samples at its sample 30000, in these blocks."""
import sys
import numpy, sound, streamlib
kind, count, seed, start, sizes = sys.argv[2], 60000, int(sys.argv[3]), int(sys.argv[4]), eval(sys.argv[5])
base = eval(sys.argv[6]) if len(sys.argv) > 6 else [1, 48000]
with streamlib.Writer(1, tool="make") as out:
    out.begin()
    out.track(2, sound.audio(kind, language="en") | {"time_base": base})
    out.track(4, streamlib.video("gray", 64, 48, time_base=[1, 25]))
    data, number, shown = sound.sound(count, 2, seed, kind), 0, 0
    for offset, part in ((0, data[:30000]), (36000, data[30000:])):
        for at, block in sound.cut(part, sizes):
            pts = start + offset + at
            while shown * 1920 <= pts - start:
                out.picture(4, numpy.full((48, 64), shown, "u1"), number=shown, pts=shown, duration=1)
                shown += 1
            out.picture(2, block, number=number, pts=round(pts * base[1] / base[0] / 48000))
            number += 1
END
cat > check.py <<'END'
"""SEED:KIND:START:GAIN...: the sum of these is what comes."""
import sys
import numpy, sound
[(tracks, frames, events, stages, end)] = sound.read(0)
assert tracks[2]["time_base"] == [1, 48000] and tracks[2]["language"] == "en" and list(tracks) == [2, 4]
inputs = [word.split(":") for word in sys.argv[2:]]
first, last = min(int(i[2]) for i in inputs), max(int(i[2]) for i in inputs) + 66000
last = int(sys.argv[1]) or last
total, there = numpy.zeros((last - first, 2)), numpy.zeros(last - first, bool)
for seed, kind, start, gain in inputs:
    data = sound.sound(60000, 2, int(seed), kind).astype("f8")
    data = (data - 128) / 128 if kind == "u8" else data if kind == "f32le" else data / 2.0 ** (8 * int(kind[1:3]) // 8 - 1)
    for begin, part in ((int(start) - first, data[:30000]), (int(start) - first + 36000, data[30000:])):
        part = part[:max(0, last - first - begin)]
        total[begin:begin + len(part)] += part * float(gain)
        there[begin:begin + len(part)] = True
kind = tracks[2]["samples"]
if kind == "f32le":
    total = total.astype("f4")
else:
    scale = {"u8": 128, "s16le": 32768, "s32le": 2 ** 31}[kind]
    total = numpy.clip(numpy.rint(total * scale), -scale, scale - 1) + (128 if kind == "u8" else 0)
came = numpy.zeros(last - first, bool)
for frame in frames[2]:
    at = frame.pts - first
    assert len(frame.samples) == frame.duration and (frame.samples == total[at:at + frame.duration]).all(), frame.pts
    assert not came[at:at + frame.duration].any()
    came[at:at + frame.duration] = True
assert came[there].all(), "something is missing"
assert (came & ~there).sum() <= 2048 * len(inputs)
assert len(frames[4]) == 35 and all((f.data == n).all() for n, f in enumerate(frames[4]))
END
make() { "$SL_PYTHON" make.py - "$@"; }
check() { "$SL_PYTHON" check.py "$@" || fail "$*"; }
sound_of() { sl-track audio "$1" | sl-decode | "$SL_PYTHON" -c '
import sound
for f in sound.read(0)[0][1][1]: print(f.pts, f.samples.tobytes().hex())'; }
make s16le 1 0 '[1024]' > a.slw
make s16le 1 0 '[1, 3000, 17, 1, 1, 4096]' > a-cut.slw
make s16le 1 0 '[1000]' '[1, 1000]' > a-coarse.slw
make s16le 1 0 '[480]' '[1, 90000]' > a-fine.slw
make f32le 2 1234 '[777]' > b.slw
make u8 3 90000 '[5000]' > c.slw
make f32le 4 17 '[999]' > d.slw
sl-mix a.slw | check 0 1:s16le:0:1
sl-mix a.slw b.slw c.slw > abc.slw
check 0 1:s16le:0:1 2:f32le:1234:1 3:u8:90000:1 < abc.slw
sound_of abc.slw > abc.txt
for a in a-cut a-coarse a-fine; do sl-mix $a.slw b.slw c.slw | sound_of - | cmp - abc.txt || fail "$a is mixed otherwise"; done
sl-mix --gain 2=x0.25 --gain 1=-20 d.slw b.slw | check 0 4:f32le:17:0.1 2:f32le:1234:0.25
sl-mix d.slw b.slw <(cat b.slw) | check 0 4:f32le:17:1 2:f32le:1234:1 2:f32le:1234:1
sl-mix --first a.slw "c.slw[tracks=audio:en]" b.slw | check 67200 1:s16le:0:1 2:f32le:1234:1
mkfifo slow
{ head -c 100000 b.slw; sleep 0.5; tail -c +100001 b.slw; } > slow &
cat a.slw | sl-mix - slow c.slw | sound_of - | cmp - abc.txt || fail "a slow input is mixed otherwise"
# One source for both.
sl-mix a.slw b.slw | tee slow | sl-mix - slow > twice.slw & twice=$!
wait $twice; sl-info --frames twice.slw > /dev/null || fail "a teed sound"

"$SL_PYTHON" -c '
import sound, streamlib
with streamlib.Writer(1) as out:
    out.begin(); out.track(1, sound.audio(rate=44100)); out.picture(1, sound.sound(100), pts=0)' > other.slw
expect_status 65 sl-mix a.slw other.slw 2> other.err > none.slw
one_line other.err 'input 2 (other.slw) has 44100 Hz and 2 channels but the first has 48000 Hz.*sl-resample'
sl-track video a.slw > silent.slw
expect_status 64 sl-mix a.slw silent.slw 2> silent.err > none.slw
one_line silent.err 'silent.slw has no track audio'
head -c 100000 b.slw > cut.slw
expect_status 65 sl-mix a.slw cut.slw 2> cut.err > none.slw
one_line cut.err 'cut.slw: the wire is truncated'
for gain in 3=1 2 =1 2=loud; do expect_status 64 sl-mix --gain $gain a.slw b.slw 2> gain.err > none.slw; done

#!/bin/bash
# sl-concat --fade: transitions and cross-faded sound as by ffmpeg's xfade and acrossfade; stills, silence, exact times.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
source() { ffmpeg -v error -f lavfi -i "$1=s=100x50:r=25:d=$2" -f lavfi -i "anoisesrc=d=$2:r=48000:seed=$2:a=0.5" \
  -c:v ffv1 -pix_fmt yuv444p -c:a pcm_s16le "$3"; }
source testsrc2 2 a.nut
source testsrc 3 b.nut
cat > differ.py <<'END'
"""For each frame of two files of pictures of 100x50 yuv444p: rows, columns and all samples that differ by more than 1."""
import sys
import numpy
a, b = (numpy.fromfile(name, "u1").reshape(-1, 3, 50, 100).astype(int) for name in ("ours", "theirs"))
assert a.shape == b.shape == (100, 3, 50, 100), (a.shape, b.shape)
other = (abs(a - b) > 1).any(axis=1)
rows, columns, frames = other.any(axis=2).sum(axis=1), other.any(axis=1).sum(axis=1), other.any(axis=(1, 2)).sum()
# Wipes of ffmpeg keep a row or column of the earlier picture more. Slides of ffmpeg are a pixel short where a float is.
good = {"fade": frames == 0, "wipe": min(rows.max(), columns.max()) <= 1, "slide": frames <= 8}
assert good[sys.argv[1].split("-")[0]], (sys.argv[1], frames, rows, columns)
END
for kind in fade wipe-left wipe-right wipe-up wipe-down slide-left slide-right slide-up slide-down; do
  ffmpeg -v error -i a.nut -i b.nut -lavfi "[0:v][1:v]xfade=transition=${kind/-/}:duration=1:offset=1" -f rawvideo - > theirs
  sl-concat --fade 1s --transition $kind a.nut b.nut > both.slw
  sl-encode -q .raw both.slw > ours
  "$SL_PYTHON" differ.py $kind || fail $kind
done
ffmpeg -v error -i a.nut -i b.nut -lavfi "[0:a][1:a]acrossfade=d=1:c1=qsin:c2=qsin" -f s16le - > theirs
sl-encode -q .pcm both.slw > ours
"$SL_PYTHON" -c 'import numpy
a, b = (numpy.fromfile(name, "<i2").astype(int) for name in ("ours", "theirs"))
assert a.size == b.size == 4 * 48000 and abs(a - b).max() <= 2, (a.size, b.size, abs(a - b).max())' || fail sound
for part in a b; do ffmpeg -v error -i $part.nut -c copy $part.mkv; done  # times are rounded to ms there
sl-concat --fade 1s a.mkv b.mkv | sl-encode -q .pcm | cmp - ours || fail "sound of mkv"
sl-info --frames --json both.slw | grep -o '"track":1,"number":[0-9]*' | cut -d: -f3 | cmp - <(seq 0 99) || fail "numbers"
sl-concat --fade 1s --transition slide-down <(cat a.nut) - < b.nut | sl-encode -q .raw |
  cmp - <(sl-encode -q .raw both.slw) || fail "other samples from pipes"

# Three parts; the middle one overlaps on both sides at once. The overlap of a film at 50 frames a second keeps its times.
cat > make.py <<'END'
"""VALUE FRAMES STEP RATE [LENGTH]: gray pictures at ticks of 1/RATE s, with sound if FRAMES is over 1."""
import sys
import numpy, sound, streamlib
value, frames, step, rate = map(int, sys.argv[1:5])
with streamlib.Writer(1, tool="make") as out:
    out.begin()
    out.track(1, streamlib.video("gray", 16, 16, time_base=[1, rate]))
    if frames > 1:
        out.track(2, sound.audio(rate=8000, channels=1))
    for n in range(frames):
        length = {"duration": step} if frames > 1 else {}
        out.picture(1, numpy.full((16, 16), value, "u1"), number=n, pts=n * step, **length)
        if frames > 1:
            each = 8000 * step // rate
            out.picture(2, numpy.full((each, 1), 1000 * value, "<i2"), number=n, pts=n * each)
END
make() { "$SL_PYTHON" make.py "$@"; }
make 10 25 1 25 > a.slw
make 20 60 1 50 > b.slw
make 30 1 1 1 > still.slw
cat > show.py <<'END'
"""Lines: of pictures their time, length and value; of sound the first and last time, and whether all samples are there."""
from fractions import Fraction
import sys
import numpy, sound
[(tracks, frames, *_)] = sound.read(0)
time = lambda f, t: float(Fraction(t * tracks[f.track]["time_base"][0], tracks[f.track]["time_base"][1]))
for f in frames[1]:
    assert (f.data == f.data[0, 0]).all()
    print("picture", f.number, time(f, f.pts), time(f, f.duration), f.data[0, 0])
at = time(frames[2][0], frames[2][0].pts)
for f in frames.get(2, []):
    assert abs(time(f, f.pts) - at) < 1e-9, (time(f, f.pts), at)
    at += len(f.samples) / 8000
print("sound", round(at, 9), len(sound.joined(frames[2])))
END
show() { "$SL_PYTHON" show.py; }
sl-concat --fade 800ms a.slw b.slw a.slw | show > three.txt || fail three
# 1 + 1.2 + 1 - 1.6 s: 20 pictures at 1/25 s from the start of the second on, then at 1/50 s, then at 1/25 s.
grep -qx "sound 1.6 12800" three.txt || fail "$(cat three.txt)"
grep -q "^picture 5 0.2 0.04 10$" three.txt && grep -q "^picture 15 0.6 0.04 1[45]$" three.txt && tail -2 three.txt | grep -q "1.56 0.04 10$" ||
  fail "$(cat three.txt)"

# A still is silent where films have sound, wherever it is.
for order in "still a still" "a still b"; do
  sl-concat --still 1500ms --fade 500ms $(printf '%s.slw ' $order) | show > "$order.txt" || fail "$order"
done
grep -qx "sound 3.0 24000" "still a still.txt" && grep -qx "sound 2.7 21600" "a still b.txt" || fail "$(tail -n1 ./*still*.txt)"
grep -qx "picture 0 0.0 1.0 30" "still a still.txt" || fail "$(cat "still a still.txt")"
sl-concat --still 2500ms still.slw still.slw | sl-info --frames --json | grep -o '"pts":[0-9]*,"duration":[0-9]*' > two.txt
printf '"pts":%s,"duration":5\n' 0 5 | cmp - two.txt || fail "$(cat two.txt)"

# What does not go.
expect_status 65 sl-concat --fade 2s a.slw b.slw 2> short.err > none.slw
one_line short.err "input 1 (a.slw): is shorter than --fade"
expect_status 65 sl-concat --fade 1100ms b.slw a.slw 2> short.err > none.slw
one_line short.err "input 2 (a.slw): is shorter than --fade"
expect_status 64 sl-concat --transition wipe-up a.slw b.slw 2> length.err > none.slw
expect_status 64 sl-concat --rate 2 --fade 1s a.slw b.slw 2> rate.err > none.slw
expect_status 78 sl-concat --fade 1s --max-memory 50K a.nut b.nut 2> memory.err > none.slw
grep -q "frames that wait for the next part takes" memory.err || fail "$(cat memory.err)"

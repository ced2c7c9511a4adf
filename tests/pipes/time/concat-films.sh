#!/bin/bash
# Films of different containers and frame rates in a row: every frame of both at its own exact distance from the next.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
encode() { ffmpeg -v error -f lavfi -i "testsrc2=s=64x48:r=$1:d=1" -f lavfi -i "sine=r=48000:d=1" -c:v libx264 -c:a flac "${@:3}" "$2"; }
encode 25 a.mp4 -strict -2
encode 30000/1001 b.mkv
cat > check.py <<'END'
from fractions import Fraction
import sys
import sound, streamlib
[stream] = [list(s) + [s.tracks] for s in streamlib.Reader(0)]
tracks, times = stream.pop(), {}
for frame in stream:
    base = tracks[frame.track]["time_base"]
    times.setdefault(frame.track, []).append((Fraction(frame.pts * base[0], base[1]), frame))
video = [t for t, f in next(v for n, v in times.items() if tracks[n]["kind"] == "video")]
steps = [b - a for a, b in zip(video, video[1:])]
first, second = (Fraction(1, 25), 25), (None, 30)
if sys.argv[1] == "mkv":
    first, second = second, first
assert len(video) == 55, len(video)
for (step, count), got in ((first, steps[:first[1] - 1]), (second, steps[first[1]:])):
    assert len(got) == count - 1
    assert all(s == step if step else s in (Fraction(33, 1000), Fraction(34, 1000)) for s in got), got
END
sl-concat a.mp4 b.mkv | "$SL_PYTHON" check.py mp4 || fail "mp4 and mkv"
sl-concat b.mkv a.mp4 | "$SL_PYTHON" check.py mkv || fail "mkv and mp4"
sl-concat a.mp4 b.mkv -o both.mkv
[ "$(ffprobe -v error -select_streams v -count_frames -show_entries stream=nb_read_frames -of csv=p=0 both.mkv)" = 55 ] || fail "encoded"

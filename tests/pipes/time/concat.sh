#!/bin/bash
# Parts one after another as one: each begins exactly when its predecessor ends; parts that do not fit are named.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
cat > make.py <<'END'
"""FRAMES SAMPLES [TRACK MEMBERS]: a film that begins at 3.2 s, at 25 frames a second, with sound at 44.1 kHz."""
import sys
import numpy, sound, streamlib
frames, samples, others = int(sys.argv[1]), int(sys.argv[2]), eval(sys.argv[3]) if len(sys.argv) > 3 else {}
with streamlib.Writer(1, tool="make") as out:
    out.begin()
    out.track(1, streamlib.video("gray", 64, 48, **{"time_base": [1, 12800], "title": "part", **others}))
    out.attachment(1, "icc", b"profile %d" % (frames // 10))
    if frames == 10:
        out.attachment(1, "exif", b"only here")
    if samples:
        out.track(2, sound.audio(rate=44100))
    for n in range(frames):
        out.picture(1, numpy.full((48, 64), n, "u1"), number=5 + n, pts=3200 * 12800 // 1000 + n * 512, duration=512, capture=n)
    if samples:
        out.event(2, {"event": "gap", "from": 3200 * 441 // 10, "to": 3200 * 441 // 10 + 7})
        for n, (start, block) in enumerate(sound.cut(sound.sound(samples), [1000])):
            out.picture(2, block, number=n, pts=3200 * 441 // 10 + start)
END
make() { "$SL_PYTHON" make.py "$@"; }
make 10 20000 > a.slw  # 0.4 s of picture, 0.4535 s of sound
make 20 30000 > b.slw  # 0.8 s, 0.68 s
cat > check.py <<'END'
from fractions import Fraction
import sys
import numpy, sound
[(tracks, frames, events, stages, end)] = sound.read(0)
parts = [{"a": (10, 20000), "b": (20, 30000)}[c] for c in sys.argv[1]]
start, pictures, blocks = Fraction(16, 5), [], []
for count, samples in parts:
    pictures += [(start + Fraction(n, 25), n, count) for n in range(count)]
    blocks += [(start + Fraction(at, 44100), at, samples) for at in range(0, samples, 1000)]
    start += max(Fraction(count, 25), Fraction(samples, 44100))
time = lambda frame, ticks: Fraction(ticks * tracks[frame.track]["time_base"][0], tracks[frame.track]["time_base"][1])
assert [time(f, f.pts) for f in frames[1]] == [p[0] for p in pictures]
assert [time(f, f.pts) for f in frames[2]] == [b[0] for b in blocks]
for frame, (_, n, count) in zip(frames[1], pictures):
    assert (frame.data == n).all() and frame.capture == n and time(frame, frame.duration) == Fraction(1, 25)
    assert frame.attachments == {"icc": b"profile %d" % (count // 10), **({"exif": b"only here"} if count == 10 else {})}
for frame, (_, at, samples) in zip(frames[2], blocks):
    assert (frame.data == sound.sound(samples)[at:at + 1000]).all()
gaps = [time(frames[2][0], e["from"]) for e in events if e["event"] == "gap"]
assert gaps == [b[0] for b in blocks if b[1] == 0], gaps
assert all(x.number < y.number for track in frames.values() for x, y in zip(track, track[1:]))
assert tracks[1]["title"] == "part"
END
check() { "$SL_PYTHON" check.py "$@" || fail "$*"; }
sl-concat a.slw b.slw a.slw | check aba
cat b.slw a.slw | sl-concat | check ba
sl-concat <(cat a.slw) - b.slw < b.slw | check abb
sl-concat a.slw | check a

# Other time bases: the coarsest that has the ticks of all, and no time is rounded.
sed 's/12800/90000/g; s/n \* 512/n * 3600/; s/duration=512/duration=3600/' make.py > finer.py
sed 's/12800/1000/g; s/n \* 512/n * 40/; s/duration=512/duration=40/' make.py > coarser.py
"$SL_PYTHON" finer.py 20 30000 > finer.slw
"$SL_PYTHON" coarser.py 20 30000 > coarser.slw
sl-concat a.slw finer.slw a.slw | check aba
sl-concat coarser.slw a.slw finer.slw | check bab
sl-concat a.slw finer.slw | sl-info --json | grep -q '"time_base":\[1,141120000\]' || fail "no common base"
cat a.slw finer.slw | expect_status 65 sl-concat 2> later.err > none.slw
one_line later.err 'stream 2: its times of 1/90000 s are not whole in .* 1/5644800 s (as a separate input'

# A film of pictures.
for n in 1 2 3; do photo 64 48 $n.jpg; done
cat 1.jpg 2.jpg 3.jpg | sl-concat --rate 30000/1001 > film.slw
sl-concat --rate 30000/1001 1.jpg 2.jpg 3.jpg > named.slw
for film in film named; do
  sl-info --frames --json $film.slw > $film.txt
  grep -q '"time_base":\[1001,30000\].*"rate":\[30000,1001\]' $film.txt || fail "no rate"
  [ "$(grep -o '"pts":[0-9]*,"duration":[0-9]*' $film.txt | tr '\n' ' ')" = \
    '"pts":0,"duration":1 "pts":1,"duration":1 "pts":2,"duration":1 ' ] || fail "$(cat $film.txt)"
done
expect_status 65 sl-concat 1.jpg 2.jpg 2> still.err > none.slw
one_line still.err 'no known end: --rate'
expect_status 64 sl-concat --rate 25 a.slw 2> sound.err > none.slw
one_line sound.err 'a.slw.* has a track of audio'

# As separate streams.
sl-concat --each 1.jpg a.slw b.slw > each.slw
[ "$(sl-info --frames --json each.slw | grep -c '"stream":')" = 3 ] || fail "not three streams"

# What does not fit is named.
refused() {
  expect_status 65 sl-concat a.slw other.slw 2> refused.err > none.slw
  one_line refused.err "sl-concat: input 2 (other.slw): .*$1"
}
make 3 0 > other.slw; refused 'has 1 tracks but the first has 2'
make 3 9 '{"time_base": [1, 2147483629]}' > other.slw; refused 'its times of 1/2147483629 s have no time base in common'
make 3 9 '{"matrix": 1}' > other.slw; refused 'track 1 has other colours'
make 3 9 '{"sample_aspect": [4, 3]}' > other.slw; refused 'track 1 has sample aspect 4/3 but the first has'
photo 80 48 4.jpg
cat 1.jpg 4.jpg | expect_status 65 sl-concat --rate 5 2> refused.err > none.slw
one_line refused.err 'standard input), stream 2: track 1 has size 80x48 but the first has 64x48 (--each'
for rate in 0 25x 1/0 -1; do expect_status 64 sl-concat --rate=$rate 1.jpg 2> rate.err > none.slw; done
head -c 50000 b.slw > cut.slw
expect_status 65 sl-concat a.slw cut.slw 2> cut.err > none.slw
one_line cut.err 'cut.slw: the wire is truncated'
sl-concat a.slw cut.slw 2> cut.err | expect_status 79 sl-info --frames 2> info.err > info

#!/bin/bash
# Sound louder and softer: the values that numpy computes, for any split into frames and pieces; pictures untouched.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
cat > check.py <<'END'
import sys
import numpy, sound, streamlib
kind, gain = sys.argv[1], float(sys.argv[2])
data, picture = sound.sound(5000, 3, 7, kind), numpy.arange(48, dtype="u1").reshape(4, 4, 3)
if sys.argv[3] == "make":
    with streamlib.Writer(1) as out:
        out.begin()
        out.track(2, sound.audio(kind, 44100, 3, title="noise"))
        out.track(5, streamlib.video("rgb24", 4, 4, time_base=[1, 25]))
        for number, (start, block) in enumerate(sound.cut(data, [1, 999, 7, 2000])):
            out.frame(2, streamlib.Frame(2, number, start, len(block), capture=start))
            pieces = [block[: len(block) // 3], block[len(block) // 3:]] if len(block) > 3 else [block]
            for at, piece in enumerate(pieces):
                out.piece(2, numpy.ascontiguousarray(piece).view("u1").reshape(-1), at + 1 == len(pieces))
            out.picture(5, picture, number=number, pts=number)
else:
    [(tracks, frames, events, stages, end)] = sound.read(0)
    assert tracks[2]["title"] == "noise" and [s["tool"] for s in stages][0] == "sl-gain", (tracks, stages)
    assert all((frame.data == picture).all() for frame in frames[5])
    assert [(f.pts, f.duration, f.capture, f.number) for f in frames[2]] == \
        [(start, len(block), start, n) for n, (start, block) in enumerate(sound.cut(data, [1, 999, 7, 2000]))]
    wide = data.astype("f8")
    if kind == "f32le":
        expected = (wide * gain).astype("f4")
    else:
        zero, limits = 128 if kind == "u8" else 0, numpy.iinfo(data.dtype)
        expected = numpy.clip(numpy.rint((wide - zero) * gain) + zero, limits.min, limits.max).astype(data.dtype)
    assert (sound.joined(frames[2]) == expected).all(), kind
    cut_off = 0 if kind == "f32le" else int((numpy.abs((wide - zero) * gain) > -(int(limits.min) - zero)).sum())
    reported = [event["why"] for event in events if event["event"] == "not-carried"]
    assert reported == ([f"{cut_off} samples are beyond full scale and are cut off"] if cut_off else []), (reported, cut_off)
    assert (expected == data).all() == (gain == 1)
END
for kind in u8 s16le s32le f32le; do
  for gain in 0.3 2; do
    "$SL_PYTHON" check.py $kind $gain make > x.slw
    sl-gain x$gain x.slw 2> gain.err | "$SL_PYTHON" check.py $kind $gain check || fail "$kind x$gain"
    if [ $gain = 2 ] && [ $kind != f32le ]; then one_line gain.err "track 2: .* are cut off"; else [ ! -s gain.err ] || fail "a line"; fi
  done
  sl-gain -20 x.slw | "$SL_PYTHON" check.py $kind 0.1 check || fail "$kind -20 dB"
  sl-gain 0 --tracks audio:1 < x.slw | "$SL_PYTHON" check.py $kind 1 check || fail "$kind 0 dB"
  sl-gain --tracks 5 +6dB < x.slw | "$SL_PYTHON" check.py $kind 1 check || fail "another track"
done
for bad in loud 500 x-1; do
  expect_status 64 sl-gain -- "$bad" x.slw 2> usage.err > none.slw
  one_line usage.err "sl-gain: .*\"$bad\""
done

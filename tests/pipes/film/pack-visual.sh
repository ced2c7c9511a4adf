#!/bin/bash
# sl-pack visual: film, stills and sound with a loss that is hardly seen; what is said of them comes out as it went in.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
export PYTHONPATH="$SL_SOURCE/bindings/python:$PYTHONPATH"
packed_as() { sl-pack visual "${@:2}" > packed.slw && grep -aq "\"codec\":\"$1\"" packed.slw || fail "$* is not $1"; }
similar() { # FILE FILE LEAST: by SSIM
  sl-compare "$1" "$2" > compared || true
  "$SL_PYTHON" -c 'import re, sys; sys.exit(float(re.search(r"ssim ([0-9.]+)", sys.argv[1])[1]) < float(sys.argv[2]))' \
    "$(tail -1 compared)" "$3" || fail "$1 and $2: $(tail -1 compared)"
}
# film PIXELS WIDTH HEIGHT RANGE CHROMA: smooth pictures that move, with all that can be said of them.
film() {
  "$SL_PYTHON" - "$@" << 'END'
import sys, numpy, streamlib
pixels, width, height, range_, chroma = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:6]
kind = streamlib.pixel_formats[pixels]
with streamlib.Writer(1, tool="film") as out:
    out.begin()
    out.track(1, streamlib.video(pixels, width, height, time_base=[1, 90000], primaries=9, transfer=16, matrix=9, range=range_,
                                 chroma=chroma, rate=[30, 1], hdr={"max_cll": 1000}, sample_aspect=[4, 3], orientation=6,
                                 source="cam", clock={"id": "utc"}))
    for n in range(12):
        planes = []
        for shape in kind.shapes(width, height):
            y, x = numpy.indices(shape)
            wave = 0.5 + 0.3 * numpy.sin((x + 2 * n) / 9) * numpy.cos(y / 7)
            planes.append((wave * ((1 << kind.bits) - 1)).astype(kind.dtype))
        out.picture(1, planes, number=5 + 2 * n, pts=3000 * n + n % 2, duration=2999, capture=10**18 + n, wall=10**18 + 7 * n,
                    metadata={"geometry": {"n": n}})
    out.end()
END
}
# The TRACK and all facts of the frames.
said() {
  "$SL_PYTHON" -c '
import streamlib
for stream in streamlib.Reader(0):
    for frame in stream:
        print(frame.number, frame.pts, frame.duration, frame.capture, frame.wall, frame.metadata, frame.damaged)
    print(sorted(stream.tracks[1].items()))'
}

for given in 'yuv420p 64 48 limited topleft' 'yuv420p 64 48 full center' 'yuv422p 64 48 limited left' 'yuv444p 63 47 limited left' \
    'yuv420p10le 64 48 limited left' 'yuv422p10le 64 48 full left'; do
  film $given > film.slw
  packed_as h264 film.slw
  sl-decode packed.slw > after.slw
  said < film.slw > before
  said < after.slw | cmp -s before - || fail "$given: $(said < after.slw | diff before - | head -4)"
  similar film.slw after.slw 0.97
done
grep -aq '"does":"packs with loss' packed.slw || fail "STAGE does not say what was done"
film yuv420p 63 47 limited left | sl-pack visual | sl-info - > odd || fail "odd sizes"
grep -q 63x47 odd || fail "the size changed: $(cat odd)"

photo 320 240 photo.png
packed_as mjpeg photo.png
similar photo.png packed.slw 0.95
expect_status 65 sl-pack visual <(sl-convert --format rgba photo.png) 2> alpha.err > alpha.slw
grep -q 'is rgba: visual packing cannot keep alpha; --flatten' alpha.err || fail "alpha is not refused"
sl-convert --format rgba photo.png | sl-pack visual --flatten --background white > flat.slw || fail "--flatten"
similar photo.png flat.slw 0.95
expect_status 64 sl-pack --crf 20 photo.png 2> usage.err > usage.slw

# Sound: as many samples, from the same time on.
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/film_wire.py" size=64x48 frames=25 sound=s16le seconds=1 > sound.slw
packed_as opus sound.slw
[ "$(sl-decode packed.slw | "$SL_PYTHON" -c '
import streamlib
for stream in streamlib.Reader(0):
    blocks = [frame for frame in stream if frame.track == 2]
    print(blocks[0].pts, sum(len(frame.samples) for frame in blocks))')" = "0 48000" ] || fail "the sound is longer or shorter"

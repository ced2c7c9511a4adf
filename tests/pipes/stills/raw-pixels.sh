#!/bin/bash
# Raw pixels in and out: every format of the wire, a head, a stride, several pictures, film; and what a mistake shows.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 61 43 a.png
sl-encode .ppm a.png > a.ppm
sl-encode -o a.raw a.png 2> raw.err
one_line raw.err "left out: size and format (raw has no place for them; sl-decode --raw 61x43:rgb24 reads them)"
tail -c $((61 * 43 * 3)) a.ppm | cmp - a.raw || fail "the samples of PPM"
sl-decode --raw 61x43:rgb24 a.raw | sl-encode .ppm | cmp - a.ppm || fail "from a file"
cat a.raw | sl-decode --raw 61x43:rgb24 | sl-encode .ppm | cmp - a.ppm || fail "from a pipe"
sl-encode .ppm 'a.raw[raw=61x43:rgb24]' | cmp - a.ppm || fail "any stage, with brackets"
sl-encode -q --format raw -o plain a.png
cmp a.raw plain || fail "--format raw"

# Every format keeps its bytes.
sl-decode --raw 1x1:nothing a.raw 2>&1 > none.slw | tr -d , | tr ' ' '\n' | grep -x '[a-z]*[0-9]*[a-z0-9]*' > words || true
formats=0
for pixels in $(grep -x 'gray.*\|ya.*\|rgb.*\|yuv.*\|gbr.*\|nv12\|p010le\|uyvy422' words); do
  sl-convert --format "$pixels" a.png > f.slw 2> /dev/null || continue
  sl-encode -q .raw < f.slw > f.raw
  sl-decode --raw "61x43:$pixels" f.raw | sl-encode -q .raw | cmp - f.raw || fail "$pixels"
  formats=$((formats + 1))
done
[ "$formats" -ge 50 ] || fail "only $formats formats"

# The order of planes is FFmpeg's.
if command -v ffmpeg > /dev/null; then
  ffmpeg -v error -y -i a.png -pix_fmt gbrp -f rawvideo f.raw
  sl-decode --raw 61x43:gbrp f.raw | sl-encode .ppm | cmp - a.ppm || fail "FFmpeg's gbrp"
fi

# A head and a stride; planes of chroma have half of it.
"$SL_PYTHON" - << 'END'
import numpy
pixels = numpy.fromfile("a.raw", "u1").reshape(43, 183)
open("b.raw", "wb").write(b"head of 16 bytes" + numpy.pad(pixels, ((0, 0), (0, 9)), constant_values=77).tobytes())
y, u, v = (numpy.arange(r * c, dtype="u1").reshape(r, c) for r, c in ((4, 6), (2, 3), (2, 3)))
wide = [numpy.pad(plane, ((0, 0), (0, end))) for plane, end in ((y, 2), (u, 1), (v, 1))]
open("wide.raw", "wb").write(b"".join(plane.tobytes() for plane in wide))
open("packed.raw", "wb").write(b"".join(plane.tobytes() for plane in (y, u, v)))
END
sl-decode --raw 61x43:rgb24:skip=16:stride=192 b.raw | sl-encode .ppm | cmp - a.ppm || fail "skip and stride"
sl-decode --raw 6x4:yuv420p:stride=8 wide.raw | sl-encode -q .raw | cmp - packed.raw || fail "the stride of chroma"

# Pictures without times are streams of their own, with a rate they are film.
cat a.raw a.raw a.raw > three.raw
sl-decode --raw 61x43:rgb24 three.raw | sl-encode -o p-%d.ppm
cmp p-3.ppm a.ppm || fail "the third picture"
absent p-4.ppm
sl-decode --raw 61x43:rgb24 three.raw | sl-encode -q .raw | cmp - three.raw || fail "all in one file"
sl-decode --raw 61x43:rgb24@30000/1001 three.raw | sl-info --json > film.json
[ "$(sl-decode --raw 61x43:rgb24@30000/1001 three.raw | sl-info --frames | grep -c "^  frame:")" = 3 ] || fail "three frames"
grep -q 30000 film.json || fail "the rate"
# Much film in little memory.
[ "$(head -c 99000000 /dev/zero | sl-decode --max-memory 1M --raw 1000x1000:rgb24@25 | sl-encode -q --max-memory 1M .raw | wc -c)" = 99000000 ] || fail "memory"

# A camera that is stopped in the middle of a frame leaves whole ones.
test-live --rate 5 --rows-delay 30 -o camera.raw 2> camera.err & stage=$!
sleep 1
kill -TERM $stage
expect_status 0 wait $stage
shape=$(sed -n 's/.*--raw \([^ ]*\) reads.*/\1/p' camera.err)
sl-decode --raw "$shape" camera.raw > camera.slw || fail "a frame in part, of $shape"

# Mistakes.
head -c 20000 three.raw > cut.raw
expect_status 65 sl-encode -o none-%d.ppm 'cut.raw[raw=61x43:rgb24]' 2> cut.err
grep -q "raw pixels: ends in frame 3, after 4262 of its 7869 bytes" cut.err || fail "cut: $(cat cut.err)"
absent none-3.ppm
head -c 2623 a.raw > gray.raw
expect_status 65 sl-encode -o none.png 'gray.raw[raw=61x43:rgb24]' 2> gray.err
one_line gray.err "ends in frame 1, after 2623 of its 7869 bytes; all 2623 bytes would be 61x43:gray"
absent none.png
(printf 'a head'; cat a.raw) > headed.raw
expect_status 65 sl-decode --raw 61x43:rgb24 headed.raw 2> headed.err > none.slw
one_line headed.err "61x43:rgb24:skip=6"
sl-decode --salvage --raw 61x43:rgb24 cut.raw 2> salvage.err | sl-encode -q -o s-%d.ppm
one_line salvage.err "the rest of the frame is filled with zero"
cmp s-2.ppm a.ppm || fail "--salvage"
for wrong in 61x43 61:rgb24 61x43:rgb25 61x43:rgb24:stride=10 61x43:rgb24:skip=x 0x1:gray 61x43:rgb24@0; do
  expect_status 64 sl-decode --raw "$wrong" a.raw 2> wrong.err > none.slw
  one_line wrong.err "raw: "
done
expect_status 78 sl-decode --raw 100000x100000:rgb24 a.raw 2> large.err > none.slw
one_line large.err "max-pixels"

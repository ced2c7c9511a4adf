#!/bin/bash
# sl-hash: the exact hash against sha256sum, the look of copies and of other pictures, film, --near, wrong lists.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 290 442 x.png
sl-encode -o x.bmp x.png
sl-encode -o 'x.webp[lossless]' x.png

# Exact: of the size and the samples as R'G'B', the same in each format.
expected=$( (echo "rgb24 290x442"; sl-encode .ppm x.png | tail -c $((290 * 442 * 3))) | sha256sum | cut -d ' ' -f 1)
for file in x.png x.bmp x.webp; do
  read -r exact look number name < <(sl-hash $file)
  [ "$exact" = "$expected" ] && [ "$number" = 0 ] && [ "$name" = $file ] && [ ${#look} = 16 ] || fail "$file: $exact $look $number $name"
done
printf 'P5 2 1 65535\n\1\2\3\4' > deep.pgm  # big-endian; gray is the same as equal R, G and B
[ "$(sl-hash deep.pgm | cut -d ' ' -f 1)" = "$( (echo "rgb48le 2x1"; printf '\2\1\2\1\2\1\4\3\4\3\4\3') | sha256sum | cut -d ' ' -f 1)" ] || fail "16 bits"
cat x.png | sl-flip horizontal | sl-flip horizontal | sl-hash | grep -q "^$expected" || fail "through a pipe"

# The look: of copies at most 8 bits apart, of other pictures more than 12. The pictures have the spectrum of photographs.
"$SL_PYTHON" << 'END'
import numpy as np
random = np.random.default_rng(7)
for number in range(1, 41):
    frequency = np.hypot(np.fft.fftfreq(320)[:, None] * 320, np.fft.fftfreq(480)[None, :] * 480)
    spectrum = random.standard_normal((3, 320, 480)) + 1j * random.standard_normal((3, 320, 480))
    spectrum[1:] = 0.8 * spectrum[0] + 0.6 * spectrum[1:]  # channels are alike
    picture = np.fft.ifft2(spectrum / np.maximum(frequency, 1) ** 1.1).real
    picture = (picture - picture.mean()) / picture.std() * 45 + 120
    samples = picture.clip(0, 255).astype(np.uint8).transpose(1, 2, 0)
    open(f"p{number}.ppm", "wb").write(b"P6 480 320 255\n" + samples.tobytes())
END
sl-hash p?.ppm p??.ppm > known.txt
for i in $(seq 1 2 40); do
  sl-encode -o copy-jpeg.jpg -Q 50 p$i.ppm
  sl-resize 50% p$i.ppm -o copy-half.png
  sl-convert --to gray p$i.ppm -o copy-gray.png
  sl-crop 98%x98% --gravity center p$i.ppm -o copy-crop.png
  for copy in copy-*; do
    sl-hash --near known.txt $copy > near.txt || fail "$copy of $i is unlike it: $(sl-hash $copy; grep " p$i.ppm$" known.txt)"
    [ "$(wc -l < near.txt)" = 1 ] && grep -q " p$i.ppm$" near.txt || fail "$copy of $i is near others: $(cat near.txt)"
  done
done
for i in $(seq 1 40); do
  [ "$(sl-hash --near known.txt --bits 12 p$i.ppm | wc -l)" = 1 ] || fail "$i is near another one: $(sl-hash --near known.txt --bits 12 p$i.ppm)"
done

# Film frame by frame; several inputs; upright, however it is stored.
cat p1.ppm p2.ppm p3.ppm | sl-concat --rate 25 > film.slw
sl-hash film.slw | cut -d ' ' -f 3 | xargs > numbers.txt
[ "$(cat numbers.txt)" = "0 1 2" ] || fail "frames: $(cat numbers.txt)"
[ "$(sl-hash film.slw | cut -d ' ' -f 1,2)" = "$(head -n 3 known.txt | cut -d ' ' -f 1,2)" ] || fail "frames of a film"
expect_status 1 sl-hash --near known.txt --bits 0 x.png > none.txt
[ ! -s none.txt ] || fail "an unknown picture is near: $(cat none.txt)"
sl-hash --near known.txt --bits 0 p7.ppm | grep -q "^0 .* p7.ppm$" || fail "the same picture"

echo "no hash" > wrong.txt
expect_status 65 sl-hash --near wrong.txt x.png 2> wrong.err
one_line wrong.err "wrong.txt: line 1 is not of sl-hash"
expect_status 66 sl-hash --near missing.txt x.png 2> missing.err
head -c 4000 x.png > cut.png
expect_status 65 sl-hash cut.png 2> cut.err > cut.txt
one_line cut.err cut.png

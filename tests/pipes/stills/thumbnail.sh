#!/bin/bash
# sl-thumbnail: sizes, what is left out, the picture of other programs, films, crops near those of vips, wrong arguments.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 1600 1200 x.jpg
for pair in 100:100x75 100x50:67x50 80x:80x60 x30:40x30 '9000>:1600x1200' '100!:100x100' '2000x<:2000x1500'; do
  sl-thumbnail "${pair%:*}" x.jpg | sl-info - | grep -q " ${pair##*:} " || fail "$pair: $(sl-thumbnail "${pair%:*}" x.jpg | sl-info -)"
done
sl-thumbnail --crop top 90x120 x.jpg | sl-info - | grep -q ' 90x120 ' || fail "a crop"

# As the whole picture made smaller, up to rounding: the mean of each block is exact, chroma is not upsampled.
sl-thumbnail 80 x.jpg -o own.png
sl-resize 80x80 x.jpg -o other.png
same_pixels own.png other.png 6

# Upright, without metadata; the wire as the file; from a pipe.
sl-decode x.jpg > x.slw
sl-thumbnail 80 x.slw -o wire.png
same_pixels own.png wire.png 6
cat x.jpg | sl-thumbnail 80 | sl-encode .png > piped.png
cmp own.png piped.png
for orientation in 3 6; do
  "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/orient.py" x.jpg $orientation turned.jpg 2> /dev/null || break
  sl-thumbnail 100x40 turned.jpg | sl-info --json - > turned.json
  grep -q orientation turned.json && fail "an orientation is left: $(cat turned.json)"
done

# In sRGB from any profile.
sl-convert --to p3 x.jpg -o p3.jpg
sl-info --json p3.jpg | grep -q icc || fail "no profile to remove"
sl-thumbnail 80 p3.jpg -o srgb.png
sl-info --json srgb.png | grep -q icc && fail "a profile is left"
same_pixels own.png srgb.png 12

# Several pictures, each a thumbnail; the frame of a film that is most like the others, and one at a time.
cat x.jpg x.jpg | sl-thumbnail 40 | sl-encode -o 'each-%d.png'
[ "$(ls each-*.png | wc -l)" = 2 ] || fail "several pictures"
{ sl-pattern red --size 64x48; } > red.slw
sl-concat --rate 10 $(printf 'red.slw %.0s' 1 2 3 4 5 6) <(sl-pattern blue --size 64x48) $(printf 'red.slw %.0s' 1 2 3) > film.slw
sl-thumbnail 32 film.slw | sl-encode .ppm > typical.ppm
sl-thumbnail 32 red.slw | sl-encode .ppm > red.ppm
cmp typical.ppm red.ppm || fail "the typical frame"
sl-thumbnail 32 --at 0.65s film.slw | sl-encode .ppm > blue.ppm
cmp -s blue.ppm red.ppm && fail "the frame at a time"
sl-encode -o film.mkv film.slw
sl-thumbnail 32 film.mkv | sl-info - | grep -q ' 32x24 ' || fail "a film in a file"
cat film.mkv | sl-thumbnail 32 --at 0.65s | sl-encode .ppm > piped.ppm
same_pixels piped.ppm blue.ppm 12

for bad in 0 a 50% 10:20; do
  [ "$bad" = 50% ] || [ "$bad" = 10:20 ] || expect_status 64 sl-thumbnail "$bad" x.jpg 2> usage.err > none.slw
done
expect_status 64 sl-thumbnail --crop attention 100x x.jpg 2> usage.err > none.slw
one_line usage.err "320x200"
expect_status 64 sl-thumbnail --crop nowhere 100 x.jpg 2> usage.err > none.slw
one_line usage.err "attention, entropy"
sl-pattern --duration 1s --sound click | sl-track audio > sound.slw 2> /dev/null || sl-decode --audio film.mkv > sound.slw 2> /dev/null || exit 0
expect_status 65 sl-thumbnail 32 sound.slw 2> sound.err > none.slw

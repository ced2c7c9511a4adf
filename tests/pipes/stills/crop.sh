#!/bin/bash
# sl-crop and sl-flip: the pixels of other programs, tiles, borders, boxes, orientation tags, pipes in small memory, and
# wrong rectangles.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 96 64 x.png
ffmpeg -v error -i x.png -pix_fmt rgb24 reference.ppm
for pair in 31x21+5+7:crop=31:21:5:7 50%:crop=48:32:24:16 16:9:crop=96:54:0:5 40:30:3:9:crop=40:30:3:9 x20:crop=96:20:0:22; do
  filter=crop=${pair#*:crop=}
  sl-crop "${pair%:crop=*}" x.png | sl-encode .ppm > own.ppm
  ffmpeg -v error -y -i reference.ppm -vf "$filter" other.ppm
  cmp own.ppm other.ppm || fail "${pair%:crop=*}"
done
sl-crop --gravity southeast 10x8+2+1 x.png | sl-encode .ppm > own.ppm
ffmpeg -v error -y -i reference.ppm -vf crop=10:8:84:55 other.ppm
cmp own.ppm other.ppm
sl-crop 200x10-4+60 x.png | sl-info - | grep -q ' 96x4 ' || fail "what hangs over the edge is left out"
for pair in horizontal:hflip vertical:vflip both:hflip,vflip; do
  sl-flip ${pair%:*} x.png | sl-encode .ppm > own.ppm
  ffmpeg -v error -y -i reference.ppm -vf ${pair#*:} other.ppm
  cmp own.ppm other.ppm || fail "${pair%:*}"
done

# Tiles; a border as ImageMagick finds it, and one of a film that begins black; a part of a JPEG.
sl-crop --grid 3x2 x.png | sl-encode --quiet -o 'tile-%d.ppm'
[ "$(ls tile-*.ppm | wc -l)" = 6 ] || fail "tiles: $(ls tile-*)"
ffmpeg -v error -y -i reference.ppm -vf crop=32:32:64:32 other.ppm
cmp tile-6.ppm other.ppm
sl-crop --grid 50x60 x.png | sl-encode --quiet -o 'sized-%d.ppm'
[ "$(cat sized-*.ppm | grep -ac '^50 60$')$(cat sized-*.ppm | grep -ac '^46 4$')" = 11 ] || fail "tiles of a size"
sl-pad 120x100+10+16 --color '#203040' x.png -o framed.png
for stage in "sl-crop --trim --fuzz 0" "sl-crop --trim"; do
  $stage framed.png | sl-encode .ppm > own.ppm
  convert framed.png -trim +repage other.ppm
  [ "$stage" = "sl-crop --trim" ] || cmp own.ppm other.ppm || fail "$stage"
done
sl-pattern --frames 3 --size 64x48 | sl-pad 64x80 > barred.slw
sl-concat <(sl-pattern black --frames 2 --size 64x80) barred.slw > late.slw
sl-crop --trim late.slw > trimmed.slw
sl-info trimmed.slw | grep -q ' 64x48 ' || fail "bars of a film: $(sl-info trimmed.slw)"
sl-info --json --frames trimmed.slw | grep -q '"frames": *5' || fail "frames of a trimmed film"
# Of a JPEG, what lies around the part is not decoded.
test-photo 400 300 > photo.ppm
for kind in '-sample 2x2' '-sample 1x1' '-sample 4x1' '-sample 1x2' '-grayscale' '-grayscale -sample 2x2' '-restart 3' '-arithmetic' \
  '-progressive' '-rgb'; do
  cjpeg $kind photo.ppm > part.jpg
  sl-decode part.jpg > part.slw
  for rule in 50x60+0+0 51x61+333+11 16:9 7x9+393+291; do
    sl-crop "$rule" part.jpg | sl-encode .ppm > own.ppm
    sl-crop "$rule" part.slw | sl-encode .ppm > other.ppm
    cmp own.ppm other.ppm || fail "a part of a JPEG ($kind): $rule"
  done
done
cjpeg photo.ppm | head -c 5000 > cut.jpg
! sl-decode --for-part 50x60+0+200 cut.jpg > none 2> cut.err || fail "a JPEG that is cut above the part"
one_line cut.err 'truncated after row .* of 300'
cat part.jpg part.jpg | sl-crop 50x60+0+0 | sl-encode -o 'part-%d.ppm'
cmp part-1.ppm part-2.ppm

# An animation keeps its frames.
sl-pattern --frames 3 --size 64x48 > film.slw
sl-flip horizontal film.slw | sl-encode -o moving.webp
sl-info --json --frames moving.webp | grep -q '"frames":3' || fail "an animation: $(sl-info --frames moving.webp)"
sl-compare --count <(sl-flip both film.slw) <(sl-flip vertical film.slw | sl-flip horizontal) > count.txt ||
  fail "both is one after the other: $(cat count.txt)"

# A wide picture leaves row by row, in little memory. Sanitizers need their own.
sl-tap --sandbox-report < /dev/null > /dev/null 2> sandbox.txt || true
for stage in "sl-crop 50%" "sl-flip horizontal"; do
  sl-pattern gray --size 12000x2000 | $stage > wide.slw
  memory=$(tail -c 1000 wide.slw | grep -ao "\"tool\":\"${stage%% *}.*" | grep -ao '"peak_memory":[0-9]*' | head -1)
  [ "${memory#*:}" -le $((24 << 20)) ] || grep -q sanitizer sandbox.txt || fail "$stage takes $memory"
done

for bad in 0x5 5 1:2:3 10x10+1 axb; do
  expect_status 64 sl-crop -- "$bad" x.png 2> usage.err > none.slw
  one_line usage.err "sl-crop: RECTANGLE: .*$bad.*640x480"
done
expect_status 64 sl-crop --trim --grid 2x2 x.png 2> usage.err > none.slw
one_line usage.err "exclude each other"
expect_status 64 sl-crop --grid 200x200@ x.png 2> usage.err > none.slw
one_line usage.err "more tiles"
expect_status 65 sl-crop --box any x.png 2> box.err > none.slw
one_line box.err "no frame has a part"
expect_status 64 sl-crop 10x10+96+0 x.png 2> outside.err > none.slw
one_line outside.err "outside of the picture, which is 96x64"
expect_status 64 sl-flip sideways x.png 2> usage.err > none.slw
one_line usage.err "horizontal|vertical|both"

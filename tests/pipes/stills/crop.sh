#!/bin/bash
# sl-crop and sl-flip: the pixels of other programs, orientation tags, pipes in small memory, and wrong rectangles.
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
expect_status 64 sl-crop 10x10+96+0 x.png 2> outside.err > none.slw
one_line outside.err "outside of the picture, which is 96x64"
expect_status 64 sl-flip sideways x.png 2> usage.err > none.slw
one_line usage.err "horizontal|vertical|both"

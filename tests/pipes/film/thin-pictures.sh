#!/bin/bash
# Pictures of a few rows or columns come through lossless codecs as they were.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
for pixels in gbrp yuv420p; do
  for size in 1x1 2x2 7x3 500x2; do
    ffmpeg -v error -y -f lavfi -i "nullsrc=s=$size:r=5:d=0.4,format=$pixels,geq=random(1)*250:random(2)*250:random(3)*250" -c:v rawvideo -pix_fmt $pixels raw.nut
    sl-decode raw.nut | sl-encode '.nut[codec=ffv1]' > out.nut 2> encode.err || fail "status of $size $pixels"
    for film in raw out; do ffmpeg -v error -i $film.nut -pix_fmt $pixels -f framemd5 - | grep -o '[0-9a-f]\{32\}' > $film.md5; done
    cmp -s raw.md5 out.md5 || fail "$size $pixels differs"
  done
done

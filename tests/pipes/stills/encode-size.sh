#!/bin/bash
# sl-encode --max-size: the highest quality that fits, in at most six encodings; and what lies under transparent pixels.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 600 400 x.png

# As the files of all qualities, one by one: the best of them that fits, byte by byte.
for suffix in jpg webp; do
  for quality in $(seq 5 5 100); do sl-encode -Q $quality -o q$quality.$suffix x.png; done
done
best_of() {
  local quality best=
  for quality in $(seq 5 5 100); do [ "$(stat -c %s q$quality.$1)" -gt "$2" ] || best=$quality; done
  echo $best
}
for suffix in jpg webp; do
  for limit in 8000 12000 20000 30000 60000 100000 1000000; do
    sl-encode --max-size $limit x.png -o fit.$suffix
    size=$(stat -c %s fit.$suffix) best=$(best_of $suffix $limit)
    [ "$size" -le $limit ] || fail "$suffix: $size bytes instead of $limit"
    [ -z "$best" ] || [ "$size" -ge "$(stat -c %s q$best.$suffix)" ] || fail "$suffix: $size of $limit bytes, though quality $best fits"
  done
done
cmp fit.jpg q100.jpg
sl-encode --max-size 1M --quality 50 x.png -o half.jpg
cmp half.jpg q50.jpg || fail "a quality that fits is not kept"
cat x.png | sl-invert | sl-encode --max-size 20K .jpg > piped.jpg
[ "$(stat -c %s piped.jpg)" -le 20480 ] || fail "20K through a pipe"
cat x.png x.png | sl-encode --max-size 20K -o each-%d.jpg
cmp each-1.jpg each-2.jpg
sl-encode --max-size 20K -t 1 x.png -o one.jpg
cmp one.jpg each-1.jpg

# What cannot fit, and what has no quality.
expect_status 78 sl-encode --max-size 900 x.png -o never.jpg 2> never.err
one_line never.err 'never.jpg: JPEG takes [0-9]* bytes at quality 1, over --max-size 900'
absent never.jpg
for suffix in png bmp tif slw; do
  expect_status 64 sl-encode --max-size 9K x.png -o none.$suffix 2> none.err
  one_line none.err "no quality to choose.*JPEG.*WebP"
done
expect_status 64 sl-encode --max-size 9K x.png -o none.mp4 2> none.err
one_line none.err "max-size is an option of pictures"
expect_status 64 sl-encode --max-size 9K x.png -o 'none.webp[lossless]' 2> none.err
one_line none.err "lossless"
expect_status 64 sl-encode --max-size x x.png -o none.jpg 2> none.err

# Under transparent pixels lies white, with a line; a color that is named needs none.
printf 'P7\nWIDTH 2\nHEIGHT 2\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n' > clear.pam
printf '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' >> clear.pam
sl-encode .jpg clear.pam 2> white.err | sl-encode .ppm | tail -c 3 | od -An -tu1 | xargs > white.txt
[ "$(cat white.txt)" = "255 255 255" ] || fail "the background: $(cat white.txt)"
one_line white.err "left out: transparency (JPEG has none: it becomes white; --background names another color)"
sl-encode --background '#ff0000' .ppm clear.pam 2> red.err | tail -c 3 | od -An -tu1 | xargs > red.txt
[ "$(cat red.txt)" = "255 0 0" ] && [ ! -s red.err ] || fail "--background: $(cat red.txt)"
sl-encode .png clear.pam 2> png.err > clear.png
[ ! -s png.err ] || fail "PNG has alpha"
sl-encode clear.pam -o clear.mp4 2> film.err
grep -q "transparency becomes white" film.err || fail "film: $(cat film.err)"

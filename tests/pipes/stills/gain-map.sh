#!/bin/bash
# The gain map of an Ultra HDR picture: kept byte for byte where no pixel is decoded, else dropped with a line and an
# EVENT, and nothing left that promises it.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 320 240 a.jpg
photo 80 60 map.jpg
PYTHONPATH=$SL_SOURCE/tests/pipes/support "$SL_PYTHON" -c '
import still_files as made
read = lambda name: open(name, "rb").read()
open("hdr.jpg", "wb").write(made.ultra_hdr(read("a.jpg"), read("map.jpg")))'
grep -q hdrgm:Version hdr.jpg && grep -q MPF hdr.jpg || fail "the file that is made"
if [ -x "$SL_BUILD/libexec/streamlib/sl-format-jxl" ]; then
  sl-encode '.jxl[jpeg]' < hdr.jpg 2> packed.err | sl-encode '.jpg[jxl]' | cmp - hdr.jpg || fail "packed as JPEG XL"
  [ ! -s packed.err ] || fail "a line for nothing: $(cat packed.err)"
fi
sl-decode hdr.jpg 2> decode.err > hdr.slw
one_line decode.err "left out: the gain map"
[ "$(grep -a -c '"event":"not-carried"' hdr.slw)" = 1 ] || fail "no EVENT"
for stage in sl-tap sl-invert "sl-resize 50%" "sl-encode .jpg"; do
  $stage hdr.jpg 2> stage.err | sl-encode .jpg > plain.jpg
  [ "$(grep -c "left out: the gain map" stage.err)" = 1 ] || fail "$stage: $(cat stage.err)"
  ! grep -q "hdrgm:Version\|MPF" plain.jpg || fail "$stage: a promise of a gain map is left"
  grep -q "xmp:Rating" plain.jpg || fail "$stage: the rest of XMP is lost"
done
# Two of them in a pipe: the map is no picture of its own.
cat hdr.jpg hdr.jpg | sl-decode 2> two.err | sl-encode -o 'two-%d.jpg'
[ "$(ls two-*.jpg | wc -l)" = 2 ] || fail "pictures: $(ls two-*.jpg)"

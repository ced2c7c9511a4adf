#!/bin/bash
# JPEG XL in its helper: files and pipes, depths, animation, metadata, a JPEG kept byte for byte, and damage.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
[ -x "$SL_BUILD/libexec/streamlib/sl-format-jxl" ] || skip "built without libjxl"
photo 70 50 a.png
sl-encode -o a.jxl a.png
sl-encode .jxl < a.png > piped.jxl
cmp a.jxl piped.jxl || fail "a pipe changes the bytes"
sl-decode a.jxl | sl-encode .ppm > file.ppm
cat a.jxl | sl-decode | sl-encode .ppm | cmp - file.ppm || fail "a pipe changes the pixels"
head -c "$(($(stat -c %s a.jxl) / 2))" a.jxl > cut.jxl
expect_status 65 sl-encode -o cut.png cut.jxl 2> cut.err
one_line cut.err "cut.jxl: JPEG XL: truncated"
absent cut.png
# Without loss, in 8 and 16 bits.
sl-encode -o 'same.jxl[lossless,effort=3]' a.png
sl-decode same.jxl | sl-encode .ppm | cmp - <(sl-decode a.png | sl-encode .ppm) || fail "lossless changes pixels"
if command -v djxl > /dev/null; then
  djxl same.jxl same.png 2> /dev/null
  sl-decode same.png | sl-encode .ppm | cmp - <(sl-decode a.png | sl-encode .ppm) || fail "djxl reads other pixels"
fi
[ "$(sl-info --get coding same.jxl)" = "possibly lossless" ] && [ "$(sl-info --get coding a.jxl)" = "lossy (XYB)" ] || fail "coding"
# A JPEG, packed and unpacked.
photo 400 300 large.png
sl-encode -o a.jpg large.png
sl-encode -o 'packed.jxl[jpeg]' a.jpg
sl-encode -o 'again.jpg[jxl]' packed.jxl
cmp a.jpg again.jpg || fail "the JPEG is another one"
sl-encode '.jxl[jpeg]' < a.jpg | sl-encode '.jpg[jxl]' | cmp - a.jpg || fail "the JPEG in pipes is another one"
[ "$(stat -c %s packed.jxl)" -lt "$(stat -c %s a.jpg)" ] || fail "packed.jxl is not smaller"
expect_status 65 sl-encode -o 'no.jpg[jxl]' a.jxl 2> no.err
one_line no.err "a.jxl: JPEG XL: it was not made of a JPEG"
expect_status 64 sl-encode -o 'no.jxl[jpeg]' a.png 2> no.err
one_line no.err "a.png: is no JPEG"
absent no.jpg no.jxl
# EXIF and XMP survive; the orientation is applied.
exiftool -q -overwrite_original -n -Make=Canon -Orientation=6 -XMP-dc:Title=Sea a.png
sl-encode -o turned.jxl a.png
sl-info turned.jxl > info
grep -q "50x70" info || fail "the turn: $(cat info)"
grep -q "Make: Canon\|Canon" info || fail "metadata: $(cat info)"
sl-encode -o back.png turned.jxl
[ "$(exiftool -s3 -n -Make -XMP-dc:Title back.png | tr '\n' ' ')" = "Canon Sea " ] || fail "metadata: $(exiftool back.png)"

#!/bin/bash
# AVIF and HEIC in their helper: files and pipes, metadata, and what a damaged one says.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 70 50 a.png
for suffix in avif heic; do
  sl-encode -o "a.$suffix" a.png 2> codec.err
  [ ! -s codec.err ] || fail "$suffix: the codec writes to standard error"
  sl-encode ".$suffix" < a.png > "piped.$suffix"
  cmp "a.$suffix" "piped.$suffix" || fail "$suffix: a pipe changes the bytes"
  sl-decode "a.$suffix" | sl-encode .ppm > file.ppm
  cat "a.$suffix" | sl-decode | sl-encode .ppm > pipe.ppm
  cmp file.ppm pipe.ppm || fail "$suffix: a pipe changes the pixels"
  head -c "$(($(stat -c %s "a.$suffix") / 2))" "a.$suffix" > "cut.$suffix"
  expect_status 65 sl-encode -o cut.png "cut.$suffix" 2> cut.err
  one_line cut.err "cut.$suffix: "
  absent cut.png
done
# What follows a picture is another one, or is reported.
cat a.avif a.heic a.png > joined
sl-decode joined | sl-encode -o 'joined-%d.png'
[ -e joined-3.png ] || fail "of three joined pictures not all are read"
(cat a.avif; echo a leftover) > tail.avif
sl-decode tail.avif 2> tail.err > tail.slw
one_line tail.err "11 bytes after the picture are skipped"
# RGB without loss.
sl-encode -o 'same.avif[lossless,speed=9]' a.png
sl-decode same.avif | sl-encode .ppm > same.ppm
sl-decode a.png | sl-encode .ppm > a.ppm
cmp same.ppm a.ppm || fail "lossless AVIF changes pixels"
sl-info same.avif > told
grep -q "^    format: AVIF$" told || fail "sl-info: $(cat told)"
# EXIF and XMP survive; the orientation is applied.
exiftool -q -overwrite_original -n -Make=Canon -Orientation=6 -XMP-dc:Title=Sea a.png
sl-encode -o turned.avif a.png
sl-info turned.avif > told
grep -q "50x70" told || fail "the turn: $(cat told)"
[ "$(exiftool -s3 -n -Make -XMP-dc:Title turned.avif | tr '\n' ' ')" = "Canon Sea " ] || fail "metadata: $(exiftool turned.avif)"

#!/bin/bash
# OpenEXR, JPEG 2000 and camera RAW in their helpers: files and pipes, depths, sizes, and damage.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 70 50 a.png
if [ -x "$SL_BUILD/libexec/streamlib/sl-format-exr" ]; then
  sl-encode -o a.exr a.png
  sl-encode .exr < a.png > piped.exr
  cmp a.exr piped.exr || fail "a pipe changes the bytes"
  sl-decode a.exr | sl-encode .pfm > file.pfm
  cat a.exr | sl-decode | sl-encode .pfm | cmp - file.pfm || fail "a pipe changes the pixels"
  sl-info a.exr > info
  grep -q "transfer linear" info && grep -q "samples: half" info || fail "sl-info: $(cat info)"
  sl-decode a.exr | sl-encode .exr | sl-decode | sl-encode .pfm | cmp - file.pfm || fail "halves change"
  head -c "$(($(stat -c %s a.exr) / 2))" a.exr > cut.exr
  expect_status 65 sl-encode -o cut.png cut.exr 2> cut.err
  one_line cut.err "cut.exr: OpenEXR: truncated"
  absent cut.png
fi
if [ -x "$SL_BUILD/libexec/streamlib/sl-format-jp2" ] && command -v opj_compress > /dev/null; then
  sl-encode .ppm a.png > a.ppm
  opj_compress -i a.ppm -o a.jp2 > /dev/null
  sl-decode a.jp2 | sl-encode .ppm | cmp - a.ppm || fail "JPEG 2000 without loss"
  cat a.jp2 | sl-decode | sl-encode .ppm | cmp - a.ppm || fail "JPEG 2000 from a pipe"
  opj_compress -i a.ppm -o a.j2k > /dev/null
  cat a.jp2 a.j2k a.jp2 | sl-decode | sl-encode .ppm | cmp - <(cat a.ppm a.ppm a.ppm) || fail "three on one pipe"
  [ "$(sl-decode --shrink 4 a.jp2 | sl-info --get width)" = 18 ] || fail "--shrink"
  head -c "$(($(stat -c %s a.jp2) / 2))" a.jp2 > cut.jp2
  expect_status 65 sl-encode -o cut.png cut.jp2 2> cut.err
  one_line cut.err "cut.jp2: JPEG 2000: "
  absent cut.png
fi

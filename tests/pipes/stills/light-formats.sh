#!/bin/bash
# BMP, ICO, TGA, QOI, farbfeld and Radiance HDR: files and pipes, both ways, in an order that no single decoder likes.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 61 43 a.png
sl-decode a.png | sl-encode .ppm > a.ppm
for suffix in bmp tga qoi ff; do
  sl-encode -o "a.$suffix" a.png
  sl-encode ".$suffix" < a.png | cmp - "a.$suffix" || fail "$suffix: a pipe gives other bytes than a file"
  sl-decode "a.$suffix" | sl-encode .ppm > file.ppm
  cat "a.$suffix" "a.$suffix" | sl-decode | sl-encode -o two-%d.ppm
  [ "$suffix" = ff ] && sl-decode a.ff | sl-encode '.png[bits=8]' | sl-decode | sl-encode .ppm > file.ppm
  cmp a.ppm file.ppm || fail "$suffix: pixels"
  cmp two-1.ppm two-2.ppm || fail "$suffix: two pictures"
  head -c $(($(stat -c %s "a.$suffix") - 40)) "a.$suffix" > "cut.$suffix"
  expect_status 65 sl-encode -o none.png "cut.$suffix" 2> cut.err
  absent none.png
done

# Icons: several sizes in one file, the largest one by default.
sl-encode -o a.ico --sizes 16,256,48 a.png
[ "$(sl-info --get width a.ico)" = 256 ] || fail "the largest picture"
[ "$(sl-info --get width "a.ico[page=3]")" = 48 ] || sl-decode --page 3 a.ico | sl-encode .ppm | head -c 9 | grep -q "48 48" || fail "--page 3"
expect_status 64 sl-encode -o b.ico --sizes 16,300 a.png 2> sizes.err
one_line sizes.err "sizes"
absent b.ico

# Light: what was light stays, codes of sRGB become it and come back.
sl-encode -o a.hdr a.png
sl-decode a.hdr | sl-encode -o b.hdr
cmp a.hdr b.hdr || fail "Radiance: not the same light"
sl-decode a.hdr | sl-encode .pfm > a.pfm
sl-encode -o c.hdr a.pfm
cmp a.hdr c.hdr || fail "PFM to Radiance"
head -c 500 a.hdr > cut.hdr
expect_status 65 sl-encode -q -o none.pfm cut.hdr 2> cut.err
one_line cut.err "truncated"
absent none.pfm

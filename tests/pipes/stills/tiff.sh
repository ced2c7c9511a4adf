#!/bin/bash
# TIFF in its helper: files and pipes, pages in and out, what a helper that is missing says.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 70 50 a.png
photo 33 21 b.png
sl-encode -o a.tif a.png
sl-encode .tif < a.png > piped.tif
sl-decode a.tif | sl-encode .ppm > file.ppm
cat piped.tif | sl-decode | sl-encode .ppm > pipe.ppm
sl-decode a.png | sl-encode .ppm > a.ppm
cmp a.ppm file.ppm && cmp a.ppm pipe.ppm || fail "pixels"
sl-info a.tif > told
for line in "format: TIFF" "compression: deflate" "predictor: horizontal" "strips: 50 rows"; do
  grep -q "^    $line$" told || fail "sl-info: $line: $(cat told)"
done

# Pages of any sizes.
cat a.png b.png | sl-encode -o pages.tif
sl-info pages.tif | grep -q "pages: 2" || fail "sl-info counts the pages"
sl-decode pages.tif | sl-encode -o page-%d.ppm
sl-decode b.png | sl-encode .ppm > b.ppm
cmp page-1.ppm a.ppm && cmp page-2.ppm b.ppm || fail "pages"
sl-decode --page 2 pages.tif | sl-encode .ppm > second.ppm
cmp second.ppm b.ppm || fail "--page 2"
sl-encode -o first.jpg pages.tif 2> first.err || fail "the first page alone: $(cat first.err)"
one_line first.err "the pages after the first are left out: JPEG holds one"
expect_status 65 sl-decode --page 3 pages.tif > none.slw 2> none.err
one_line none.err "no page 3 in 2"

# One file after another: both are read, and other bytes after the last one are reported.
photo 32 20 even.png
sl-encode -o even.tif even.png
cat a.tif even.tif | sl-decode | sl-encode -o joined-%d.ppm
sl-decode even.png | sl-encode .ppm > even.ppm
cmp joined-1.ppm a.ppm && cmp joined-2.ppm even.ppm || fail "two files, one after the other"
(cat even.tif; echo garbage) > tail.tif
sl-decode tail.tif 2> tail.err | sl-encode .ppm | cmp - even.ppm || fail "bytes after the file"
one_line tail.err "8 bytes after the picture are skipped"
sl-decode even.tif 2> none.err | sl-encode .ppm | cmp - even.ppm && [ ! -s none.err ] || fail "a whole file: $(cat none.err)"

# Cut off: an error, and nothing that looks whole.
head -c "$(($(stat -c %s a.tif) - 10))" a.tif > cut.tif
expect_status 65 sl-encode -o cut.png cut.tif 2> cut.err
absent cut.png

# An installation without the helper.
mkdir -p alone
cp "$SL_BUILD"/bin/sl-decode "$SL_BUILD"/bin/sl-encode alone
expect_status 72 env PATH=/usr/bin:/bin alone/sl-decode a.tif > none.slw 2> missing.err
one_line missing.err "a.tif: TIFF: sl-format-tiff is not installed beside this command, nor on PATH; it is built if libtiff-dev is installed"
expect_status 72 env PATH=/usr/bin:/bin alone/sl-encode -o x.tif a.png 2> missing.err
one_line missing.err "TIFF: sl-format-tiff is not installed"
absent x.tif

#!/bin/bash
# PFM has its lowest row first: a file is read from its end and written to its places; in a pipe the whole picture is kept,
# in memory and then in an unnamed file.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 700 500 a.png
sl-convert --format rgbf32le a.png > a.slw
sl-encode --max-memory 2M -o a.pfm a.slw
[ "$(stat -c %s a.pfm)" = $((700 * 500 * 12 + 16)) ] || fail "size"
sl-encode .pfm a.slw | cmp - a.pfm || fail "a pipe gets other bytes than a file"
sl-decode --max-memory 2M a.pfm | sl-encode .pfm | cmp - a.pfm || fail "a file"
cat a.pfm | sl-decode | sl-encode .pfm | cmp - a.pfm || fail "a pipe"
cat a.pfm | sl-decode --max-memory 2M | sl-encode --max-memory 2M .pfm | cat | cmp - a.pfm || fail "a pipe, with little memory"
cat a.pfm | expect_status 78 sl-decode --max-spool 2M 2> limit.err > none.slw
one_line limit.err "max-spool"
head -c 1000000 a.pfm | expect_status 65 sl-decode 2> cut.err > none.slw
one_line cut.err "PFM: truncated after row 119 of 500"
cat a.pfm a.pfm a.png | sl-decode | sl-encode -o q-%d.pfm 2> three.err || fail "three in a pipe: $(cat three.err)"
cmp q-1.pfm a.pfm && cmp q-2.pfm a.pfm && [ -s q-3.pfm ] || fail "three in a pipe"
cat a.pfm a.pfm > two.pfm
sl-decode two.pfm | sl-encode -o p-%d.pfm
cmp p-1.pfm a.pfm && cmp p-2.pfm a.pfm || fail "two in a file"
# The same picture with the bytes of its floats in the other order.
"$SL_PYTHON" - << 'END'
import numpy
head, rows = open("a.pfm", "rb").read()[:16], numpy.fromfile("a.pfm", "<f4", offset=16)
open("big.pfm", "wb").write(head.replace(b"-1.0", b"1.00") + rows.astype(">f4").tobytes())
END
sl-decode big.pfm | sl-encode .pfm | cmp - a.pfm || fail "big-endian"
head -c 1000000 a.pfm > cut.pfm
expect_status 65 sl-encode -o none.pfm cut.pfm 2> cut.err
one_line cut.err "PFM: truncated after row 119 of 500"
absent none.pfm

#!/bin/bash
# Small pictures as rows of numbers, for numpy and vips, and from them.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 21 13 a.png
sl-encode .ppm a.png > a.ppm
sl-convert --format gray a.png | sl-encode .pgm > g.pgm
sl-encode -o a.csv a.png
sl-encode -o g.csv g.pgm
sl-decode --pixels rgb24 a.csv | sl-encode .ppm | cmp - a.ppm || fail "colour"
cat g.csv | sl-decode | sl-encode .pgm | cmp - g.pgm || fail "gray"
sl-convert --format gray16le a.png | sl-encode .pgm > wide.pgm
sl-encode .csv wide.pgm | sl-decode | sl-encode .pgm | cmp - wide.pgm || fail "16 bits"
sl-convert --format grayf32le a.png | sl-encode .pfm > float.pfm
sl-encode .csv float.pfm | sl-decode | sl-encode .pfm | cmp - float.pfm || fail "floats"
"$SL_PYTHON" - << 'END'
import numpy
picture = numpy.fromfile("g.pgm", "u1")[-273:].reshape(13, 21)
assert (numpy.loadtxt("g.csv", delimiter=",") == picture).all()
color = numpy.fromfile("a.ppm", "u1")[-819:].reshape(13, 21, 3)
assert (numpy.loadtxt("a.csv", delimiter=",").reshape(13, 21, 3) == color).all()
numpy.savetxt("by-numpy.csv", picture, fmt="%d", header="a comment")
numpy.savetxt("semicolons.csv", picture / 100, delimiter=" ; ")
END
tail -n +2 by-numpy.csv | sl-decode | sl-encode .pgm | cmp - g.pgm || fail "numpy.savetxt"
(cat g.csv; echo '# a comment') | sl-decode | sl-encode .pgm | cmp - g.pgm || fail "a comment"
[ "$(sl-decode semicolons.csv | sl-info --get width)" = 21 ] || fail "semicolons with blanks"
if command -v vips > /dev/null; then
  vips copy g.csv by-vips.v && vips copy by-vips.v by-vips.csv
  sl-decode by-vips.csv | sl-encode .pgm | cmp - g.pgm || fail "vips"
fi
# Mistakes.
printf '1,2,3\n4,5\n' | expect_status 65 sl-encode -o none.png 2> short.err
one_line short.err "CSV: 2 numbers, but 3 in the first row at line 2"
printf '1,2,3\n4,x,6\n' | expect_status 65 sl-decode --pixels gray 2> word.err > none.slw
one_line word.err 'CSV: "x" is no number at line 2'
printf '1,2\n4,,6\n' | expect_status 65 sl-encode -o none.png 2> empty.err
one_line empty.err "CSV: a number is missing at line 2"
printf '1,2\n3,4\n' | expect_status 65 sl-decode --pixels rgb24 2> channels.err > none.slw
one_line channels.err "2 numbers in a row are no pixels of 3 channels"
printf '1,2,3\n4,5\n' | sl-decode --salvage 2> salvage.err | sl-encode -q .pgm > salvaged.pgm
[ "$(head -c 6 salvaged.pgm | tail -c 3)" = "3 1" ] || fail "--salvage"
absent none.png

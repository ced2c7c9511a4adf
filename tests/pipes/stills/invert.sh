#!/bin/bash
# sl-invert twice changes nothing; in the planes of a JPEG the result equals that in RGB, within 2.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 290 442 x.jpg
sl-decode x.jpg | sl-encode .png > plain.png
sl-invert plain.png | sl-invert | sl-encode .png > twice.png
cmp plain.png twice.png || fail "twice is not nothing"
sl-invert plain.png | sl-encode .png > rgb.png
sl-invert x.jpg | sl-encode .png > planes.png
same_pixels planes.png rgb.png 2

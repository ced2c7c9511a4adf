#!/bin/bash
# sl-median and sl-lut: against numpy, any number of threads, wrong tables.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 290 443 x.jpg
sl-encode .ppm x.jpg > x.ppm
for radius in 0 1 3; do
  sl-median --radius $radius x.ppm | sl-encode .ppm > median.ppm
  "$SL_PYTHON" - x.ppm median.ppm $radius << 'END'
import sys
import numpy as np
def read(name):
    _, size, _, samples = open(name, "rb").read().split(b"\n", 3)
    width, height = (int(n) for n in size.split())
    return np.frombuffer(samples, np.uint8).reshape(height, width, 3)
before, after, r = read(sys.argv[1]), read(sys.argv[2]), int(sys.argv[3])
padded = np.pad(before, ((r, r), (r, r), (0, 0)), "edge")
h, w, _ = before.shape
expected = np.median([padded[y:y + h, x:x + w] for y in range(2 * r + 1) for x in range(2 * r + 1)], axis=0)
assert (after == expected).all(), np.abs(after - expected).max()
END
done
for threads in 1 2 7; do sl-median --threads $threads x.jpg > $threads.slw; sl-compare 1.slw $threads.slw > /dev/null || fail "$threads threads"; done

# A cube of two entries a side that exchanges red and blue, and curves that invert.
{
  printf '# a comment\r\nTITLE "swap"\r\nLUT_3D_SIZE 2\r\nDOMAIN_MIN 0 0 0\r\nDOMAIN_MAX 1 1 1\r\n'
  for b in 0 1; do for g in 0 1; do for r in 0 1; do printf '%s\t%s %s\r\n' $b $g $r; done; done; done
} > swap.cube
printf 'LUT_1D_SIZE 2\n1 1 1\n0 0 +0.0e0' > invert.cube
sl-lut swap.cube x.ppm | sl-lut swap.cube | sl-compare - x.ppm > /dev/null || fail "exchanged twice is not the same"
! sl-lut swap.cube x.ppm | sl-compare - x.ppm > /dev/null || fail "nothing was exchanged"
sl-lut invert.cube x.ppm | sl-compare - <(sl-invert x.ppm) > /dev/null || fail "curves that invert"

refused() {  # TEXT PATTERN
  printf "$1" > bad.cube
  expect_status 65 sl-lut bad.cube x.jpg 2> bad.err > bad.slw
  one_line bad.err "^sl-lut: bad.cube: $2"
}
refused '' 'has no LUT_1D_SIZE'
refused 'LUT_3D_SIZE 257\n' 'line 1: .*is not a size from 2 to 256'
refused 'LUT_1D_SIZE 1\n' 'line 1: .*is not a size from 2 to 65536'
refused 'LUT_1D_SIZE 2\n0 0 0\n' 'has 1 of 2 colours'
refused 'LUT_1D_SIZE 2\n0 0 0\n1 1 1\n1 1 1\n' 'line 4: .*one colour more'
refused 'LUT_1D_SIZE 2\n0 0\n' 'line 2: .*holds no number'
refused 'LUT_1D_SIZE 2\n0 0 nan\n' 'line 2: .*holds no number'
refused 'LUT_1D_SIZE 2\n0 0 0 0\n' 'line 2: .*longer'
refused '0 0 0\n' 'line 1: .*before LUT_1D_SIZE'
refused 'LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n' 'line 2: .*a second size'
refused 'LUT_9D_SIZE 2\n' 'line 1: .*no keyword'
refused 'DOMAIN_MIN 1 1 1\nLUT_1D_SIZE 2\n0 0 0\n1 1 1\n' 'has a domain'
expect_status 66 sl-lut missing.cube x.jpg 2> missing.err > bad.slw
one_line missing.err 'missing.cube'

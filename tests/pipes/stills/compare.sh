#!/bin/bash
# sl-compare: figures, statuses, tolerance, ignored rectangles, film frame by frame, inputs from one tee, wrong usage.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 290 442 x.jpg
sl-encode .png x.jpg > x.png
sl-encode '.jpg[Q=50]' x.jpg > y.jpg

sl-compare x.jpg x.png > same.txt
one_line same.txt '^psnr inf dB, ssim 1.00000, worst 0, 0 of 128180 pixels differ$'
expect_status 1 sl-compare x.jpg y.jpg > other.txt
one_line other.txt '^psnr [34][0-9]\.[0-9]* dB, ssim 0\.9[0-9]*, worst [0-9]* (.*) at [0-9]*,[0-9]*, [0-9]* of 128180 pixels differ$'
expect_status 1 sl-compare x.jpg <(sl-shrink 2 x.jpg) > size.txt
one_line size.txt 'other size'

# SSIM and PSNR of luma, by numpy: the definition, with windows inside the picture.
sl-encode .pgm x.png > x.pgm
sl-encode .pgm y.jpg > y.pgm
expect_status 1 sl-compare x.pgm y.pgm > gray.txt
"$SL_PYTHON" - gray.txt x.pgm y.pgm << 'END'
import re, sys
import numpy as np
def read(name):
    _, size, _, samples = open(name, "rb").read().split(b"\n", 3)
    return np.frombuffer(samples, np.uint8).reshape([int(n) for n in size.split()][::-1]).astype(float)
a, b = read(sys.argv[2]), read(sys.argv[3])
w = np.exp(-np.arange(-5, 6) ** 2 / 4.5)
w /= w.sum()
def mean(x):
    x = sum(w[k] * x[k:x.shape[0] - 10 + k] for k in range(11))
    return sum(w[k] * x[:, k:x.shape[1] - 10 + k] for k in range(11))
ma, mb = mean(a), mean(b)
va, vb, cov = mean(a * a) - ma ** 2, mean(b * b) - mb ** 2, mean(a * b) - ma * mb
c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
ssim = ((2 * ma * mb + c1) * (2 * cov + c2) / ((ma ** 2 + mb ** 2 + c1) * (va + vb + c2))).mean()
psnr = 10 * np.log10(255 ** 2 / ((a - b) ** 2).mean())
got = [float(x) for x in re.match(r"psnr (\S+) dB, ssim (\S+),", open(sys.argv[1]).read()).groups()]
assert abs(got[0] - psnr) < 0.006 and abs(got[1] - ssim) < 1e-5, (got, psnr, ssim)
END

[ "$(sl-compare --count x.jpg x.png)" = 0 ] || fail "--count of equal pictures"
expect_status 1 sl-compare --count x.jpg y.jpg > count.txt
[ "$(cat count.txt)" -gt 50000 ] || fail "--count: $(cat count.txt)"
sl-compare --fuzz 40% x.jpg y.jpg > fuzz.txt
sl-compare --ignore 0,0,290,442 x.jpg y.jpg > ignored.txt
one_line ignored.txt 'ssim 1.00000, worst 0, 0 of 0 pixels differ'

# The difference picture: pale, and red where pixels differ.
printf 'P5 4 2 255\n\0\0\0\0\0\0\0\0' > a.pgm
printf 'P5 4 2 255\n\0\0\0\0\0\x63\0\0' > b.pgm
expect_status 1 sl-compare a.pgm b.pgm > one.txt
one_line one.txt 'worst 99 (gray) at 1,1, 1 of 8 pixels differ'
sl-compare --difference a.pgm b.pgm | sl-encode .ppm > red.ppm
[ "$(tail -c 24 red.ppm | od -An -v -t u1 | tr -s ' \n' ' ')" = " 192 192 192 192 192 192 192 192 192 192 192 192 192 192 192 255 0 0 192 192 192 192 192 192 " ] ||
  fail "the difference picture: $(od -An -t u1 red.ppm)"
expect_status 79 bash -c 'set -o pipefail; sl-compare --difference a.pgm x.jpg 2> first.err | sl-encode .png 2> sizes.err > sizes.png'
one_line sizes.err 'different sizes'

# Edges that are smoothed in another way: the numbers of pixelmatch's rules, written down with numpy.
cat > a.svg << 'SVG'
<svg xmlns="http://www.w3.org/2000/svg" width="120" height="90"><rect width="120" height="90" fill="white"/><circle cx="50" cy="40" r="31" fill="#205080"/><path d="M5 80L110 12L100 85Z" fill="#d04020"/></svg>
SVG
sed 's/cx="50"/cx="50.4"/; s/L110 12/L110 12.3/' a.svg > b.svg
sl-encode .ppm a.svg > smooth-a.ppm 2> a.err
sl-encode .ppm b.svg > smooth-b.ppm 2> b.err
all=$(sl-compare --count --fuzz 2 smooth-a.ppm smooth-b.ppm || true)
left=$(sl-compare --count --fuzz 2 --antialias smooth-a.ppm smooth-b.ppm || true)
"$SL_PYTHON" - smooth-a.ppm smooth-b.ppm "$all" "$left" << 'END'
import sys
import numpy as np
def read(name):
    data = open(name, "rb").read()
    return np.frombuffer(data[-120 * 90 * 3:], np.uint8).reshape(90, 120, 3).astype(int)
a, b = read(sys.argv[1]), read(sys.argv[2])
weights = np.array([0.29889531, 0.58662247, 0.11448223], np.float32)
def around(x, y):
    return [(i, j) for i in range(max(x - 1, 0), min(x + 2, 120)) for j in range(max(y - 1, 0), min(y + 2, 90)) if (i, j) != (x, y)]
def at_edge(x, y):
    return int(x in (0, 119) or y in (0, 89))
def flat(image, x, y):
    return at_edge(x, y) + sum((image[j, i] == image[y, x]).all() for i, j in around(x, y)) > 2
def smoothed(own, other, x, y):
    deltas = [(float(own[j, i] @ weights - own[y, x] @ weights), i, j) for i, j in around(x, y)]
    if at_edge(x, y) + sum(d == 0 for d, _, _ in deltas) > 2:
        return False
    low, high = min(deltas, key=lambda d: d[0]), max(deltas, key=lambda d: d[0])
    if low[0] >= 0 or high[0] <= 0:
        return False
    return any(flat(own, i, j) and flat(other, i, j) for _, i, j in (low, high))
differ = np.argwhere((abs(a - b) > 2).any(axis=2))
kept = [1 for y, x in differ if not smoothed(a, b, x, y) and not smoothed(b, a, x, y)]
print(len(differ), len(kept), sys.argv[3:])
assert len(differ) == int(sys.argv[3]) and abs(len(kept) - int(sys.argv[4])) <= 2
assert len(kept) < len(differ) / 3
END
sl-compare --antialias x.jpg x.png > same.txt
printf 'P5 4 2 255\n\0\0\0\0\0\0\0\0' > flat.pgm
printf 'P5 4 2 255\n\0\0\0\0\0\x63\0\0' > dot.pgm
expect_status 1 sl-compare --antialias flat.pgm dot.pgm > one.txt
one_line one.txt '1 of 8 pixels differ'

# Several pictures: one after another, by number; both inputs from one tee, one of them late by a frame.
(sl-decode x.jpg; sl-decode y.jpg) > film.slw
expect_status 1 sl-compare film.slw <(sl-decode x.jpg; sl-decode x.jpg) > film.txt
grep -q '^0: psnr inf' film.txt && grep -q '^1: psnr [34]' film.txt && grep -q '^all: psnr' film.txt || fail "$(cat film.txt)"
expect_status 1 sl-compare film.slw x.jpg > short.txt
grep -q '^input 2 (x.jpg) has only 1 picture' short.txt || fail "$(cat short.txt)"
mkfifo branch
sl-decode film.slw | tee branch | sl-encode .ppm | sl-compare - branch > tee.txt
[ "$(grep -c 'psnr inf' tee.txt)" = 3 ] || fail "both ways of a tee: $(cat tee.txt)"

# Failures are not differences.
head -c 4000 x.jpg > cut.jpg
expect_status 65 sl-compare x.jpg cut.jpg 2> cut.err > cut.txt
one_line cut.err 'cut.jpg'
expect_status 66 sl-compare x.jpg missing.jpg 2> missing.err
one_line missing.err 'missing.jpg'
expect_status 64 sl-compare x.jpg 2> usage.err
for options in '--ignore 1,2,3' '--ignore 1,2,0,4' '--fuzz 300' '--fuzz x'; do
  expect_status 64 sl-compare $options x.jpg x.jpg 2> usage.err
  one_line usage.err "sl-compare: ${options% *}: \"${options#* }\""
done
expect_status 74 sl-compare x.jpg y.jpg 2> full.err > /dev/full
one_line full.err 'No space left'

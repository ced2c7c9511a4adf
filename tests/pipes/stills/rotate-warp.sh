#!/bin/bash
# sl-rotate and sl-warp: against the kernel in float64, exact turns, sizes, backgrounds, alpha, films, and wrong arguments.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 120 80 x.png
size() { sl-info - | grep -q " $1 " || fail "$2 is not $1"; }

# Quarter turns are exact, with chroma in its place.
sl-encode -o x.jpg x.png
for angle in left right half 0 90 -90 450; do
  sl-rotate $angle x.jpg | sl-rotate -- "$(case $angle in left | -90) echo right ;; right | 90 | 450) echo left ;; *) echo $angle ;; esac)" |
    sl-compare x.jpg - > /dev/null || fail "$angle and back"
done
sl-rotate -90 x.png | sl-compare - <(sl-rotate left x.png) > /dev/null || fail "-90 is left"

# Every pixel by the definition of the Catmull-Rom kernel: bytes within 0.17 of a code before they are rounded.
/usr/bin/python3 - << 'PY'
import struct, subprocess, sys
import numpy as np
def read(command):
    data = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, check=True).stdout
    _, size, _, samples = data.split(b"\n", 3)
    width, height = map(int, size.split())
    return np.frombuffer(samples, "u1").reshape(height, width, 3).astype(float)
def cubic(x):
    x = abs(x)
    return np.where(x < 1, 1.5 * x**3 - 2.5 * x**2 + 1, np.where(x < 2, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2, 0))
picture = read("sl-encode .ppm x.png")
height, width, _ = picture.shape
padded = np.pad(picture, ((8, 8), (8, 8), (0, 0)))
def sampled(u, v):
    x, y, result = u - 0.5, v - 0.5, 0
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    for j in range(-1, 3):
        for i in range(-1, 3):
            weight = (cubic(x - left - i) * cubic(y - top - j))[..., None]
            result = result + padded[np.clip(top + j + 8, 0, height + 15), np.clip(left + i + 8, 0, width + 15)] * weight
    return np.clip(result, 0, 255)
def judge(command, place):
    made = read(command + " x.png | sl-encode .ppm")
    y, x = np.mgrid[0:made.shape[0], 0:made.shape[1]] + 0.5
    worst = abs(sampled(*place(x, y, made.shape[1], made.shape[0])) - made).max()
    if worst > 0.67:
        sys.exit(f"{command}: {worst} codes off")
for degrees in (7, -30, 45.5, 171):
    t = np.radians(degrees)
    judge(f"sl-rotate {degrees}", lambda x, y, w, h: (np.cos(t) * (x - w / 2) + np.sin(t) * (y - h / 2) + width / 2,
                                                      np.cos(t) * (y - h / 2) - np.sin(t) * (x - w / 2) + height / 2))
judge("sl-warp --affine 1,0.5,0,2", lambda x, y, w, h: (x - 0.25 * y, y / 2))
def lens(x, y, w, h):
    dx, dy = x - w / 2, y - h / 2
    r2 = (dx**2 + dy**2) / (w * w + h * h) * 4
    return w / 2 + dx * (1 - 0.2 * r2 + 0.1 * r2**2), h / 2 + dy * (1 - 0.2 * r2 + 0.1 * r2**2)
judge("sl-warp --lens -0.2,0.1", lens)
points = np.array([[10, 5], [110, 12], [100, 70], [3, 75]], float)
corners = np.array([[0, 0], [100, 0], [100, 60], [0, 60]], float)
rows = [[a, b, 1, 0, 0, 0, -a * p[k], -b * p[k]] if k == 0 else [0, 0, 0, a, b, 1, -a * p[k], -b * p[k]]
        for (a, b), p in zip(corners, points) for k in (0, 1)]
m = np.append(np.linalg.solve(np.array(rows), points.reshape(-1)), 1).reshape(3, 3)
def perspective(x, y, w, h):
    z = m[2, 0] * x + m[2, 1] * y + 1
    return (m[0, 0] * x + m[0, 1] * y + m[0, 2]) / z, (m[1, 0] * x + m[1, 1] * y + m[1, 2]) / z
judge("sl-warp --size 100x60 --perspective '10,5 110,12 100,70 3,75'", perspective)
judge("sl-warp --polar unroll", lambda x, y, w, h: (w / 2 + y / h * h / 2 * np.sin(x / w * 2 * np.pi),
                                                    h / 2 - y / h * h / 2 * np.cos(x / w * 2 * np.pi)))
random = np.random.default_rng(1).uniform(-5, 125, (30, 40, 3)).astype("<f4")
open("map.pfm", "wb").write(b"PF\n40 30\n-1.0\n" + random[::-1].tobytes())
judge("sl-warp --map map.pfm", lambda x, y, w, h: (random[..., 0] + 0.5, random[..., 1] + 0.5))
PY

sl-rotate 45 x.png | size 142x142 "a turn by 45 degrees"
sl-rotate --size keep 45 x.png | size 120x80 "--size keep"
sl-rotate --size inside 45 x.png | size 67x45 "--size inside"
[ "$(sl-rotate 30 --background '#ff0000' x.png | sl-encode .ppm | tail -c 3 | od -An -tu1 | xargs)" = "255 0 0" ] || fail "--background"
printf 'P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n\310\144\62\377' | sl-resize 40x40! | sl-rotate 30 |
  sl-encode .pam | tail -c 4 | od -An -tu1 | grep -q "0 *0 *0 *0" || fail "no transparent corner"
sl-pattern --frames 3 --size 64x48 | sl-rotate 10 | sl-warp --lens 0.1 | sl-encode --quiet -o 'film-%d.ppm'
[ "$(ls film-*.ppm | wc -l)" = 3 ] || fail "a film"
sl-rotate --size keep 3 x.png | sl-rotate --deskew - | size 120x80 "--deskew"

# Rows beyond --max-memory lie in a file; without one, they are refused.
photo 1200 800 large.png
sl-rotate 45 large.png | sl-encode .ppm > memory.ppm
sl-rotate --max-memory 1M 45 large.png | sl-encode .ppm | cmp - memory.ppm || fail "other bytes from a file"
TMPDIR=$PWD/none expect_status 78 sl-rotate --max-memory 1M 45 large.png 2> bad.err > bad.slw
one_line bad.err 'frame: what is needed of it at a time takes .*--max-memory raises'

refused() { expect_status 64 "$@" x.png 2> bad.err > bad.slw; one_line bad.err "$pattern"; }
pattern='is not left, right, half or degrees' refused sl-rotate up
pattern='ANGLE is left' refused sl-rotate --deskew 7
pattern='one of --affine' refused sl-warp
pattern='takes A,B,C,D' refused sl-warp --affine 1,2
pattern='leaves a line only' refused sl-warp --affine 1,1,1,1
pattern='lie on a line' refused sl-warp --perspective 0,0,1,1,2,2,0,5
pattern='is no list of numbers' refused sl-warp --lens a
head -c 100 map.pfm > cut.pfm
expect_status 65 sl-warp --map cut.pfm x.png 2> bad.err > bad.slw
one_line bad.err 'cut.pfm: ends in row 0 of 30'

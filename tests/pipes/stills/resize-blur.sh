#!/bin/bash
# sl-resize and sl-blur: sizes, the same bytes with any threads, little memory, films, animations, and wrong arguments.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 240 160 x.jpg
sl-decode x.jpg | sl-encode .png > x.png
expect_status 78 sl-resize '100000x100000!' x.png -o huge.png 2> huge.err
one_line huge.err "100000x100000 is over the limit"
for pair in 120x120:120x80 60x:60x40 x40:60x40 50%:120x80 50%x25%:120x40 0.5:120x80 '9600@:120x80' '480x480>:240x160' \
  '480x480<:480x320' '100x100!:100x100' '100x100^:150x100' 101:-2:101x68 1x1:1x1; do
  sl-resize "${pair%:*}" x.png | sl-info - | grep -q " ${pair##*:} " || fail "$pair: $(sl-resize "${pair%:*}" x.png | sl-info -)"
done

# What users of other programs type first; a decoder that halves first.
sl-resize -w 60 x.png | sl-info - | grep -q ' 60x40 ' || fail "-w 60"
sl-resize -w 60 --height 20 x.png | sl-info - | grep -q ' 30x20 ' || fail "-w 60 --height 20"
for size in 25% 60x; do
  sl-resize --fast $size x.jpg -o fast.png
  sl-resize $size x.jpg -o slow.png
  same_pixels fast.png slow.png 20
done

# Kernels keep a picture that changes slowly, up and down; a JPEG stays in its own colours and chroma.
for kernel in nearest linear cubic mitchell lanczos2 lanczos3 area; do
  for option in "" --linear; do
    sl-resize --kernel $kernel $option 300% x.png | sl-resize --kernel $kernel $option 240x160! | sl-encode .png > back.png
    same_pixels x.png back.png 12
  done
done
[ "$(sl-resize 50% x.jpg | sl-info --json - | grep -o '"pixels": *"[^"]*"')" = \
  "$(sl-decode x.jpg | sl-info --json - | grep -o '"pixels": *"[^"]*"')" ] || fail "the format changed"

# A Gaussian by definition, along one row.
/usr/bin/python3 - x.png << 'PY'
import subprocess, sys
import numpy
def row(command):
    data = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, check=True).stdout
    return numpy.frombuffer(data.split(b"\n", 3)[3], "u1").reshape(160, 240, 3).astype(float)
picture = row("sl-decode x.png | sl-encode .ppm")
for sigma in (1, 5, 40):
    reach = int(4 * sigma + 0.5)
    weights = numpy.exp(-0.5 * (numpy.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    def along(axis, data):
        padded = numpy.pad(data, [(reach, reach) if a == axis else (0, 0) for a in range(3)], "edge")
        return numpy.apply_along_axis(lambda line: numpy.convolve(line, weights, "valid"), axis, padded)
    worst = abs(along(1, along(0, picture)) - row(f"sl-blur {sigma} x.png | sl-encode .ppm")).max()
    if worst > 0.6:
        sys.exit(f"sigma {sigma}: {worst} codes off")
PY
[ "$(sl-blur 0x3 x.png | sl-encode .ppm | md5sum)" = "$(sl-blur 3 x.png | sl-encode .ppm | md5sum)" ] || fail "0x3 is 3"
[ "$(sl-blur 0 x.png | sl-encode .ppm | md5sum)" = "$(sl-encode .ppm < x.png | md5sum)" ] || fail "0 changes nothing"

# The same bytes with any threads.
for stage in "sl-resize 37%" "sl-resize 250%" "sl-resize --linear 37%" "sl-blur 5" "sl-blur 20" "sl-blur --shape box 6"; do
  for picture in x.jpg x.png; do
    for threads in 1 2 7; do $stage --threads $threads $picture | sl-encode .ppm | md5sum; done | sort -u > sums
    [ "$(wc -l < sums)" = 1 ] || fail "$stage: other bytes with other threads"
  done
done

# A film, an animation, and pictures of other sizes after one another.
sl-pattern --frames 5 --size 64x48 | sl-resize 50% | sl-blur 2 | sl-encode -o moving.webp
sl-encode --quiet -o 'moving-%d.ppm' moving.webp
[ "$(ls moving-*.ppm | wc -l)" = 5 ] || fail "an animation: $(ls moving-*)"
photo 100 50 y.png
(sl-decode x.jpg; sl-decode y.png) | sl-resize 40x40 | sl-blur 3 | sl-encode .ppm > both.ppm
[ "$(grep -a -c '^P6$\|40 27\|40 20' both.ppm)" -ge 2 ] || fail "a change of size"

# A large picture goes through in little memory. Sanitizers need their own.
sl-tap --sandbox-report < /dev/null > /dev/null 2> sandbox.txt || true
for stage in "sl-resize 37%" "sl-blur 5"; do
  sl-pattern gradient --size 12000x2000 | $stage --threads 2 --verbose 2> usage.txt > none.slw
  memory=$(grep -o '[0-9.]* MiB' usage.txt | tail -1)
  [ "${memory%%.*}" -le 24 ] || grep -q sanitizer sandbox.txt || fail "$stage takes $memory"
done

for bad in 0x5y -1 axb 5x 1e9 nan; do
  expect_status 64 sl-blur -- "$bad" x.png 2> usage.err > none.slw
  one_line usage.err "sl-blur: SIGMA: .*$bad"
done
expect_status 64 sl-resize --kernel bicubic 50% x.png 2> usage.err > none.slw
one_line usage.err "sl-resize: --kernel: .*bicubic.*lanczos3"

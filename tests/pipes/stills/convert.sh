#!/bin/bash
# sl-convert: colors by profiles and numbers, formats, depth and dither, alpha, density, films, and wrong arguments.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 240 160 x.jpg
sl-encode -o x.png x.jpg
says() { sl-info "$1" | grep -q -- "$2" || fail "$1: no \"$2\" in $(sl-info "$1")"; }

# Without options nothing changes. There and back, colors that both spaces have stay.
sl-compare x.jpg <(sl-convert x.jpg) > /dev/null || fail "no option changes something"
for space in p3 rec2020 adobe-rgb prophoto pq hlg linear; do
  sl-convert --to $space --depth 16 x.png | sl-convert --to srgb --depth 8 | sl-encode .png > back.png
  same_pixels x.png back.png 2
done
sl-convert --to p3 x.png -o p3.jpg
says p3.jpg "icc: "
sl-convert --to srgb p3.jpg -o srgb.jpg
! sl-info srgb.jpg | grep -q "icc: " || fail "the old profile is attached"
sl-convert --to rec2020 x.png -o 2020.png
says 2020.png "primaries BT.2020"
sl-convert --primaries bt2020 x.png | sl-info - | grep -q "BT.2020, transfer sRGB" || fail "--primaries"

# White and black are the same in all of them; red of sRGB in P3 is (234, 51, 35).
/usr/bin/python3 - << 'PY'
import subprocess, sys
def codes(pixel, options):
    made = subprocess.run(f"printf 'P6 1 1 255\\n{pixel}' | sl-convert {options} | sl-encode .ppm", shell=True, capture_output=True, check=True).stdout
    return tuple(made[-3:])
for pixel, options, wanted in ((r"\377\377\377", "--to p3", (255, 255, 255)), (r"\0\0\0", "--to rec2020", (0, 0, 0)),
                               (r"\377\0\0", "--to p3", (234, 51, 35)), (r"\377\0\0", "--assume p3 --to srgb", (255, 0, 0))):
    found = codes(pixel, options)
    if max(abs(a - b) for a, b in zip(found, wanted)) > 1:
        sys.exit(f"{pixel} {options}: {found}")
PY

# The same bytes with any threads.
for threads in 1 2 7; do sl-convert --to srgb --threads $threads p3.jpg | sl-encode .ppm | md5sum; done | sort -u > sums
[ "$(wc -l < sums)" = 1 ] || fail "other bytes with other threads"

# Formats and depths.
for pair in "--to gray:gray" "--depth 16:rgb48le" "--depth half:rgbf32le" "--format yuv420p:yuv420p" "--depth 10:gbrp10le" \
  "--format rgba:rgba" "--format yuv420p10le --range limited:yuv420p10le"; do
  sl-convert ${pair%:*} x.png | sl-info - | grep -q "240x160 ${pair##*:}" || fail "$pair: $(sl-convert ${pair%:*} x.png | sl-info -)"
done
sl-convert --to linear --depth 16 x.png > deep.slw
for dither in ordered noise; do
  sl-convert --depth 8 --dither $dither deep.slw | sl-convert --to srgb | sl-encode .png > dithered.png
  sl-resize 24x16 dithered.png | sl-encode .png > small.png
  sl-resize 24x16 x.png | sl-encode .png > exact.png
  same_pixels small.png exact.png 8
done

# Alpha.
printf 'P7\nWIDTH 2\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n\310\144\62\200\1\2\3\0' > half.pam
[ "$(sl-convert --flatten '#0000ff' half.pam | sl-encode .ppm | tail -c 6 | od -An -tu1 | xargs)" = "100 50 152 0 0 255" ] || fail "--flatten"
[ "$(sl-convert --premultiply half.pam | sl-convert --unpremultiply | sl-encode .pam | tail -c 8 | head -c 4 | od -An -tu1 | xargs)" = "199 100 50 128" ] ||
  fail "--premultiply: $(sl-convert --premultiply half.pam | sl-convert --unpremultiply | sl-encode .pam | tail -c 8 | od -An -tu1)"

# Density, films, several pictures with different profiles.
sl-convert --density 118dpcm x.jpg -o dense.jpg
says dense.jpg "density: "
sl-convert --density 254 x.png | sl-resize 10mmx | sl-info - | grep -q " 100x67 " || fail "a width in mm"
sl-convert --density 254x508 x.png | sl-crop 5mmx1mm+1mm+1mm | sl-info - | grep -q " 50x20 " || fail "a part in mm"
expect_status 64 sl-resize 10mmx x.png 2> bad.err > bad.slw
one_line bad.err 'says no density'
sl-pattern --frames 3 --size 64x48 | sl-convert --to rec2020 | sl-info - | grep -q "primaries BT.2020" || fail "a film"
(sl-decode p3.jpg; sl-decode x.jpg; sl-decode p3.jpg) | sl-convert --to srgb | sl-encode --quiet -o 'three-%d.ppm'
sl-convert --to srgb p3.jpg | sl-encode .ppm > one.ppm
sl-encode .ppm x.jpg > two.ppm
sums=$(for file in one two one; do md5sum < $file.ppm; done)
[ "$(for file in three-*.ppm; do md5sum < "$file"; done)" = "$sums" ] || fail "three pictures: $(ls three-*)"

refused() { expect_status "$1" sl-convert $2 x.png 2> bad.err > bad.slw; one_line bad.err "$3"; }
refused 64 "--to cmyk" 'is not srgb|p3'
refused 64 "--depth 11" 'is not 8, 9, 10'
refused 64 "--format rgb25" 'is no pixel format'
refused 64 "--matrix bt709" 'has no matrix'
refused 64 "--to gray --depth 10" 'no pixel format has gray in 10 bits'
refused 64 "--premultiply --flatten red" 'exclude each other'
refused 64 "--to srgb --transfer pq" 'names primaries'
refused 66 "--to none.icc" 'none.icc'
head -c 200 /dev/zero > zero.icc
refused 65 "--to zero.icc" 'zero.icc: the bytes are no ICC profile'

#!/bin/bash
# Light above the white of paper in formats of 8 bits: tone mapped, with a line; formats that can state it keep it.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
"$SL_PYTHON" - << 'END'
import struct, zlib
import numpy
m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
nits = numpy.geomspace(0.1, 1000, 96)
code = ((c1 + c2 * (nits / 1e4) ** m1) / (1 + c3 * (nits / 1e4) ** m1)) ** m2
row = numpy.repeat(numpy.rint(code * 65535).astype(">u2"), 3).tobytes()
chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
open("pq.png", "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I5B", 96, 16, 16, 2, 0, 0, 0))
    + chunk(b"cICP", bytes([9, 16, 0, 1])) + chunk(b"IDAT", zlib.compress((b"\0" + row) * 16)) + chunk(b"IEND", b""))
# The formula of BT.2390 for white light from 1000 cd/m2 to the 203 of paper.
pq = lambda light: ((c1 + c2 * (light / 1e4) ** m1) / (1 + c3 * (light / 1e4) ** m1)) ** m2
def light(value):
    power = numpy.maximum(value, 0) ** (1 / m2)
    return 1e4 * (numpy.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1)
e, top = pq(nits) / pq(1000.0), pq(203.0) / pq(1000.0)
ks = 1.5 * top - 0.5
t = numpy.maximum(e - ks, 0) / (1 - ks)
bent = (2 * t**3 - 3 * t**2 + 1) * ks + (t**3 - 2 * t**2 + t) * (1 - ks) + (-2 * t**3 + 3 * t**2) * top
made = numpy.where(e < ks, nits, light(bent * pq(1000.0))) / 203
srgb = numpy.clip(numpy.where(made <= 0.0031308, 12.92 * made, 1.055 * made ** (1 / 2.4) - 0.055), 0, 1)
wanted = numpy.repeat(numpy.rint(srgb * 255).astype("u1"), 3).tobytes()
open("wanted.ppm", "wb").write(b"P6\n96 16\n255\n" + wanted * 16)
# Floats: twice the white of paper, and less.
linear = numpy.repeat(numpy.linspace(0, 2, 96).astype("<f4"), 3).tobytes()
open("light.pfm", "wb").write(b"PF\n96 16\n-1\n" + linear * 16)
END
for suffix in bmp qoi tga; do
  sl-encode -o "a.$suffix" pq.png 2> map.err
  one_line map.err "PQ is tone mapped to sRGB (BT.2390), from a peak of 1000 cd/m2, measured"
  same_pixels "a.$suffix" wanted.ppm 1
done
sl-encode -o 'a.jpg[Q=100,subsampling=444]' pq.png 2> map.err
one_line map.err "a.jpg: PQ is tone mapped"
same_pixels a.jpg wanted.ppm 3
[ "$(sl-info --json a.jpg | grep -c -i profile)" = 0 ] || fail "a profile of PQ is left"
# In pipes too, from a picture that came in strips.
cat pq.png | sl-flip horizontal | sl-flip horizontal | sl-encode .bmp 2> pipe.err | cmp - a.bmp || fail "a pipe"
# 16 bits keep PQ.
sl-encode -o b.png pq.png 2> keep.err
[ ! -s keep.err ] || fail "a line for nothing"
cmp <(sl-decode pq.png | sl-encode -q .raw) <(sl-decode b.png | sl-encode -q .raw) || fail "PNG of 16 bits"
# Floats of light.
sl-convert --assume linear --to linear light.pfm > light.slw
sl-encode -o light.jpg light.slw 2> light.err
one_line light.err "linear light is tone mapped to sRGB (BT.2390), from a peak of 406 cd/m2, measured"
sl-crop 40x16+0+0 light.slw | sl-encode -o dark.jpg 2> dark.err
one_line dark.err "dark.jpg: linear light is converted to sRGB"
# A thumbnail is sRGB of 8 bits, as sl-encode makes it.
sl-thumbnail 96 pq.png 2> small.err > small.slw
one_line small.err "sl-thumbnail: PQ is tone mapped to sRGB (BT.2390), from a peak of 1000 cd/m2, measured"
sl-info small.slw | grep -q "rgb24" || fail "a thumbnail of HDR: $(sl-info small.slw)"
sl-encode -o small.ppm small.slw
same_pixels small.ppm wanted.ppm 1
sl-thumbnail 96 light.slw 2> light.err | sl-encode .bmp > small.bmp
one_line light.err "linear light is tone mapped"
sl-encode -q -o light.bmp light.slw
same_pixels small.bmp light.bmp 1

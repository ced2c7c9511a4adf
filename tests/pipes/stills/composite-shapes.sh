#!/bin/bash
# sl-composite: layers that are mirrored, rotated, rounded, repeated and masked, in 8 and 16 bits and in floats.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 96 64 x.png
photo 40 30 y.png
same() {  # LAYER PICTURE: both look the same on x
  sl-composite x.$kind "$1" -o one.slw
  sl-composite x.$kind "$2" -o two.slw
  sl-compare --fuzz 0.001 one.slw two.slw > /dev/null || fail "$1"
}
for name in x y; do
  sl-encode -o $name.jpg $name.png
  sl-convert --depth 16 $name.png -o $name.16.slw
  sl-convert --depth float $name.png -o $name.float.slw
done
for how in png=rgba jpg=rgba 16.slw=rgba64le float.slw=rgbaf32le; do
  kind=${how%=*}
  sl-flip horizontal y.$kind -o flipped.slw
  same "y.$kind[flip=horizontal,x=10,y=20]" "flipped.slw[x=10,y=20]"
  sl-crop 20x12+4+0 y.$kind | sl-rotate right - | sl-resize 30x50 - -o turned.slw
  same "y.$kind[crop=20x12+4+0,rotate=right,width=30]" turned.slw
  # By other angles about the middle: 40x30 becomes 50x46, so the corner moves by 5 and 8 pixels.
  sl-convert --format ${how#*=} y.$kind | sl-rotate 30 - -o rotated.slw
  same "y.$kind[rotate=30,x=30,y=20]" "rotated.slw[x=25,y=12]"
done

# Tiles begin at x and y, on both sides; in YUV too if they are of odd sizes.
sl-crop 15x13+2+2 y.png -o tile.png
sl-composite x.png 'tile.png[tile=yes,x=20,y=5]' | sl-encode .ppm > tiles.ppm
sl-crop 15x13+2+2 y.jpg | sl-composite x.jpg '-[tile=yes,x=20,y=5]' -o one.slw
sl-crop 15x13+2+2 y.jpg | sl-composite x.png '-[tile=yes,x=20,y=5]' | sl-composite x.jpg - -o two.slw
sl-compare --fuzz 2 one.slw two.slw > /dev/null || fail "tiles of YUV"
# Masks: luma, of another layer or its own. A mask has no place in a grid.
sl-crop 40x30+20+10 x.png | sl-convert --format gray -o mask.png
sl-composite x.png 'y.png[x=9,y=3,mask=shade]' --layer mask.png name=shade | sl-encode .ppm > masked.ppm
sl-composite y.png 'mask.png[blend=mask]' | sl-encode .ppm > own.ppm
[ "$(sl-composite --layout grid x.png 'y.png[mask=3]' mask.png | sl-info --get width -)" = 192 ] || fail "a mask in a grid"
# Round corners of white on black, in 8 and 16 bits.
{ printf 'P6 60 40 255\n'; head -c 7200 /dev/zero; } > black.ppm
{ printf 'P6 60 40 255\n'; head -c 7200 /dev/zero | tr '\0' '\377'; } > white.ppm
sl-composite black.ppm 'white.ppm[radius=15]' | sl-encode .ppm > round.ppm
sl-convert --depth 16 white.ppm | sl-composite black.ppm '-[radius=50%]' | sl-encode .ppm > round-16.ppm
for name in tile mask x y; do sl-encode .ppm $name.png > $name.ppm; done
"$SL_PYTHON" - << 'END' || fail "numpy has other pixels"
import numpy as np
def read(name):
    data = open(name, "rb").read()
    words = data.split(None, 4)
    width, height = int(words[1]), int(words[2])
    return np.frombuffer(data[-width * height * 3:], "u1").reshape(height, width, 3).astype(float)
x, y, tile, mask = (read(f"{name}.ppm") for name in ("x", "y", "tile", "mask"))
rows, columns = (np.arange(64) - 5) % 13, (np.arange(96) - 20) % 15
tiles = tile[rows][:, columns]
assert (read("tiles.ppm") == tiles).all()
share = mask[..., :1] / 255
masked = x.copy()
masked[3:33, 9:49] = masked[3:33, 9:49] * (1 - share) + y * share
worst = abs(read("masked.ppm") - masked).max()
assert worst <= 1, worst
assert abs(read("own.ppm") - y * share).max() <= 1
for name, radius in (("round", 15), ("round-16", 20)):
    shape = read(f"{name}.ppm")[..., 0] / 255
    assert shape[0, 0] == 0 and shape[20, 30] == 1 and (shape == shape[::-1, ::-1]).all(), name
    fine = (np.mgrid[0:400, 0:600] + 0.5) / 10
    away = [np.maximum(radius - at, at - (size - radius)).clip(0) for at, size in zip(fine, (40, 60))]
    exact = (np.hypot(*away) <= radius).reshape(40, 10, 60, 10).mean((1, 3))
    assert abs(shape - exact).max() < 0.08, (name, abs(shape - exact).max())
END
for word in opactiy=1:opacity roate=90:rotate rotate=up:degrees flip=sideways:horizontal mask=none:"is no layer" mask=2:itself blend=multply:multiply; do
  expect_status 64 sl-composite x.png "y.png[${word%%:*}]" 2> usage.err > none.slw
  one_line usage.err "${word#*:}"
done

#!/bin/bash
# Layers of a script, which have an opacity and a blend mode of their own, and gradients around a point.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
cat > layers.lua <<'END'
local red, blue = skia.Paint{Color = skia.ColorRED}, skia.Paint{Color = skia.ColorBLUE}
function draw(canvas, ctx)
  canvas:saveLayerAlpha(nil, 128)  -- two squares as one: where they overlap is no more of them
  canvas:drawRect(0, 0, 20, 20, red)
  canvas:drawRect(10, 10, 30, 30, blue)
  canvas:restore()
  canvas:drawRect(40, 0, 60, 40, blue)
  canvas:saveLayer()  -- a picture cut out by a circle; what is below stays
  canvas:drawRect(40, 0, 60, 40, red)
  local keep = skia.Paint()
  keep:setBlendMode(skia.BlendMode.kDstIn)
  canvas:drawCircle(50, 20, 8, keep)
  canvas:restore()
  canvas:drawRect(0, 40, 96, 48, red)
  local around = skia.Paint{Shader = skia.GradientShader.MakeSweep(80, 20, {skia.ColorRED, skia.ColorBLUE})}
  canvas:drawRect(65, 5, 95, 35, around)
  local clear = skia.Paint()
  clear:setBlendMode(skia.BlendMode.kClear)
  canvas:clipRect(0, 40, 96, 48)
  canvas:saveLayer(skia.Rect(0, 40, 96, 48), clear)  -- stays open: it ends with the frame
end
END
sl-draw layers.lua --size 96x48 --frames 1 | sl-encode -q .raw > layers.raw
"$SL_PYTHON" -c 'import numpy
p = numpy.fromfile("layers.raw", "u1").reshape(48, 96, 4).astype(int)
def near(x, y, *color):
    assert abs(p[y, x] - color).max() <= 2, (x, y, p[y, x], color)
near(5, 5, 255, 0, 0, 128)
near(15, 15, 0, 0, 255, 128)
near(25, 25, 0, 0, 255, 128)
near(50, 20, 255, 0, 0, 255)
near(41, 20, 0, 0, 255, 255)
near(50, 35, 0, 0, 255, 255)
near(80, 34, 191, 0, 64, 255)  # a quarter around, clockwise from the right
near(66, 20, 128, 0, 127, 255)
near(80, 6, 64, 0, 191, 255)
near(50, 44, 0, 0, 0, 0)' || fail "other pixels"
printf 'function draw(c) c:saveLayer(skia.Paint{ImageFilter = skia.ImageFilters.Blur(2, 2)}) end\n' > blur.lua
expect_status 65 sl-draw blur.lua --size 8x8 2> blur.err > none.slw
one_line blur.err "blur.lua:1: a layer has an opacity and a blend mode, no filter"
printf 'function draw(c) for i = 1, 30 do c:saveLayer() end end\n' > deep.lua
expect_status 78 sl-draw deep.lua --size 8x8 2> deep.err > none.slw
one_line deep.err "deep.lua:1: more than 20 layers"

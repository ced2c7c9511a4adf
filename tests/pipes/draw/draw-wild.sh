#!/bin/bash
# Scripts that draw anything anywhere, far outside and absurdly large, end soon and well.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
cat > wild.lua << 'END'
local function r() local k = math.random(6); if k == 1 then return 0 elseif k == 2 then return 1e6 elseif k == 3 then return -1e6 elseif k==4 then return math.random() else return math.random(-300, 300) end end
local methods = {}
for k, v in pairs(skia.Canvas) do if type(v) == "function" then methods[#methods + 1] = k end end
table.sort(methods)
local function paint()
  local p = skia.Paint()
  p:setARGB(math.random(255), math.random(255), math.random(255), math.random(255))
  p:setStyle(math.random(0, 2)); p:setStrokeWidth(r()); p:setStrokeCap(math.random(0,2)); p:setStrokeJoin(math.random(0,2)); p:setStrokeMiter(r())
  local k = math.random(8)
  if k == 1 then p:setPathEffect(skia.DashPathEffect.Make({math.abs(r()) + 0.1, math.abs(r())}, r())) end
  if k == 2 then p:setShader(skia.GradientShader.MakeLinear({{r(), r()}, {r(), r()}}, {skia.ColorRED, skia.ColorBLUE})) end
  if k == 3 then p:setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, math.random(0, 20))) end
  if k == 4 then p:setImageFilter(skia.ImageFilters.DropShadow(r(), r(), math.random(0, 10), 3, skia.ColorBLACK)) end
  p:setBlendMode(math.random(0, 28))
  return p
end
function draw(canvas, ctx)
  if not seeded then math.randomseed(ctx.seed) seeded = true end
  for i = 1, 60 do
    local m = methods[math.random(#methods)]
    local rect = skia.Rect(r(), r(), r(), r())
    local path = skia.Path(); path:moveTo(r(), r()); path:cubicTo(r(), r(), r(), r(), r(), r()); path:lineTo(r(), r()); path:arcTo(rect, r(), r(), false)
    local ok, err = pcall(function()
      if m == "drawString" then canvas:drawString("Wild " .. i, r(), r(), skia.Font("DejaVu Sans", math.abs(r())), paint())
      elseif m == "drawTextBox" then canvas:drawTextBox("Wild and more words " .. i, rect, skia.Font("DejaVu Sans", math.random(60)), paint())
      elseif m == "drawPath" then canvas:drawPath(path, paint())
      elseif m == "clipPath" then canvas:clipPath(path)
      elseif m == "clipRect" then canvas:clipRect(rect)
      elseif m == "drawArc" then canvas:drawArc(rect, r(), r(), true, paint())
      elseif m == "drawCircle" then canvas:drawCircle(r(), r(), r(), paint())
      elseif m == "drawRect" then canvas:drawRect(rect, paint())
      elseif m == "drawRoundRect" then canvas:drawRoundRect(rect, r(), r(), paint())
      elseif m == "drawLine" then canvas:drawLine(r(), r(), r(), r(), paint())
      elseif m == "scale" then canvas:scale(r(), r())
      elseif m == "rotate" then canvas:rotate(r())
      elseif m == "skew" then canvas:skew(r(), r())
      else canvas[m](canvas, r(), r(), r(), r(), paint()) end
    end)
    if math.random(5) == 1 then canvas:resetMatrix() end
    if math.random(5) == 1 then canvas:restoreToCount(1) canvas:save() end
  end
end
END
for seed in 1 2 3 4 5 6; do
  status=0
  timeout 60 sl-draw wild.lua --set seed=$seed --size 200x150 --frames 40 > wild.slw 2> wild.err || status=$?
  [ $status = 0 ] || [ $status = 78 ] || fail "seed $seed: status $status: $(cat wild.err)"
done

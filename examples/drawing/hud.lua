-- A head-up display, whose score changes while it runs:
--   mkfifo control; sl-draw hud.lua --set score=0 --control control film.mp4 | sl-display & echo score=1300 > control
local panel = skia.Paint()
panel:setColor(skia.Color(0, 0, 0, 140))
local edge = skia.Paint()
edge:setColor(skia.Color(90, 200, 255, 220))
edge:setStyle(skia.Paint.kStroke_Style)
edge:setStrokeWidth(2)
local label = skia.Paint()
label:setColor(skia.Color(255, 255, 255, 255))
local health = skia.Paint()
health:setShader(skia.GradientShader.MakeLinear({{20, 0}, {320, 0}}, {skia.ColorRED, skia.ColorGREEN}))
local big = skia.Font(skia.Typeface("DejaVu Sans", skia.FontStyle.Bold()), 36)
local small = skia.Font(skia.Typeface("DejaVu Sans"), 20)

function draw(canvas, ctx)
  -- Score, upper left.
  canvas:drawRoundRect(skia.Rect.MakeXYWH(10, 10, 320, 60), 12, 12, panel)
  canvas:drawRoundRect(skia.Rect.MakeXYWH(10, 10, 320, 60), 12, 12, edge)
  canvas:drawString("Score: " .. tostring(ctx.score or 0), 26, 54, big, label)

  -- Health, lower left.
  local share = math.max(0, math.min(1, ctx.health or 0.8))
  canvas:drawRoundRect(skia.Rect.MakeXYWH(10, ctx.height - 46, 320, 36), 8, 8, panel)
  canvas:drawRect(skia.Rect.MakeXYWH(20, ctx.height - 38, 300 * share, 20), health)

  -- Time, upper right.
  local time = string.format("%02d:%05.2f", ctx.time // 60, ctx.time % 60)
  canvas:drawString(time, ctx.width - small:measureText(time) - 20, 40, small, label)

  -- A cross in the middle.
  local x, y = ctx.width / 2, ctx.height / 2
  canvas:drawLine(x - 20, y, x - 6, y, edge)
  canvas:drawLine(x + 6, y, x + 20, y, edge)
  canvas:drawLine(x, y - 20, x, y - 6, edge)
  canvas:drawLine(x, y + 6, x, y + 20, edge)
end

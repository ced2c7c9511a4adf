-- A half-transparent bar with the number of the frame: sl-draw frame-number.lua film.mp4 -o numbered.mp4
local bar = skia.Paint()
bar:setColor(skia.Color(0, 0, 0, 128))
local white = skia.Paint()
white:setColor(skia.ColorWHITE)
local font = skia.Font(skia.Typeface("DejaVu Sans"), 32)

function draw(canvas, ctx)
  canvas:drawRect(skia.Rect(0, ctx.height - 100, ctx.width, ctx.height), bar)
  canvas:drawString("Frame " .. ctx.frame_number, 20, ctx.height - 40, font, white)
end

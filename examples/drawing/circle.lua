-- An animated red circle: sl-draw circle.lua --size 320x240 --rate 25 --duration 4s -o circle.mp4
local paint = skia.Paint()
paint:setColor(skia.Color(255, 0, 0, 255))
paint:setAntiAlias(true)

function draw(canvas, ctx)
  local radius = 50 + 30 * math.sin(2 * ctx.time)
  canvas:drawCircle(ctx.width / 2, ctx.height / 2, radius, paint)
end

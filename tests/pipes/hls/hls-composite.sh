#!/bin/bash
# A live show: a camera, a screen and a head-up display in sl-composite to HLS. No frame is lost on the way, and changes by
# --control come in the next frames.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
cat > observe.py << 'END_OF_PYTHON'
"""Reads the show, changes it after frame 20 and 40, and reports in which frames the changes are."""
import os, select, sys
sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import streamlib
control = open("control", "w", buffering=1)
numbers, seen, asked, waits = [], {}, {}, {20: "screen.visible=no", 40: "hud.x=0 hud.y=0 hud.opacity=0"}
for stream in streamlib.Reader(0):
    for item in stream.items():
        if isinstance(item, streamlib.Record):
            assert item.type != streamlib.EVENT or item.json["event"] != "dropped" or item.track != 1, item.json
            continue
        if item.track != 1:
            continue
        numbers.append(item.number)
        luma = item.planes[0]
        # The screen is white in the upper right corner; the display has a white box in the upper left one.
        for name, is_gone in (("screen", luma[10, 630] < 200), ("hud", luma[4, 10] < 200)):
            if is_gone and name in asked:
                seen.setdefault(name, item.number)
            assert is_gone == (name in seen), (name, item.number, asked)
        last = item.number
        for at in [at for at in waits if at <= last]:
            if not select.select([0], [], [], 0)[0]:  # nothing waits that was made before
                line = waits.pop(at)
                print(line, file=control)
                asked[line.split(".")[0]] = last
assert numbers == list(range(75)), numbers
print(*[f"{name}: {seen[name] - asked[name]} frames" for name in asked])
assert all(0 < seen[name] - asked[name] <= 10 for name in ("screen", "hud")), (asked, seen)
END_OF_PYTHON
cat > hud.lua << 'END_OF_LUA'
function draw(canvas, ctx)
  local paint = skia.Paint()
  paint:setColor(skia.ColorWHITE)
  canvas:drawRect(skia.Rect.MakeXYWH(0, 0, 200, 28), paint)
  paint:setColor(skia.ColorBLACK)
  canvas:drawString("Score " .. ctx.frame_number, 20, 24, skia.Font(nil, 24), paint)
end
END_OF_LUA
mkfifo control observed
sl-pattern --live --rate 25 --frames 75 --size 640x360 --sound click |
  sl-composite --control control - --layer <(sl-pattern --live --rate 10 --size 160x90 white) 'name=screen,gravity=northeast' \
    --layer <(sl-draw hud.lua --size 640x360 --rate 25) name=hud |
  tee observed | sl-hls out --event --segment-duration 1s &
show=$!
"$SL_PYTHON" observe.py < observed > frames.txt || fail "the show: $(cat frames.txt)"
wait $show || fail "the stages of the show"
cat frames.txt
sl-decode --allow out/ out/index.m3u8 | sl-pattern --read - > read.txt
[ "$(grep -o '^frame [0-9]*' read.txt | uniq | wc -l)" = 75 ] || fail "frames in the playlist: $(cat read.txt)"

#!/bin/bash
# sl-display in a terminal: the colours of a still in half blocks, sixels and kitty's graphics, and the input it refuses.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
unset DISPLAY WAYLAND_DISPLAY COLORTERM
cat > stills.py << 'P'
import base64, os, re, sys
sys.path[:0] = [os.environ["SL_SOURCE"] + "/tests/pipes/support", os.environ["SL_SOURCE"] + "/bindings/python"]
import numpy, streamlib
from terminal import Terminal, cells

upper, lower = (200, 30, 60), (10, 120, 240)
picture = numpy.zeros((48, 48, 3), numpy.uint8)
picture[:24], picture[24:] = upper, lower
with open("two.slw", "wb") as file, streamlib.Writer(file, tool="test") as out:
    out.begin()
    out.track(1, streamlib.video("rgb24", 48, 48, title="\033]0;owned\007", meta={"x": "\033[2J"}))
    out.picture(1, picture, number=0, pts=0)
    out.end()

# On 40x13 characters of 8x16 pixels there is room for 24x12 characters, with a line left for the prompt.
with Terminal("sl-display --colors full two.slw", columns=40, rows=13) as terminal:
    assert terminal.wait() == 0 and terminal.is_restored()
shown = terminal.cells()
place = {(row, column) for row in range(1, 13) for column in range(1, 25)}
assert {at for at, colors in shown.items() if colors != (None, None)} == place, sorted(shown)
for (row, column), colors in shown.items():
    # Cells on the border of two colours may be mixed.
    assert (row, column) not in place or row in (6, 7) or colors == ((upper, upper) if row <= 6 else (lower, lower)), (row, column, colors)
assert b"owned" not in terminal.output

with Terminal("sl-display two.slw", columns=40, rows=13, kitty=True, sixel=True) as terminal:
    assert terminal.wait() == 0 and terminal.is_restored()
pieces = re.findall(rb"\033_G([^;]*);([^\033]*)\033\\", terminal.output)[1:]  # after the query
assert b"f=24,s=48,v=48,c=6,r=3," in pieces[0][0], pieces[0]
assert base64.b64decode(b"".join(piece for _, piece in pieces)) == picture.tobytes()

with Terminal("sl-display two.slw", columns=40, rows=13, sixel=True) as terminal:
    assert terminal.wait() == 0 and terminal.is_restored()
body = re.search(rb"\033P[\d;]*q(.*)\033\\", terminal.output, re.S).group(1)
raster, palette = re.match(rb'"1;1;(\d+);(\d+)', body), dict(re.findall(rb"#(\d+);2;(\d+;\d+;\d+)", body))
assert (int(raster[1]), int(raster[2])) == (48, 48), raster
rows = re.split(rb"-", body[raster.end():])
def colors(band):
    return {palette[number] for number, dots in re.findall(rb"#(\d+)(?!;|\d)([^#]*)", band) if re.search(rb"[@-~]", dots)}
def percent(color):
    return b";".join(b"%d" % (value * 100 // 255) for value in color)
assert colors(rows[1]) == {percent(upper)} and colors(rows[6]) == {percent(lower)}, (colors(rows[1]), colors(rows[6]))

# Who says nothing gets half blocks after a second; who knows 256 colours no others.
with Terminal("sl-display two.slw", columns=40, rows=13, answers=False) as terminal:
    assert terminal.wait() == 0
assert b"38;5;" in terminal.output and b"38;2;" not in terminal.output and b"\033P" not in terminal.output
P
"$SL_PYTHON" stills.py || fail "stills"
sl-display --terminal --size 20x10 two.slw > two.txt
"$SL_PYTHON" -c 'import sys; sys.path.insert(0, sys.argv[1] + "/tests/pipes/support")
from terminal import cells
shown = cells(open("two.txt").read())
assert shown[1, 1] == ((200, 30, 60),) * 2 and shown[10, 20] == ((10, 120, 240),) * 2 and (11, 1) not in shown, shown' "$SL_SOURCE" || fail "printed"
# Sixteen colours are dithered: areas of a ramp have their mean colour.
"$SL_PYTHON" -c 'import sys
sys.stdout.buffer.write(b"P6 160 48 255\n" + bytes(v for y in range(48) for x in range(160) for v in (x * 8 // 5, 128, 255 - x * 8 // 5)))' > ramp.ppm
sl-display --graphics blocks --colors 16 --size 160x24 ramp.ppm > ramp.txt
"$SL_PYTHON" -c 'import sys; sys.path.insert(0, sys.argv[1] + "/tests/pipes/support")
from terminal import cells
shown = cells(open("ramp.txt").read())
for first in range(9, 153, 16):
    area = [half for (row, column), halves in shown.items() if first <= column < first + 16 for half in halves]
    mean = [sum(half[c] for half in area) / len(area) for c in range(3)]
    wanted = ((first + 6.5) * 8 / 5, 128, 255 - (first + 6.5) * 8 / 5)
    assert max(abs(m - w) for m, w in zip(mean, wanted)) < 12, (first, mean, wanted)' "$SL_SOURCE" || fail "not dithered"
# Rows of any length: chafa requires multiples of a machine word.
for width in 45 46 47; do
  sl-pattern smpte100 --size ${width}x40 | sl-display --graphics blocks --size 45x20 > bars.txt
  "$SL_PYTHON" -c 'import sys; sys.path.insert(0, sys.argv[1] + "/tests/pipes/support")
from terminal import cells
shown = cells(open("bars.txt").read())
top = [shown[1, column] for column in range(1, 44)]
assert all([shown[row, column] for column in range(1, 44)] == top for row in range(2, 12)) and len(set(top)) > 6, top' "$SL_SOURCE" ||
    fail "rows of $width are sheared"
done
expect_status 64 sl-display --size 20 two.slw 2> size.err > none.txt
one_line size.err "is not WIDTHxHEIGHT"
expect_status 66 setsid -w sl-display two.slw 2> nowhere.err > none.txt
one_line nowhere.err "nothing to show on"
head -c 3000 two.slw > cut.slw
expect_status 65 sl-display --terminal cut.slw 2> cut.err > none.txt
one_line cut.err "cut.slw"
photo 200 100 x.png
head -c 9000 x.png > cut.png
expect_status 79 sh -c 'sl-decode cut.png 2> decode.err | sl-display --terminal 2> abort.err > none.txt'
one_line abort.err "sl-display: sl-decode on .*: cut.png"
sl-display --terminal --sandbox-report two.slw 2> sandbox.err > none.txt
grep -q "seccomp: in force" sandbox.err || grep -q sanitizer sandbox.err || fail "it is not locked in"

#!/bin/bash
# The programs in examples/drawing: the circle by its geometry, the bar and the head-up display against golden pictures.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
examples=$SL_SOURCE/examples/drawing
golden=$SL_SOURCE/tests/data/drawing

# The circle's radius is 50 + 30 sin(2 t): every pixel is covered as far as it lies inside, by 576 samples in float64.
sl-draw "$examples/circle.lua" --size 200x180 --rate 5 --duration 2s | sl-encode -o circle-%02d.pam
/usr/bin/python3 - << 'PY'
import glob, math
import numpy as np
files = sorted(glob.glob("circle-*.pam"))
assert len(files) == 10, files
for number, name in enumerate(files):
    pixels = np.frombuffer(open(name, "rb").read().split(b"ENDHDR\n", 1)[1], np.uint8).reshape(180, 200, 4).astype(float)
    radius = 50 + 30 * math.sin(2 * number / 5)
    at = (np.arange(24) + 0.5) / 24
    x = (np.arange(200)[:, None] + at).reshape(-1) - 100
    y = (np.arange(180)[:, None] + at).reshape(-1) - 90
    inside = (x[None, :] ** 2 + y[:, None] ** 2 <= radius ** 2)
    share = inside.reshape(180, 24, 200, 24).mean((1, 3))
    worst = np.abs(pixels[..., 3] / 255 - share).max()
    assert worst < 0.08, (name, worst)
    assert (pixels[..., :3][pixels[..., 3] > 0] == (255, 0, 0)).all(), name
PY

# A film that is all gray, in 4:2:0, so that the golden picture shows what was drawn.
film() { sl-pattern gray --size 640x360 --pixels yuv420p --frames "$1" --rate 10; }
# A font of another version moves edges a little: the pictures agree after a blur, and in their mean.
like_golden() {  # PICTURE NAME
  [ -z "${SL_GOLDEN:-}" ] || cp "$1" "$golden/$2"
  sl-blur 2 "$1" | sl-encode .ppm > got.ppm
  sl-blur 2 "$golden/$2" | sl-encode .ppm > wanted.ppm
  "$SL_PYTHON" - got.ppm wanted.ppm << 'PY' || fail "$1 is not like $2"
import sys
import numpy as np
def read(name):
    _, size, _, samples = open(name, "rb").read().split(b"\n", 3)
    width, height = map(int, size.split())
    return np.frombuffer(samples, np.uint8).reshape(height, width, 3).astype(float)
got, wanted = read(sys.argv[1]), read(sys.argv[2])
off = np.abs(got - wanted)
assert got.shape == wanted.shape and off.mean() < 0.5 and (off > 60).mean() < 0.002, (off.mean(), off.max())
PY
}
film 8 | sl-draw "$examples/frame-number.lua" | sl-select --frame 7 | sl-encode .png > bar.png
like_golden bar.png frame-number.png
# Above the bar nothing changes, and in the bar gray is half as bright, without a change of chroma.
film 1 | sl-draw "$examples/frame-number.lua" | sl-crop 640x260+0+0 | sl-compare - <(film 1 | sl-crop 640x260+0+0) > same.txt ||
  fail "rows above the bar changed"
film 1 | sl-draw "$examples/frame-number.lua" | sl-crop 200x90+400+265 | sl-encode -o dark.y4m
"$SL_PYTHON" - dark.y4m << 'PY'
import sys
import numpy as np
frame = open(sys.argv[1], "rb").read().split(b"FRAME\n", 1)[1]
luma, chroma = np.frombuffer(frame[:200 * 90], np.uint8), np.frombuffer(frame[200 * 90:], np.uint8)
gray = 126  # of sl-pattern gray; black is 16, alpha 128/255
assert np.abs(luma.astype(float) - (16 + (gray - 16) * 127 / 255)).max() <= 1, luma
assert (chroma == 128).all(), chroma
PY

# The score changes while the film runs.
mkfifo control frames
exec 7<> control
film 6 > film.slw
sl-draw --set score=7 --control control "$examples/hud.lua" frames > scored.slw &
{
  head -c 800000 film.slw
  sleep 0.5
  echo 'score=1300' >&7
  sleep 0.2
  tail -c +800001 film.slw
} > frames
wait $!
sl-select --frame 0 scored.slw | sl-encode .png > first.png
sl-select --frame 5 scored.slw | sl-encode .png > second.png
like_golden first.png hud-7.png
like_golden second.png hud-1300.png

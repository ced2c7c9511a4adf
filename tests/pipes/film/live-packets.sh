#!/bin/bash
# A camera's MJPEG is decoded by the first stage that needs pixels: at once, with the driver's times and
# numbers, and a damaged picture does not end it.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 160 120 x.jpg
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/mjpeg_wire.py" x.jpg 30 20 > packets.slw
reported() { sl-info --json --frames "$1" | grep -o '"number.*"wall":"[0-9]*"' | sed -E 's/"(dts|duration)":[0-9]*,//g'; }
sl-invert packets.slw > pixels.slw
reported packets.slw > sent
reported pixels.slw > came
[ "$(wc -l < sent)" = 30 ] || fail "$(wc -l < sent) frames were sent"
cmp sent came || fail "numbers and times are others: $(diff sent came | head -n 4)"
sl-decode x.jpg | sl-encode .ppm > still.ppm
sl-decode packets.slw | sl-encode -o shown-%02d.ppm
same_pixels still.ppm shown-07.ppm 6
# A film takes it unchanged.
sl-encode -o film.mkv packets.slw
sl-info film.mkv | grep -q "mjpeg.*160x120" || fail "the film: $(sl-info film.mkv)"

# No frame waits for the next one: at twenty a second one that does is 50 ms older.
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/mjpeg_wire.py" x.jpg 30 20 |
  sl-decode | sl-tap --json ages --interval 0.2 > seen.slw
"$SL_PYTHON" - << 'END'
import json
ages = [json.loads(line)["age"] for line in open("ages")]
assert sorted(ages)[len(ages) // 2] < 0.045, ages
END

# The tenth picture is cut in its middle, the twentieth is no picture.
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/mjpeg_wire.py" x.jpg 30 1000 damage | sl-decode > damaged.slw
sl-info --json --frames damaged.slw > damaged.jsonl
grep -q '"damaged":true' damaged.jsonl || fail "no frame is marked as damaged"
frames=$(grep -c '"capture"' damaged.jsonl)
[ "$frames" -ge 28 ] || fail "$frames frames of 30"

#!/bin/bash
# sl-screen over time: changes only, the pointer, windows that change, hide and close, moments that are missed.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/screen.bash"
things() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/stream_things.py" "$1"; }
start_screen 640x480x24
xsetroot -solid '#000000'
xdotool mousemove 600 400

# Three colours are three frames, however long each stays; not a second of silence.
sl-screen --changes --pointer off --rate 20 > changes.slw &
recording=$!
for color in '#ff0000' '#00ff00'; do sleep 1.5; xsetroot -solid $color; done
sleep 0.5
kill -TERM $recording
expect_status 0 wait $recording
things changes.slw > changes.txt
[ "$(sed -n 's/^frame.*"pixel": //p' changes.txt | tr '\n' ' ')" = "[[0, 0, 0]]} [[255, 0, 0]]} [[0, 255, 0]]} " ] || fail "$(cat changes.txt)"
grep -q '"event": "tick"' changes.txt || fail "it was silent"
grep -q '^end .*stopped' changes.txt || fail "END does not report the stop"

# The pointer is in its place, and hidden with --pointer off; its moving is a change.
xsetroot -solid '#0000ff' -cursor_name arrow
sl-screen --frames 1 -o with.ppm
sl-screen --frames 1 --pointer off -o without.ppm
ffmpeg -v error -f x11grab -draw_mouse 1 -i $DISPLAY -frames:v 1 reference.ppm
same_pixels with.ppm reference.ppm 0
expect_status 1 cmp -s with.ppm without.ppm
sl-screen --changes --frames 2 > moved.slw &
recording=$!
sleep 0.4
xdotool mousemove 300 200
expect_status 0 wait $recording

# A window: another size is another TRACK, hidden is a gap, closed is a good end.
show_window subject 200x150+50+60 '#c04020'
sl-screen --window subject --pointer off --rate 20 > window.slw 2> window.err &
recording=$!
id=$(xdotool search --name subject | tail -1)
sleep 0.5
xdotool windowsize $id 120 90
sleep 0.5
xdotool windowunmap $id
sleep 0.5
xdotool windowmap $id
sleep 0.5
kill $WINDOW
expect_status 0 wait $recording
things window.slw > window.txt
sed -n 's/^track.*"width": \([0-9]*\), "height": \([0-9]*\).*/\1x\2/p' window.txt | uniq > sizes
[ "$(tr '\n' ' ' < sizes)" = "200x150 120x90 " ] || fail "$(cat sizes)"
grep -q '"event": "gap".*not shown' window.txt || fail "no gap is reported: $(grep event window.txt)"
grep -q '^end .*stopped' window.txt || fail "END does not report the stop"

# A late reader: missed frames are reported, and numbers, times and captures agree.
sl-screen --pointer off --rate 50 --duration 2s | { sleep 1; cat; } > late.slw
things late.slw > late.txt
"$SL_PYTHON" - << 'P'
import json
frames = [json.loads(line[6:]) for line in open("late.txt") if line.startswith("frame")]
dropped = [json.loads(line[6:]) for line in open("late.txt") if '"dropped"' in line]
missing = {n for event in dropped for n in range(event["from"], event["to"] + 1)}
numbers = [frame["number"] for frame in frames]
assert missing and sorted(missing | set(numbers)) == list(range(100)) and not missing & set(numbers), (missing, numbers)
for frame in frames:
    assert frame["pts"] == frame["number"]
    offset = (frame["capture"] - frames[0]["capture"]) / 1e9 - frame["pts"] / 50
    assert -0.25 < offset < 0.25, (frame, offset)
P
# The server goes.
sl-screen --rate 20 > gone.slw 2> gone.err &
recording=$!
sleep 0.3
kill $SCREEN
expect_status 69 wait $recording
one_line gone.err "the server has ended"

# Screens of other depths: 10 bits a colour stay so.
start_screen 320x200x30
xsetroot -solid 'rgb:8000/4000/ffff'
sl-screen --frames 1 --pointer off > deep.slw
things deep.slw > deep.txt
grep -q '"pixels": "gbrp10le".*"bits": 10' deep.txt || fail "$(cat deep.txt)"
grep -q '"pixel": \[256, 1023, 512\]' deep.txt || fail "$(cat deep.txt)"
kill $SCREEN
start_screen 320x200x16
xsetroot -solid '#ff0000'
sl-screen --frames 1 --pointer off > shallow.slw
things shallow.slw > shallow.txt
grep -q '"pixel": \[\[255, 0, 0\]\]' shallow.txt || fail "$(cat shallow.txt)"

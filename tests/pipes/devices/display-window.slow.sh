#!/bin/bash
# sl-display in a window: the grabbed screen equals the sent picture; its keys; failures; the stream passed on.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/screen.bash"
export SDL_AUDIODRIVER=dummy
DISPLAY=:7654 expect_status 69 sl-display x.png 2> nobody.err
one_line nobody.err "no window on display :7654"
start_screen 1024x768x24
openbox > screen/manager.log 2>&1 &  # full screen and focus are a window manager's affair
wait_until xprop -root _NET_SUPPORTING_WM_CHECK > screen/manager
# see INPUT [OPTIONS]: its process in SHOW, once the window is open; grab NAME: its picture; key K; over STATUS.
is_shown() { sl-screen --list | grep -q ' sl-display$'; }
see() {
  sl-display "$@" 2> show.err &
  SHOW=$!
  wait_until is_shown
  sleep 0.3
}
grab() { sl-screen --frames 1 --pointer off --window sl-display -o "$1"; }
key() { xdotool key "$1"; sleep 0.7; }
over() { expect_status "$1" wait $SHOW; }
colors() { "$SL_PYTHON" -c 'import sys
data = open(sys.argv[1], "rb").read()
magic, size, most, pixels = data.split(b"\n", 3)
width, height = map(int, size.split())
def at(x, y): return tuple(pixels[3 * (int(y * height) * width + int(x * width)):][:3])
print(width, height, at(.25, .25), at(.75, .75))' "$1"; }

# A still: every pixel, and it stays until q.
photo 300 201 x.png
see x.png
grab shown.ppm
same_pixels shown.ppm x.png 0
# s saves; information over the picture, and off again; full screen, scaled in its shape.
key s
key i
grab information.ppm
expect_status 1 cmp -s information.ppm shown.ppm
key i
sleep 3
grab again.ppm
same_pixels again.ppm x.png 0
key f
sl-screen --list | grep -q '1024x768+0+0  x.png - sl-display' || fail "no full screen: $(sl-screen --list)"
key f
sl-screen --list | grep -q '300x201.*  x.png - sl-display' || fail "full screen for ever: $(sl-screen --list)"
kill -0 $SHOW || fail "it has ended"
key q
over 0
one_line show.err "sl-display: saved sl-display-.*-1.png"
same_pixels sl-display-*-1.png x.png 0

# Colours by matrix and range, upright, with square pixels: 64x48 of 2:1 are 128x48, turned 48x128.
two() { ffmpeg -v error -f lavfi -i "color=0x$1:size=64x24,format=rgb24" -f lavfi -i "color=0x$2:size=64x24,format=rgb24" \
  -filter_complex "vstack,scale=out_color_matrix=$3:out_range=$4,format=yuv444p,setsar=2/1" -frames:v 1 -c:v ffv1 -colorspace $5 -color_range $4 -y two.mkv; }
for space in "bt709 tv bt709" "bt709 pc bt709" "bt601 tv smpte170m" "bt601 pc smpte170m"; do
  two c02040 2040c0 $space
  sl-decode two.mkv > two.slw
  see --hold two.slw
  grab two.ppm
  "$SL_PYTHON" - "$(colors two.ppm)" << 'P' || fail "$space: $(colors two.ppm)"
import ast, sys
width, height, rest = sys.argv[1].split(" ", 2)
upper, lower = ast.literal_eval(rest.replace(") (", "), ("))
near = lambda a, b: all(abs(x - y) <= 1 for x, y in zip(a, b))
sys.exit(not ((width, height) == ("128", "48") and near(upper, (0xc0, 0x20, 0x40)) and near(lower, (0x20, 0x40, 0xc0))))
P
  key q
  over 0
done
sl-encode -o turned.jpg x.png && exiftool -q -overwrite_original -n -Orientation=6 turned.jpg
see turned.jpg
grab turned.ppm
sl-encode .ppm turned.jpg > upright.ppm
same_pixels turned.ppm upright.ppm 0
key q
over 0

# Several stills: one after another.
photo 120 90 y.png
cat x.png y.png > both
see both
grab first.ppm
key Right
grab second.ppm
same_pixels first.ppm x.png 0
expect_status 1 cmp -s first.ppm second.ppm
key q
over 0

# In the middle of a pipe: everything passes, the samples unchanged; q ends a live one well on both sides.
test-live --frames 20 --rate 50 > live.slw
sl-display --tee live.slw > passed.slw
sl-info --frames --json passed.slw | grep -q '"frames":20,' || fail "not all frames"
same_pixels passed.slw live.slw 0 2> /dev/null || fail "other samples"
mkfifo to
test-live --rate 25 > to &
camera=$!
sl-display --tee < to 2> show.err > ended.slw &
SHOW=$!
wait_until is_shown
sleep 0.5
key q
over 0
expect_status 141 wait $camera
sl-info --frames --json ended.slw | grep -q '"stopped":true' || fail "END does not report the stop"

# Upstream dies, or reports a failure: 79, and its name.
test-live --rate 25 > to &
camera=$!
see to
kill -KILL $camera
over 79
one_line show.err "sl-display: test-live on .* ended without END"

# A pause holds a recorded film back, a step shows the next picture; the end comes by itself, at its time.
ffmpeg -v error -f lavfi -i testsrc2=size=160x120:rate=10:duration=2 -c:v ffv1 film.mkv
start=$(date +%s%N)
see --information film.mkv
key space
grab informed.ppm
key i
grab one.ppm
expect_status 1 cmp -s informed.ppm one.ppm
sleep 1
grab two.ppm
cmp one.ppm two.ppm || fail "it is not paused"
key Right
grab three.ppm
expect_status 1 cmp -s one.ppm three.ppm
key Left
grab four.ppm
cmp one.ppm four.ppm || fail "Left is not back"
key space
over 0
took=$((($(date +%s%N) - start) / 1000000))
[ $took -gt 3000 ] && [ $took -lt 20000 ] || fail "2 s and pauses took $took ms"

# Sound: all of it reaches the device unchanged.
ffmpeg -v error -f lavfi -i testsrc2=size=160x120:rate=10:duration=1 -f lavfi -i sine=frequency=1000:duration=1 -c:v ffv1 -c:a pcm_s16le sound.mkv
SDL_AUDIODRIVER=disk SDL_DISKAUDIOFILE=$PWD/heard.raw sl-display sound.mkv 2> disk.err || fail "sound"
ffmpeg -v error -i sound.mkv -f s16le sent.raw
"$SL_PYTHON" -c 'heard, sent = open("heard.raw", "rb").read(), open("sent.raw", "rb").read()
start = heard.find(sent[:400])
same = next((i for i, (a, b) in enumerate(zip(heard[start:], sent)) if a != b), len(sent))
assert start >= 0 and same > len(sent) * 9 // 10, (start, same, len(sent), len(heard))' || fail "other sound"

# The display goes.
see x.png
kill $SCREEN
over 69

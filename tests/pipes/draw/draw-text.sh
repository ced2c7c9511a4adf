#!/bin/bash
# sl-text: what it leaves alone, fields, times, places, fades, a file that changes, and wrong arguments.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
film() { sl-pattern "${2:-gray}" --size 320x180 --pixels yuv420p --frames "$1" --rate 10; }

# The box of pixels that differ from gray in a picture: left, top, right, bottom; nothing if none does.
drawn() {
  sl-encode .ppm "$1" > drawn.ppm
  "$SL_PYTHON" - drawn.ppm << 'PY'
import sys
import numpy as np
_, size, _, samples = open(sys.argv[1], "rb").read().split(b"\n", 3)
width, height = map(int, size.split())
pixels = np.frombuffer(samples, np.uint8).reshape(height, width, 3).astype(int)
rows, columns = np.nonzero(np.abs(pixels - pixels[90, 2]).max(2) > 6)
if rows.size: print(columns.min(), rows.min(), columns.max(), rows.max())
PY
}
# expect_box PICTURE LEFT TOP RIGHT BOTTOM: what is drawn lies inside, and reaches half of it.
expect_box() {
  read -r left top right bottom < <(drawn "$1") || fail "nothing is drawn in $1"
  [ "$left" -ge "$2" ] && [ "$top" -ge "$3" ] && [ "$right" -le "$4" ] && [ "$bottom" -le "$5" ] ||
    fail "$1: drawn at $left $top $right $bottom, not inside $2 $3 $4 $5"
}

# Places: each of nine lies on its side; a margin keeps away from it.
for place in 'northwest 0 0 160 60' 'north 80 0 240 60' 'east 160 60 320 120' 'south 80 120 240 180' 'southeast 160 120 320 180' 'center 80 60 240 120'; do
  set -- $place
  film 1 | sl-text 'Text' -s 30 --gravity "$1" | sl-encode .png > at.png
  expect_box at.png "$2" "$3" "$4" "$5"
done
film 1 | sl-text 'Text' -s 20 --gravity southeast --margin 50,40 --box black | sl-encode .png > margin.png
expect_box margin.png 160 90 269 139
film 1 | sl-text 'Text' -s 20 --gravity southeast --at 50,40 --box black | sl-encode .png > placed.png
sl-compare margin.png placed.png > /dev/null || fail "--at differs from --margin"

# Rows without text pass; the stream's format stays.
film 2 | sl-text 'Text' -s 30 | sl-info --json - | grep -q yuv420p || fail "the format changed"
film 2 | sl-text 'Text' -s 30 | sl-crop 320x120+0+0 | sl-compare - <(film 2 | sl-crop 320x120+0+0) > /dev/null || fail "rows above changed"

# Synonyms say the same.
film 1 | sl-text Text --font-size 40 --color red > one.slw
for synonym in '--pointsize 40 --fill red' '--fontsize 40 --fontcolor red' '-s 40 -c #f00'; do
  film 1 | sl-text Text $synonym | sl-compare - one.slw > /dev/null || fail "$synonym"
done

# Fields: two texts that come out the same make the same picture.
same() { film 4 | sl-text "$1" | sl-select --frame 3 > field.slw; film 4 | sl-text "$2" | sl-select --frame 3 | sl-compare - field.slw > /dev/null || fail "$1 is not $2"; }
same '{time}' '00:00:00.300'
same '{time:0} {number} {width}x{height}' '00:00:00 3 320x180'
same '{{x}} {pts}' '{{x}} 3'
same 'two\nlines' 'two
lines'
sl-encode -o card.png one.slw
sl-text '{name}' card.png | sl-compare - <(sl-text 'card.png' card.png) > /dev/null || fail "{name}"
sl-text '{wall:%Y}' card.png > /dev/null

# Times: shown from the first to before the last; half of it in a fade.
film 10 | sl-text X -s 100 -g center --from 0.3s --to 0.6s > timed.slw
for frame in 2 6; do sl-select --frame $frame timed.slw | sl-compare - <(film 1) > /dev/null || fail "frame $frame has text"; done
for frame in 3 5; do ! sl-select --frame $frame timed.slw | sl-compare - <(film 1) > /dev/null || fail "frame $frame has no text"; done
film 10 | sl-text ' ' --box white --box-margin 40 -g center --from 0 --to 1s --fade-in 1s | sl-select --frame 5 | sl-encode .pgm > fade.pgm
film 10 | sl-text ' ' --box white --box-margin 40 -g center --opacity 0.5 | sl-select --frame 5 | sl-encode .pgm | cmp - fade.pgm || fail "a fade at its middle is not half"

# A text that scrolls enters at the right, and has left later.
film 40 | sl-text 'Go' -s 30 --scroll 200 > scroll.slw
sl-select --frame 0 scroll.slw | sl-compare - <(film 1) > /dev/null || fail "it is there at first"
sl-select --frame 4 scroll.slw | sl-encode .png > early.png
sl-select --frame 12 scroll.slw | sl-encode .png > late.png
read -r early _ < <(drawn early.png)
read -r late _ < <(drawn late.png)
[ $((early - late)) -ge 155 ] && [ $((early - late)) -le 165 ] || fail "it moved from $early to $late, not by 160"

# A file: read again when another takes its name.
printf 'first' > text.txt
mkfifo frames
sl-text --file text.txt frames > file.slw &
{
  film 30 > all.slw
  head -c 400000 all.slw
  sleep 0.5
  printf 'second line' > new.txt
  mv new.txt text.txt
  tail -c +400001 all.slw
} > frames
wait $!
film 1 | sl-text first | sl-compare - <(sl-select --frame 0 file.slw) > /dev/null || fail "the first text"
film 1 | sl-text 'second line' | sl-compare - <(sl-select --frame 29 file.slw) > /dev/null || fail "the second text"

# A picture without input, as large as fits; and orientation: text is upright on pictures that are not stored so.
sl-text 'A rather long title of this' --size 200x100 --fit -o title.png
[ "$(sl-info --get width title.png)" = 200 ] || fail "the size of title.png"
sl-encode -o upright.jpg one.slw
refused() {
  local pattern=$1
  shift
  expect_status 64 sl-text "$@" 2> bad.err > bad.slw
  one_line bad.err "$pattern"
}
refused 'TEXT: "{tim}" is no field: time|' '{tim}' card.png
refused 'TEXT: .* has a { without }' '{time' card.png
refused 'TEXT is missing' --size 10x10
refused '--fade-out needs --to' x --fade-out 1s card.png
refused '--margin: "x" is not' x --margin x card.png
refused '--rate, --frames and --duration need --size' x --frames 3 card.png
expect_status 66 sl-text --file missing.txt card.png 2> bad.err > bad.slw
one_line bad.err 'missing.txt'
sl-text x --font 'No Such Font' --size 60x40 2> font.err > font.slw
one_line font.err 'no font is named "No Such Font": .* stands for it'

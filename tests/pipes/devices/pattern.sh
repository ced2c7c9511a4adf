#!/bin/bash
# sl-pattern: the codes of the standards, exactly; the same picture however it is made; a card read back.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
codes="$SL_SOURCE/tests/pipes/support/pattern_codes.py"
"$SL_PYTHON" "$codes" bars || fail "wrong codes"

# The same pixels in any format that can hold them, and whether in strips or from memory.
sl-pattern noise --seed 7 --size 301x203 | sl-encode .png > noise.png
sl-pattern noise --seed 7 --size 301x203 --pixels gbrp | sl-encode .png > deep.png
same_pixels noise.png deep.png 0
sl-pattern gradient --size 301x203 | sl-encode .ppm > one.ppm
sl-pattern gradient --size 301x203 --frames 2 --pixels rgb24 | sl-select --frames 1 | sl-encode .ppm > second.ppm
cmp one.ppm second.ppm
! cmp -s noise.png <(sl-pattern noise --seed 8 --size 301x203 | sl-encode .png) || fail "another seed, the same noise"
[ "$(sl-pattern '#20608080' --size 2x1 | sl-encode -o t.png && sl-decode t.png | sl-encode .pam | tail -c 8 | od -An -tx1)" = \
  " 20 60 80 80 20 60 80 80" ] || fail "a colour with alpha"

# A card, read from the output of a codec, from a quarter of the pixels, and in every pixel format.
sl-pattern --duration 2s --sound click -o card.mp4
[ "$(sl-pattern --read card.mp4 | sed -n '48p;$=')" = $'frame 47, time 1.880 s\n50' ] || fail "read after H.264"
[ "$(sl-shrink 4 card.mp4 | sl-pattern --read | tail -1)" = "frame 49, time 1.960 s" ] || fail "read when shrunk"
for format in gray16le ya8 yuyv422 uyvy422 nv12 p010le yuv410p yuva444p10le gbrpf32le rgba; do
  [ "$(sl-pattern --pixels $format --size 321x181 | sl-pattern --read)" = "frame 0, time 0.000 s" ] || fail "$format"
done
"$SL_PYTHON" "$codes" clicks card.mp4 || fail "click and flash are not in time"

# Sound alone: a tone of 1 kHz at -18 dBFS.
sl-pattern none --sound tone --duration 1s -o tone.wav
"$SL_PYTHON" "$codes" tone tone.wav || fail "no tone"

expect_status 65 sl-pattern --read noise.png 2> noise.err
one_line noise.err "no test card"
expect_status 64 sl-pattern nothing 2> name.err
one_line name.err 'unknown "nothing"'
expect_status 64 sl-pattern --size 0x3 2> size.err
one_line size.err "WIDTHxHEIGHT"
expect_status 78 sl-pattern --size 2000000000x2 2> large.err
one_line large.err "max-pixels"
expect_status 64 sl-pattern --read --size 3x3 noise.png 2> read.err
one_line read.err "size does not go with --read"
expect_status 64 sl-pattern --json > none.slw 2> json.err
one_line json.err "json goes with --read"

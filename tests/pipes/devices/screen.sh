#!/bin/bash
# sl-screen: the whole screen, a region and a window equal the pixels that other programs grab; its errors.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/screen.bash"
expect_status 66 sl-screen > none.slw 2> none.err
one_line none.err "DISPLAY is not set"
WAYLAND_DISPLAY=wayland-0 expect_status 69 sl-screen > none.slw 2> wayland.err
one_line wayland.err "Wayland"
expect_status 69 sl-screen --display :7654 > none.slw 2> nobody.err
one_line nobody.err "display :7654"

start_screen 640x480x24
xsetroot -solid '#2060a0'
show_window "one hello" 200x150+50+60 '#c04020' "some text"
show_window "two" 100x80+300+200 '#20c040'
# pixels NAME [OPTIONS]: of one frame.
pixels() { sl-screen --frames 1 --pointer off "${@:2}" -o "$1"; }
ffmpeg -v error -f x11grab -draw_mouse 0 -i $DISPLAY -frames:v 1 reference.ppm
pixels screen.ppm
same_pixels screen.ppm reference.ppm 0
ffmpeg -v error -i reference.ppm -vf crop=161:97:33:51:exact=1 region.ppm
pixels own.ppm --region 161x97+33+51
same_pixels own.ppm region.ppm 0
id=$(sl-screen --list | sed -n 's/^\(0x[0-9a-f]*\) .*one hello$/\1/p')
eval "$(xwininfo -id $id | sed -n 's/.*Absolute upper-left X: */X=/p; s/.*Absolute upper-left Y: */Y=/p')"
ffmpeg -v error -i reference.ppm -vf crop=200:150:$X:$Y:exact=1 window.ppm
for name in "$id" "$((id))" "one hello" hello; do
  pixels own.ppm --window "$name"
  same_pixels own.ppm window.ppm 0
done
# The window's own picture, also under another window.
show_window cover 640x480+0+0 '#ffffff'
pixels own.ppm --window hello
same_pixels own.ppm window.ppm 0

expect_status 64 sl-screen --window o > none.slw 2> several.err
one_line several.err "window o: 3 have that title"
expect_status 66 sl-screen --window "no such" > none.slw 2> absent.err
one_line absent.err "window no such: no such window"
expect_status 64 sl-screen --region 641x480+0+0 > none.slw 2> outside.err
one_line outside.err "640x480"
expect_status 64 sl-screen --region 10x-3 > none.slw 2> region.err
one_line region.err "640x480+10+20"

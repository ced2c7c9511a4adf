#!/bin/bash
# GIF and APNG both ways: pixels, times without drift, loops, transparency, and GIF as browsers show it.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
sl-pattern card --size 64x48 --rate 30000/1001 --frames 20 --pixels rgb24 > film.slw
sl-encode -o film.apng film.slw
frames() { sl-decode "$1" | sl-encode -o "$2-%02d.ppm" 2> frames.err; }
sl-encode -o film-%02d.ppm film.slw
frames film.apng apng
for number in 01 02 20; do cmp "film-$number.ppm" "apng-$number.ppm" || fail "APNG: frame $number"; done
sl-encode .apng < film.slw | cmp - film.apng || fail "APNG into a pipe"

# Few colours come back exactly. 20 frames of 1001/30000 s are 66.73/100 s, in whole hundredths.
sl-encode -o film.gif film.apng
frames film.gif gif
for number in 01 02 20; do cmp "film-$number.ppm" "gif-$number.ppm" || fail "GIF: frame $number"; done
sl-decode film.gif | sl-info --frames --json - > frames.json
grep -q '"number":19,"pts":63,"duration":4' frames.json || fail "GIF: times: $(cat frames.json)"
sl-encode -o again.gif film.gif
sl-encode '.gif[palette=global]' < film.gif > global.gif
frames again.gif again
frames global.gif global
for kind in again global; do cmp film-20.ppm "$kind-20.ppm" || fail "$kind"; done
head -c $(($(stat -c %s film.gif) - 1)) film.gif > cut.gif
expect_status 65 sl-encode -o none.gif cut.gif 2> cut.err
one_line cut.err "truncated after frame 20"
absent none.gif

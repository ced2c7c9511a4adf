#!/bin/bash
# sl-shrink: sizes, wrong factors, tracks that cannot be shrunk, and rows that leave while the input waits.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 290 443 x.jpg
for factor in 2:145x222 3x2:97x222 500:1x1 1:290x443; do
  sl-shrink "${factor%:*}" x.jpg > small.slw
  sl-info small.slw | grep -q " ${factor#*:} " || fail "shrunk by ${factor%:*}: $(sl-info small.slw)"
done
sl-decode x.jpg | sl-encode .png > x.png
for option in "" --linear; do
  sl-shrink $option 3 x.jpg | sl-encode .png > planes.png
  sl-shrink $option 3 x.png | sl-encode .png > rgb.png
  same_pixels planes.png rgb.png 24
done
for factor in 0 2x -1 4097 2x2x2; do
  expect_status 64 sl-shrink -- "$factor" x.jpg 2> usage.err > none.slw
  one_line usage.err "sl-shrink: .*$factor"
done
head -c 4000 x.jpg > cut.jpg
expect_status 65 sl-shrink 2 -o small.png cut.jpg 2> cut.err
one_line cut.err "cut.jpg"
absent small.png

# The first half of the rows is out before the second half is in.
photo 1200 800 large.jpg
sl-decode large.jpg > x.slw
mkfifo late
half=$(($(stat -c %s x.slw) / 2))
sl-shrink 2 < late > early.slw &
shrink=$!
{
  head -c $half x.slw
  for _ in $(seq 50); do
    [ "$(stat -c %s early.slw)" -lt $((half / 8)) ] || break
    sleep 0.1
  done
  stat -c %s early.slw > early.size
  tail -c +$((half + 1)) x.slw
} > late
wait $shrink
[ "$(cat early.size)" -ge $((half / 8)) ] || fail "only $(cat early.size) bytes came of $half"

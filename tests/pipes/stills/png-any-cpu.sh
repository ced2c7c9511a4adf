#!/bin/bash
# A PNG has the same bytes on any CPU from x86-64-v2 on, with any number of threads.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
needs qemu-x86_64-static

# Noise, and below it something flat, which is compressed in another way.
{ echo P6 600 500 255; test-photo 600 300 | tail -c 540000; head -c 360000 /dev/zero; } > in.ppm
sl-decode in.ppm > in.slw
for level in 0 1 2 4; do
  sl-encode --compression $level .png < in.slw > here.png
  for cpu in Nehalem Haswell; do
    qemu-x86_64-static -cpu $cpu "$SL_BUILD/bin/sl-encode" --compression $level .png < in.slw > there.png 2> qemu.log ||
      fail "sl-encode fails on $cpu: $(cat qemu.log)"
    cmp here.png there.png || fail "other bytes on $cpu at level $level"
  done
  for threads in 1 3; do
    sl-encode --threads $threads --compression $level .png < in.slw | cmp - here.png ||
      fail "other bytes with $threads threads"
  done
done

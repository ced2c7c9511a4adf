#!/bin/bash
# Compressed tracks keep their packets in any form that the next container needs; tracks it cannot hold are named.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
ffmpeg -v error -f lavfi -i testsrc=s=160x120:d=2 -f lavfi -i sine=d=2 -c:v libx264 -g 10 -c:a aac in.mp4
ffmpeg -v error -i in.mp4 -c copy in.ts
ffmpeg -v error -i in.mp4 -c copy in.mkv
ffmpeg -v error -i in.mp4 -c:v libvpx-vp9 -c:a libopus in.webm
for from in mp4 ts mkv webm; do
  "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/packets_wire.py" in.$from > film.slw
  for to in mp4 mkv ts nut; do
    [ $from = webm ] && [ $to != mkv ] && [ $to != nut ] && continue
    sl-encode -o out.$to film.slw 2> out.err || fail "$from to $to: status $?"
    [ ! -s out.err ] || fail "$from to $to is not silent"
    same "pictures of $from in $to" "$(pictures out.$to)" "$(pictures in.$from)"
    "$SL_PYTHON" - "$(pts in.$from)" "$(pts out.$to)" <<'END' || fail "times of $from in $to"
import sys
one, other = ([float(time) for time in text.split()] for text in sys.argv[1:])
moved = other[0] - one[0]  # by what sound needs in front, for all alike
sys.exit(len(one) != len(other) or any(abs(b - a - moved) > 0.0011 for a, b in zip(one, other)))
END
  done
done
expect_status 65 sl-encode -o out.ts film.slw 2> vp9.err
one_line vp9.err "out.ts: .ts cannot hold vp9; without --packets it is encoded anew"
absent out.webm

#!/bin/bash
# Times are kept: variable rate, a late start, B-frames, the last duration; constant rates report how many frames they move.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
film base=1/1000 times=0,33,40,73,80,140,500,501,900,2000,2040 sound=s16le seconds=2.1 > film.slw
expected="0.000000 0.033000 0.040000 0.073000 0.080000 0.140000 0.500000 0.501000 0.900000 2.000000 2.040000 "
for suffix in mp4 mov mkv webm nut; do
  sl-encode -o film.$suffix film.slw
  same "$suffix" "$(pts film.$suffix)" "$expected"
  sl-encode .$suffix film.slw | cat > pipe.$suffix
  same "$suffix through a pipe" "$(pts pipe.$suffix)" "$expected"
done
film base=1/90000 times=900000,903003,903004,906006,1000000 step=3003 > film.slw
for suffix in mp4 nut ts; do
  sl-encode -o film.$suffix film.slw
  same "$suffix" "$(pts film.$suffix)" "10.000000 10.033367 10.033378 10.066733 11.111111 "
done
ffprobe -v trace film.mp4 2>&1 | grep -q "media time: 3004, duration: 103003" || fail "the last duration is not kept"
film base=1001/30000 frames=5 | sl-encode -o film.mp4
same "30000/1001" "$(probe film.mp4 packet=pts | sort -n | paste -sd,)" "0,1001,2002,3003,4004"
# A constant rate: frames that are not on it are moved or left out, with a line for each.
film base=1/1000 times=0,40,75,120,121,200 rate=25/1 > film.slw
sl-encode -o film.avi film.slw 2> moved.err
same "lines" "$(wc -l < moved.err)" 2
grep -q "2 frames moved to the constant rate of 25/1" moved.err || fail "moved frames are not reported"
grep -q "1 frame left out" moved.err || fail "dropped frames are not reported"

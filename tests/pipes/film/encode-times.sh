#!/bin/bash
# Times are kept: variable rate, a late start, B-frames, the last duration; constant rates report moved frames.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
film base=1/1000 times=0,33,40,73,80,140,500,501,900,2000,2040 sound=s16le seconds=2.1 > film.slw
wanted="0.000000 0.033000 0.040000 0.073000 0.080000 0.140000 0.500000 0.501000 0.900000 2.000000 2.040000 "
for suffix in mp4 mov mkv webm nut; do
  sl-encode -o film.$suffix film.slw
  same "$suffix" "$(pts film.$suffix)" "$wanted"
  sl-encode .$suffix film.slw | cat > pipe.$suffix
  same "$suffix through a pipe" "$(pts pipe.$suffix)" "$wanted"
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
grep -q "1 frame left out" moved.err || fail "omitted frames are not reported"
# A film that begins before 0 is shown from its first picture on, and one that begins late at 0 in AVI, which has no times.
film base=1/1000 times=-500,-460,-420,-380 rate=25/1 > early.slw
for suffix in mp4 mkv ogv; do
  sl-encode -o early.$suffix early.slw
  same "$suffix from -0.5 s" "$(pts early.$suffix | tr ' ' '\n' | sed 's/\(\.[0-9][0-9]\).*/\1/' | paste -sd' ')" "0.00 0.04 0.08 0.12"
done
film base=1/90000 times=1026000,1029600,1033200 rate=25/1 > late.slw
sl-encode -o late.avi late.slw
same "AVI from 11.4 s" "$(probe late.avi packet=pts,dts | cut -d, -f1 | wc -l)" 3
# Sound that begins late in MP4 begins after the encoder's delay, in a file and in fragments.
ffmpeg -v error -f lavfi -i testsrc=s=64x48:r=25:d=1 -f lavfi -i sine=r=48000:d=1 -c:v ffv1 -c:a pcm_s16le sound.nut
sl-trim 0.5s:1s sound.nut > part.slw
sl-encode -o part.mp4 part.slw
sl-encode .mp4 part.slw | cat > pipe.mp4
for name in part pipe; do
  edits=$("$SL_PYTHON" -c '
import struct, sys
data = open(sys.argv[1], "rb").read()
at = data.rfind(b"elst")
scale, = struct.unpack(">I", data[data.find(b"mvhd") + 16:][:4])
length, empty = struct.unpack(">Ii", data[at + 12:at + 20])
print(length / scale, empty, *struct.unpack(">i", data[at + 28:at + 32]))' $name.mp4)
  same "$name.mp4: an empty edit of 0.5 s, then the sound after its delay" "$edits" "0.5 -1 1024"
done

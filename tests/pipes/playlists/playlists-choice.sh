#!/bin/bash
# Only the best variant of a master playlist and one sound are fetched, and only the segments that are needed.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
ffmpeg -v error -f lavfi -i testsrc=s=320x240:r=25:d=20 -f lavfi -i sine=d=20 -c:v libx264 -bf 2 -g 50 -c:a aac film.mp4
for height in 120 240; do
  ffmpeg -v error -i film.mp4 -vf scale=-2:$height -an -c:v libx264 -g 50 -f hls -hls_time 2 -hls_list_size 0 $height.m3u8
done
ffmpeg -v error -i film.mp4 -vn -c:a copy -f hls -hls_time 2 -hls_list_size 0 sound.m3u8
cp sound.m3u8 other.m3u8 && sed -i 's,^sound,other,' other.m3u8
for i in $(seq 0 9); do cp "sound$i.ts" "other$i.ts"; done
cat > master.m3u8 << END
#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="de",LANGUAGE="de",URI="other.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",LANGUAGE="en",DEFAULT=YES,URI="sound.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=160x120,AUDIO="a"
120.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=500000,RESOLUTION=320x240,AUDIO="a"
240.m3u8
END
start_server
url=http://127.0.0.1:$port
sl-decode "$url/master.m3u8" > all.slw
sl-info --frames --json all.slw | tail -1 | grep -q '"1":{"frames":500,' || fail "not all frames"
sl-info all.slw | grep -q '320x240' || fail "not the best variant"
! grep '/120\|/other' requests.log || fail "others were fetched"
[ "$(grep -c '/240[0-9].ts ' requests.log)" = 10 ] || fail "$(cat requests.log)"
sl-info "$url/master.m3u8" > info.txt
[ "$(grep -c '^  video' info.txt)" = 2 ] && [ "$(grep -c '^  audio' info.txt)" = 2 ] || fail "$(cat info.txt)"
small=$(sed -n 's/^  video.*(--stream \([0-9]*\)): .*160x120.*/\1/p' info.txt)
sl-decode --stream "$small" "$url/master.m3u8" | sl-info | grep -q '160x120' || fail "--stream"

# At a time: its segment, perhaps a neighbour, and the first segment, for the list of tracks.
start=$(sl-info --json "$url/240.m3u8" | grep -o '"start":[0-9.]*' | head -1 | cut -d : -f 2)
for seconds in 0.0 1.0 3.9 7.5 13.0 19.9; do
  : > requests.log
  at=$("$SL_PYTHON" -c "print('%.6f' % ($start + $seconds))")
  sl-decode --at "${at}s" --io-report "$url/240.m3u8" 2> report.txt | sl-encode .ppm > frame.ppm
  # The same frame as all of them in order give.
  number=$("$SL_PYTHON" -c "print(int($seconds * 25 + 1e-6))")
  sl-decode --allow ./ 240.m3u8 | sl-select --frames "$number" | sl-encode .ppm | cmp - frame.ppm || fail "at $seconds s"
  [ "$(grep -o '/240[0-9]\.ts' requests.log | sort -u | wc -l)" -le 3 ] || fail "at $seconds s: $(cat requests.log)"
done
: > requests.log
sl-decode "$url/240.m3u8" --range "$("$SL_PYTHON" -c "print($start + 8)")s:$("$SL_PYTHON" -c "print($start + 10)")s" | sl-info --frames --json |
  tail -1 | grep -q '"frames":50' || fail "a range"
[ "$(grep -o '/240[0-9]\.ts' requests.log | sort -u | wc -l)" -le 4 ] || fail "a range: $(cat requests.log)"
sl-decode "$url/240.m3u8" --frames 0,499,30 | sl-info --frames --json | tail -1 | grep -q '"frames":3' || fail "by number"

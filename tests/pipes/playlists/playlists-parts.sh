#!/bin/bash
# Segments that are ranges of one file, after a common header: only the bytes read are fetched (nginx).
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
ffmpeg -v error -f lavfi -i testsrc=s=320x240:r=25:d=8,noise=alls=20:allf=t -c:v libx264 -preset veryfast -bf 2 -g 50 -b:v 2M film.mp4
hls() { ffmpeg -v error -i film.mp4 -c copy -f hls -hls_time 2 -hls_list_size 0 "$@"; }
hls -hls_segment_type fmp4 -hls_flags single_file parts.m3u8
hls -hls_flags single_file transport.m3u8
start_nginx
decoded=$(sl-decode film.mp4 | sl-encode .y4m | md5sum)
for list in parts transport; do
  for input in "$url/$list.m3u8" "$list.m3u8"; do
    : > access.log
    same "$input" "$(sl-decode --allow ./ --io-report "$input" 2> report.txt | sl-encode .y4m | md5sum)" "$decoded"
  done
  size=$(cat $list.m3u8 $list.m4s $list.ts 2> none.err | wc -c)
  fetched=$(sl-decode --io-report "$url/$list.m3u8" 2>&1 > none.slw | grep -o '[0-9]* bytes fetched' | cut -d ' ' -f 1)
  [ "$fetched" -le $((size * 5 / 4)) ] || fail "$list: $fetched bytes fetched of $size"
done
start_server
for list in parts transport; do
  sl-decode --allow ./ $list.m3u8 | sl-select --frames 160 | sl-encode .ppm > frame.ppm
  at=$(sl-info --json --allow ./ $list.m3u8 | "$SL_PYTHON" -c "import json, sys; print('%.3fs' % (json.load(sys.stdin)['tracks'][0]['start'] + 6.42))")
  for server in "$url" "http://127.0.0.1:$port" "http://127.0.0.1:$port/plain"; do # the last one has no ranges
    sl-decode --at "$at" --io-report "$server/$list.m3u8" 2> report.txt | sl-encode .ppm | cmp - frame.ppm || fail "$server/$list.m3u8 at $at"
    same "$server/$list.m3u8" "$(sl-decode "$server/$list.m3u8" | sl-encode .y4m | md5sum)" "$decoded"
  done
done

#!/bin/bash
# More than 2^16 segments without pause: numbers are right, memory and files bounded, and a later run continues.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
ffmpeg -v error -f lavfi -i color=s=32x32:r=10 -frames:v 66000 -c:v libx264 -preset ultrafast -g 1 film.mp4
sl-decode --packets film.mp4 | sl-hls out --window 6 --open --segment-duration 0.1s & stage=$!
most=0 memory=0
while kill -0 $stage 2> /dev/null; do
  files=$(ls out 2> /dev/null | wc -l)
  [ "$files" -le $most ] || most=$files
  memory=$(awk '/VmHWM/ { print $2 }' /proc/$stage/status 2> /dev/null || echo "$memory")
  sleep 0.2
done
wait $stage || fail "status $?"
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" out > check.txt || fail "the folder is not right"
[ $most -le 100 ] || fail "$most files"
[ "${memory:-0}" -le 65536 ] || fail "$memory KiB"
# Segments of 0.1 s: 30 of them are three target durations.
same "numbers" "$(grep MEDIA-SEQUENCE out/video.m3u8)" "#EXT-X-MEDIA-SEQUENCE:65970"
same "the last" "$(tail -1 out/video.m3u8)" video-65999.m4s
ffmpeg -v error -i film.mp4 -c copy -frames:v 20 short.mp4
sl-decode --packets short.mp4 | sl-hls out --window 6 --open --segment-duration 0.1s
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" out > check.txt || fail "the folder is not right"
same "it goes on" "$(tail -1 out/video.m3u8)" video-66019.m4s
same "with a discontinuity" "$(grep DISCONTINUITY out/video.m3u8 | tr '\n' ' ')" "#EXT-X-DISCONTINUITY-SEQUENCE:0 #EXT-X-DISCONTINUITY "

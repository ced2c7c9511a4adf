#!/bin/bash
# Frames of a film over http: the same as of the file; an MP4 needs one request for each place and few spare bytes.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
ffmpeg -v error -f lavfi -i testsrc2=size=320x180:rate=25:duration=6,noise=alls=12:allf=t -f lavfi -i sine=duration=6 \
  -c:v libx264 -preset ultrafast -bf 2 -crf 20 -g 25 -c:a aac part.mp4
ffmpeg -v error -stream_loop 7 -i part.mp4 -c copy -movflags faststart film.mp4
ffmpeg -v error -i film.mp4 -c copy film.mkv
start_nginx
frames() { sl-decode "$@" | "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/frame_hashes.py" 1; }
for film in film.mp4 film.mkv; do
  for choice in "--at 41.73,8.5,33.33" "--range 20.1:21.3" "--at 0.5" "--frames 700,3,350,701 --seek-mode approximate"; do
    # shellcheck disable=SC2086
    frames $choice "$url/$film" > remote
    # shellcheck disable=SC2086
    frames $choice "$film" > local
    [ -s local ] && cmp remote local || fail "$film $choice: other frames"
  done
done
# The packets from the key frame to the requested frame, and those that a decoder needs to return it and the next.
needed() {
  ffprobe -v error -select_streams v -show_entries packet=pts_time,size,flags -of csv=p=0 film.mp4 |
    awk -F, -v t="$1" '!found && $3 ~ /K/ { sum = 0 } { sum += $2 } $1 <= t && $1 > t - 0.04 { found = 1 }
      found && ++more == 5 { print sum; exit }'
}
sl-decode --io-report --at 41.73,8.5,33.33 "$url/film.mp4" 2> report > at.slw
bytes=$(($(needed 41.73) + $(needed 8.5) + $(needed 33.33)))
read -r requests fetched < <(sed 's/.* \([0-9]*\) requests.* \([0-9]*\) bytes fetched.*/\1 \2/' report)
# Threads of the decoder may want a packet more, once in a while.
[ "$requests" -ge 4 ] && [ "$requests" -le 5 ] || fail "$(cat report access.log)"
[ "$fetched" -le $((bytes + 524288 + 3 * 40000)) ] || fail "$bytes bytes are needed: $(cat report)"

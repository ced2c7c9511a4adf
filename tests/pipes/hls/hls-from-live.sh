#!/bin/bash
# A live input whose segments expired before they were read: the output continues after a discontinuity, in the separate
# playlists of pictures and sound.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
ffmpeg -v error -f lavfi -i testsrc=s=64x48:r=25:d=10 -f lavfi -i sine=duration=10 -pix_fmt yuv420p -c:v libx264 -g 25 -c:a aac film.mp4
sl-decode --packets film.mp4 | sl-hls live --segment-duration 1s
cp -r live all
# show FIRST LAST [END]: list these segments.
show() {
  local name
  for name in video audio; do
    "$SL_PYTHON" - "$@" > new <<END
import re, sys
head, *segments = re.split("(?=#EXTINF)", open("all/$name.m3u8").read().replace("#EXT-X-ENDLIST\n", ""))
first, last = map(int, sys.argv[1:3])
head = head.replace("#EXT-X-PLAYLIST-TYPE:VOD\n", "").replace("SEQUENCE:0", "SEQUENCE:%d" % first)
print(head + "".join(segments[first:last]) + ("#EXT-X-ENDLIST" if len(sys.argv) > 3 else ""))
END
    mv new live/$name.m3u8
  done
}
start_nginx
for options in "" "--low-latency"; do
  rm -rf out
  show 0 3
  sl-hls out --event $options --segment-duration 1s "$url/live/index.m3u8" 2> hls.err & stage=$!
  for _ in $(seq 200); do [ ! -e out/video-1.m4s ] || break; sleep 0.05; done
  show 6 10 end
  wait $stage || fail "status $?"
  one_line hls.err "segments are missing"
  "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" out > check.txt || fail "the folder is not right"
  same "discontinuities" "$(grep -h 'DISCONTINUITY$' out/video.m3u8 | wc -l) $(grep -h 'DISCONTINUITY$' out/audio.m3u8 | wc -l)" "1 1"
  same "frames" "$(ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames -of csv=p=0 out/video.m3u8 | head -1)" 175
  awk '{ exit !($3 > 6.9 && $3 < 7.3) }' check.txt || fail "lengths: $(cat check.txt)"
done

#!/bin/bash
# ffmpeg plays from the server, with and without a token, while the playlist grows.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/serve.bash"
mkdir dir && echo secret-token > token
ffmpeg -v error -f lavfi -i testsrc2=s=160x90:r=25:d=6 -c:v libx264 -preset ultrafast -g 25 -f hls -hls_time 1 -hls_list_size 0 \
  -hls_segment_type fmp4 whole.m3u8 2> ffmpeg.err
mv init.mp4 whole?.m4s dir
# The master playlist, and a media playlist that gets another segment by rename now and then.
printf '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000,CODECS="avc1.64000b"\nmedia.m3u8\n' > dir/index.m3u8
grow() {
  local n lines
  for n in 2 3 4 5 6; do
    lines=$(grep -n "whole$((n - 1)).m4s" whole.m3u8 | cut -d: -f1)
    head -n "$lines" whole.m3u8 | grep -v PLAYLIST-TYPE > dir/.media
    [ "$n" != 6 ] || echo '#EXT-X-ENDLIST' >> dir/.media
    mv dir/.media dir/media.m3u8
    [ "$n" = 2 ] && [ ! -e growing ] && touch growing && return
    sleep 0.4
  done
}
grow
serve dir 0 token
grow & 
frames() { ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 "$@" 2> probe.err | tr -d ',\r' | head -1; }
[ "$(frames -live_start_index 0 "$url/index.m3u8?token=secret-token")" = 150 ] || fail "not all frames with ?token="
wait %2
[ "$(frames -headers 'Authorization: Bearer secret-token' "$url/index.m3u8")" = 150 ] || fail "not all frames with a bearer's token"
[ -z "$(frames "$url/index.m3u8")" ] && grep -q 401 probe.err || fail "it plays without a token"

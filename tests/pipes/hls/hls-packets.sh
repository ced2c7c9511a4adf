#!/bin/bash
# Packets of sl-decode --packets are packed as HLS without encoding: byte for byte, cut at the key frames they have.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
ffmpeg -v error -f lavfi -i testsrc2=size=320x180:rate=25:duration=8 -f lavfi -i sine=duration=8 -c:v libx264 -g 40 -bf 2 film.mp4
ffmpeg -v error -i film.mp4 -c copy film.ts
packets() { ffmpeg -v error -i "$1" -map "0:$2:0" -c copy -f framemd5 - | grep -v '^#' | awk -F, '{print $6}' | md5sum; }
for input in film.mp4 film.ts; do
  sl-decode --packets $input | sl-hls out 2> hls.err || fail "$input: status $?"
  [ ! -s hls.err ] || fail "$input is not silent"
  "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" out > check.txt || fail "$input"
  same "segments of $input" "$(grep -h EXTINF out/video.m3u8 | tr '\n' ' ')" \
    "#EXTINF:3.200000, #EXTINF:1.600000, #EXTINF:1.600000, #EXTINF:1.600000, "
  same "frames of $input" "$(pictures out/index.m3u8)" "$(pictures film.mp4)"
  same "sound of $input" "$(packets out/index.m3u8 a)" "$(packets film.mp4 a)"
done
sl-decode --packets film.mp4 | sl-hls same
same "pictures' packets" "$(packets same/index.m3u8 v)" "$(packets film.mp4 v)"
sl-decode --packets film.mp4 | sl-hls transport --segments ts
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" transport > check.txt || fail "ts"
same "frames in ts" "$(pictures transport/index.m3u8)" "$(pictures film.mp4)"
# A codec that HLS cannot hold, and an option that requires encoding.
ffmpeg -v error -i film.mp4 -c:v mpeg2video -c:a copy -t 1 film.mkv
sl-decode --packets film.mkv | expect_status 65 sl-hls bad 2> bad.err
one_line bad.err "cannot hold mpeg2video"
sl-decode --packets film.mp4 | sl-hls encoded --crf 30
grep -q 'EXTINF:2.000000' encoded/video.m3u8 || fail "not encoded with --crf"

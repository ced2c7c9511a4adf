#!/bin/bash
# A film as HLS on demand: the playlists are right, and every frame comes back at its time.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
ffmpeg -v error -f lavfi -i testsrc2=size=320x180:rate=30000/1001:duration=9 -f lavfi -i sine=duration=9 -ac 2 film.mp4
check() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" "$1" > "$1.txt" 2> check.err || fail "$1 is not right"; }
count() { ffprobe -v error -count_frames -select_streams "$2:0" -show_entries stream=nb_read_frames -of csv=p=0 "$1" | head -1; }
for kind in fmp4 ts; do
  sl-hls $kind --segments $kind film.mp4 2> hls.err || fail "$kind: status $?"
  [ ! -s hls.err ] || fail "$kind is not silent"
  check $kind
  same "pictures" "$(count $kind/index.m3u8 v)" "$(count film.mp4 v)"
  # No rounding adds up: 270 frames of 1001/30000 s.
  grep -q '^video.m3u8 5 9.009000$' $kind.txt || fail "segments: $(cat $kind.txt)"
  grep -q 'CODECS="avc1.64000D,mp4a.40.2",RESOLUTION=320x180,FRAME-RATE=29.970' $kind/index.m3u8 || fail "master playlist"
  grep -q '#EXT-X-PLAYLIST-TYPE:VOD' $kind/video.m3u8 && grep -q '#EXT-X-ENDLIST' $kind/video.m3u8 || fail "no film on demand"
  ! grep -q 'DISCONTINUITY\|PROGRAM-DATE' $kind/*.m3u8 || fail "$kind has tags without cause"
done
# Sound and picture begin together, as close as they do in the film.
ffmpeg -v error -i fmp4/index.m3u8 -map 0:v -c copy -f framemd5 - | grep -v '^#' | awk -F, '{print $3}' | sort -n > shown
first=$(ffprobe -v error -select_streams v -show_entries frame=pts_time -of csv=p=0 -read_intervals %+#1 fmp4/index.m3u8 | head -1 | tr -d ,)
same "the first picture" "$first" 10.000000
sound=$(ffprobe -v error -select_streams a -show_entries stream=start_time -of csv=p=0 fmp4/index.m3u8 | head -1)
awk -v s="$sound" 'BEGIN { exit !(s > 9.97 && s <= 10) }' || fail "sound begins at $sound"
same "frame times" "$(uniq shown | wc -l)" 270
# Each segment can be decoded by itself.
cat fmp4/video-init-0.mp4 fmp4/video-3.m4s > alone.mp4
same "frames of a segment alone" "$(count alone.mp4 v)" 60
[ -z "$(find fmp4 -name '.*' -type f ! -name .sl-hls)" ] || fail "temporary files are left"
# Again into the same folder: the old film is deleted once the new one is complete, and no name is used twice.
sl-hls fmp4 film.mp4
check fmp4
[ ! -e fmp4/video-0.m4s ] && [ -e fmp4/video-5.m4s ] || fail "the old film is still there: $(ls fmp4)"

#!/bin/bash
# Discontinuities are exactly those of the stream; dates are the frames' wall clock.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
wire() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_wire.py" "$@"; }
# listed FILE: durations of the playlist, d for a discontinuity.
listed() { grep -h 'DISCONTINUITY$\|EXTINF' "$1" | sed 's/#EXTINF:\(.*\)0000,/\1/; s/#EXT-X-DISCONTINUITY/d/' | tr '\n' ' '; }
pack() { # NAME RECORDS...
  wire "${@:2}" | sl-hls "$1" --event --segment-duration 1s 2> "$1.err" || fail "$1: status $?"
  "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" "$1" > "$1.txt" || fail "$1 is not right"
}
pack flag wall=1700000000250000000 25 flag 15 sound
same "a flag" "$(listed flag/video.m3u8)" "1.00 1.00 0.50 d 1.00 0.50 "
same "a flag, in the sound" "$(listed flag/audio.m3u8 | tr -dc 'd')" d
same "dates" "$(grep -h DATE flag/video.m3u8 | sed 's/.*T//' | tr '\n' ' ')" \
  "22:13:20.250Z 22:13:21.250Z 22:13:22.250Z 22:13:22.750Z 22:13:23.750Z "
same "what initializes the decoder" "$(grep -c EXT-X-MAP flag/video.m3u8)" 1
pack gap wall=1700000000000000000 12 gap 10 sound
same "a gap" "$(listed gap/video.m3u8)" "1.00 0.20 d 1.00 "
same "a gap, in the sound" "$(listed gap/audio.m3u8 | tr -dc 'd')" d
grep -q '22:13:26.200Z' gap/video.m3u8 || fail "the date after the gap"
# The gap is not filled with silence: sound lasts as long as the pictures.
heard=$(awk '$1 == "audio.m3u8" { print $3 }' gap.txt)
awk -v s="$heard" 'BEGIN { exit !(s > 2.1 && s < 2.6) }' || fail "sound of $heard s"
pack size 15 size=64x48 15
same "another size" "$(listed size/video.m3u8)" "1.00 0.50 d 1.00 0.50 "
same "what initializes the decoder" "$(grep -c EXT-X-MAP size/video.m3u8)" 2
pack stream 15 stream 15 sound
same "the same tracks continue" "$(listed stream/video.m3u8)" "1.00 1.00 1.00 "
pack sound-gap 10 sound-gap 20 sound
same "a gap in sound alone" "$(listed sound-gap/video.m3u8)$(listed sound-gap/audio.m3u8 | tr -dc d)" "1.00 1.00 1.00 "
# A player gets every frame, without complaint.
for name in flag gap stream sound-gap; do
  ffmpeg -v error -i $name/index.m3u8 -map 0:v -fps_mode passthrough -f framemd5 - 2> play.err | grep -vc '^#' > frames || true
  [ "$(cat frames)" -ge 20 ] || fail "$name: $(cat frames) frames"
done
same "frames" "$(cat frames)" 30
# A later run continues after the one before, with any times of its pictures.
wire wall=1700000000000000000 25 | sl-hls later --event --open --segment-duration 1s
wire wall=1700000002600000000 25 | sl-hls later --event --segment-duration 1s
pts later/index.m3u8 | tr ' ' '\n' | grep . > later.pts
sort -n -c later.pts || fail "time goes back"
same "frames of both" "$(wc -l < later.pts)" 50

#!/bin/bash
# Colour tags are kept, HDR too; the conversion of RGB and lossy formats are reported.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
entries=stream=pix_fmt,color_range,color_space,color_transfer,color_primaries,chroma_location
while read -r color expected; do
  film frames=2 size=96x64 pixels=yuv420p10le color="$color" > film.slw
  for suffix in mp4 mkv webm; do
    sl-encode -q --pixels keep -o film.$suffix film.slw
    same "$color in .$suffix" "$(probe film.$suffix $entries)" "yuv420p10le|$expected"
  done
done <<'END'
9,16,9,limited,topleft tv|bt2020nc|smpte2084|bt2020|topleft
9,18,9,full,left pc|bt2020nc|arib-std-b67|bt2020|left
1,1,1,limited,left tv|bt709|bt709|bt709|left
5,6,5,limited,left tv|bt470bg|smpte170m|bt470bg|left
END
film frames=2 pixels=yuv420p10le color=9,16,9,limited,topleft \
  track='{"hdr":{"max_content_light":1000,"max_frame_average_light":400,"min_luminance":[1,10000],"max_luminance":[1000,1]}}' \
  > hdr.slw
for suffix in mp4 mkv; do
  sl-encode -o hdr.$suffix hdr.slw 2> hdr.err
  [ ! -s hdr.err ] || fail "HDR loses something"
  [ "$(probe hdr.$suffix stream_side_data=max_content,max_average | tr -d '\n')" = "1000|400" ] || fail "light levels in $suffix"
done
film frames=2 pixels=rgb24 color=1,13,0,full,unknown | sl-encode -o rgb.mp4 2> rgb.err
[ ! -s rgb.err ] || fail "a message about RGB"
same "RGB" "$(probe rgb.mp4 $entries)" "yuv420p|tv|smpte170m|iec61966-2-1|bt709|left"
film frames=2 pixels=yuv422p10le > film.slw
sl-encode -o film.mp4 film.slw 2> loss.err
one_line loss.err "film.mp4: yuv422p10le is encoded as yuv420p"
sl-encode -o film.mp4 --pixels keep film.slw
same "kept" "$(probe film.mp4 stream=pix_fmt)" yuv422p10le
# Alpha: kept by VP9 and ProRes, elsewhere on the background.
film frames=2 pixels=rgba color=1,13,0,full,unknown > alpha.slw
sl-encode -o alpha.webm alpha.slw
same "alpha in WebM" "$(probe alpha.webm stream_tags=ALPHA_MODE)" 1
sl-encode -o alpha.mov --codec prores alpha.slw
probe alpha.mov stream=pix_fmt | grep -q yuva || fail "ProRes lost alpha"

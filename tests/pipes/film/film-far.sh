#!/bin/bash
# Distant frames, in any order, equal sequential decoding; with an index, the bytes between them are not read.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
ffmpeg -v error -f lavfi -i testsrc2=size=160x120:rate=25:duration=40,noise=alls=12:allf=t -c:v libx264 \
  -preset ultrafast -bf 2 -g 50 film.mp4
for name in film.mkv film.ts film.flv; do ffmpeg -v error -i film.mp4 -c copy "$name"; done
ffmpeg -v error -i film.mp4 -c copy -movflags frag_keyframe+empty_moov parts.mp4
hashes() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/frame_hashes.py" 1; }
order=980,20,981,600,76,980,599,0,999
for film in film.mp4 parts.mp4 film.mkv film.ts film.flv; do
  sl-decode "$film" | hashes > all
  for index in ${order//,/ }; do sed -n "$((index + 1))p" all; done > wanted
  sl-decode "$film" --frames "$order" | hashes > got
  [ "$(wc -l < got)" -eq 9 ] || fail "$film: $(wc -l < got) frames"
  cmp wanted got || fail "$film: --frames"
  # At a time in the middle between two frames.
  base=$(ffprobe -v error -show_entries stream=time_base -of csv=p=0 "$film" | cut -d/ -f2 | tr -d ',')
  times=$(awk -v base="$base" '{ printf "%s%.6f", (NR > 1 ? "," : ""), $1 / base + 0.02 }' wanted)
  sl-decode "$film" --at "$times" | hashes > got
  cmp wanted got || fail "$film: --at $times"
done
for film in film.mp4 film.mkv; do
  sl-decode --io-report --at 35.1,15.3 "$film" 2> report > none.slw
  bytes=$(sed -n 's/.* \([0-9]*\) bytes read.*/\1/p' report)
  [ "$bytes" -lt $(($(stat -c %s "$film") / 4)) ] || fail "$film: $(cat report)"
done

#!/bin/bash
# sl-info --index: the same whether the samples were read or skipped; refused if the film has changed.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
ffmpeg -v error -f lavfi -i testsrc2=size=160x120:rate=25:duration=3 -f lavfi -i sine=duration=3 -c:v libx264 -bf 2 -g 20 film.mp4
ffmpeg -v error -ss 0.5 -i film.mp4 -c copy cut-in.mp4
ffmpeg -v error -i film.mp4 -c copy film.mkv
ffmpeg -v error -i film.mp4 -c copy -movflags frag_keyframe+empty_moov parts.mp4
for film in film.mp4 cut-in.mp4 film.mkv parts.mp4; do
  sl-info --index index $film > reported
  # Against ffprobe's packets, in the order of decoding; --frames read every byte.
  ffprobe -v error -select_streams v -show_entries packet=pts,size,flags -of csv=p=0 $film | tr -d _ > packets
  sed '1,/^stream/d; /^end/d' index | awk '{f = ""; if ($4 ~ /k/) f = "K"; if ($4 ~ /h/) f = f "D"; print $1 "," $6 "," f}' > ours
  cmp ours packets || fail "$film: the index is not what ffprobe lists"
  sl-decode --video --frames=-1,3,40:60:7 --seek-mode index=index $film > by-index.slw
  sl-decode --video --frames=-1,3,40:60:7 $film > by-scan.slw
  cmp <("$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/frame_hashes.py" 1 < by-index.slw) \
    <("$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/frame_hashes.py" 1 < by-scan.slw) || fail "$film: other frames by the index"
done
ffmpeg -v error -f lavfi -i testsrc2=size=640x480:rate=25:duration=4 -c:v libx264 -preset ultrafast -qp 1 large.mp4
reads=$(sl-info --index index --io-report large.mp4 2>&1 > reported | sed -n 's/.* \([0-9]*\) bytes read.*/\1/p')
[ $((reads * 4)) -lt "$(stat -c %s large.mp4)" ] || fail "$reads bytes read of $(stat -c %s large.mp4)"

sl-info --index index film.mp4 > reported
touch -d "2001-01-01" film.mp4
expect_status 65 sl-decode --frame 0 --seek-mode index=index film.mp4 2> stale.err > none.slw
one_line stale.err "index: is the index of another file than film.mp4"
head -n 20 index > short
sed 's/^\([0-9]*\) /\1x /' index > wrong
cp film.mp4 text
for bad in short wrong text; do
  expect_status 65 sl-decode --frame 0 --seek-mode index=$bad film.mp4 2> bad.err > none.slw
  one_line bad.err "$bad: "
done

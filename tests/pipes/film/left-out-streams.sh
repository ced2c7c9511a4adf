#!/bin/bash
# Streams that the default choice leaves out, and facts that the wire has no place for, are named once, in a line and an EVENT.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
printf '1\n00:00:00,000 --> 00:00:01,000\nhello\n' > words.srt
printf ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=One\n' > chapters
ffmpeg -v error -f lavfi -i testsrc2=s=64x48:d=1 -frames:v 1 cover.png
ffmpeg -v error -f lavfi -i testsrc2=s=64x48:d=1 -f lavfi -i sine=440:d=1 -f lavfi -i sine=880:d=1 -i words.srt \
  -map 0 -map 1 -map 2 -map 3 -metadata:s:a:1 language=deu -metadata:s:s:0 language=eng -c:v libx264 -preset ultrafast -c:a aac \
  -attach cover.png -metadata:s:t mimetype=image/png many.mkv
ffmpeg -v error -i many.mkv -i chapters -map 0:v:0 -map 0:a:0 -map_chapters 1 -c copy -timecode 01:02:03:04 plain.mov
ffmpeg -v error -f lavfi -i testsrc2=s=64x48:d=1 -c:v libx264 -preset ultrafast -metadata:s:v stereo_mode=left_right stereo.mkv
ffmpeg -v error -i stereo.mkv -c copy -strict unofficial stereo.mp4

# lost FILE OPTIONS EXPECTED...: the names, in lines and in EVENTs.
lost() {
  local file=$1 options=$2
  shift 2
  sl-decode $options "$file" > out.slw 2> lost.err || fail "status of $options $file"
  grep -a -o '"not-carried","what":"[^"]*"' out.slw | cut -d'"' -f6 > events || true
  sed -n 's/^sl-decode: left out: \(.*\) ([^()]*)$/\1/p' lost.err > lines
  printf '%s\n' "$@" | sed '/^$/d' > expected
  diff expected events && diff expected lines || fail "$options $file"
  [ "$(wc -l < lost.err)" = "$(wc -l < expected)" ] || fail "other lines about $options $file"
}
second="stream 2, sound (aac, deu)" words="stream 3, subtitles (ass, eng)"
lost many.mkv "" "$second" "$words"
lost many.mkv "--packets" "$second" "$words"
lost many.mkv "--range 0s:0.5s" "$second" "$words" cover
for chosen in "--stream 0,1" "--stream all --packets" --video --audio "--at 0.5s"; do lost many.mkv "$chosen" ""; done
lost plain.mov "" ""    # chapters, timecode
lost stereo.mkv "" ""    # a tag
lost stereo.mp4 "" "the arrangement of stereoscopic pictures of stream 0"
lost stereo.mp4 "--packets" "the arrangement of stereoscopic pictures of stream 0"
# Of a film's frame as a picture: what is the whole film's.
ffmpeg -v error -i many.mkv -i chapters -map 0:v:0 -map_chapters 1 -map_metadata -1 -metadata title=Film -c copy titled.mkv
sl-decode titled.mkv | sl-encode -o frame-%d.png 2> still.err
[ "$(grep -c "left out: the tags title" still.err)" = 1 ] || fail "tags of a film in its frames"
[ "$(grep -c "left out: the chapters" still.err)" = 1 ] || fail "chapters of a film in its frames"
sl-decode titled.mkv | sl-encode --keep none -o frame-%d.png 2> none.err
[ ! -s none.err ] || fail "--keep none reports"

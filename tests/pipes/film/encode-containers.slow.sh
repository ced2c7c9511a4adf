#!/bin/bash
# Every container of film and sound, into a file and through a pipe: the expected codecs, and every frame.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
film sound=s16le rate=25/1 > film.slw
while read -r suffix codecs frames samples; do
  sl-encode -q -o "film.$suffix" film.slw 2> "$suffix.err" < /dev/null || fail "$suffix: status $?"
  sl-encode -q ".$suffix" film.slw < /dev/null 2> "$suffix.err" | cat > "pipe.$suffix"
  for file in "film.$suffix" "pipe.$suffix"; do
    reported=$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 "$file" | head -2 | paste -sd,)
    same "codecs of $file" "$reported" "$codecs"
    [ "$frames" = 0 ] || same "pictures in $file" "$(ffmpeg -nostdin -v error -i "$file" -map 0:v -fps_mode passthrough \
      -f framemd5 - | grep -vc '^#')" "$frames"
    [ "$samples" = 0 ] && continue
    # Codecs of sound fill their last frame, some with the first one too.
    heard=$(($(ffmpeg -nostdin -v error -i "$file" -map 0:a -ac 1 -ar 48000 -f s16le - | wc -c) / 2))
    [ $heard -ge $((samples - 200)) ] && [ $heard -le $((samples + 2100)) ] || fail "$file has $heard samples"
  done
done <<'END'
mp4 h264,aac 25 48000
m4v h264,aac 25 48000
mov h264,aac 25 48000
m4a aac 0 48000
mkv h264,opus 25 48000
mka opus 0 48000
webm vp9,opus 25 48000
ts h264,aac 25 48000
flv h264,aac 25 48000
avi h264,pcm_s16le 25 48000
ogg theora,vorbis 25 48000
ogv theora,vorbis 25 48000
oga vorbis 0 48000
opus opus 0 48000
wav pcm_s16le 0 48000
flac flac 0 48000
mp3 mp3 0 48000
gif gif 25 0
y4m rawvideo 25 0
nut ffv1,flac 25 48000
mjpeg mjpeg 25 0
END
# The index comes first in a file.
head -c 200 film.mp4 | grep -aq moov || fail "the index is not in front"
head -c 2000 film.mkv | LC_ALL=C grep -aqP '\x1c\x53\xbb\x6b' || fail "the cues are not in front"

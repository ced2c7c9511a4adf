#!/bin/bash
# Every encoder in the help works in the sandbox, on one thread and on several, and prints nothing.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
film frames=12 size=320x240 sound=s16le > film.slw
for codec in h264 libx264rgb hevc vp8 vp9 av1 libaom-av1 prores ffv1 mjpeg mpeg4 theora raw; do
  for threads in 0 1; do
    sl-encode -o "$codec.mkv" --codec $codec -t $threads film.slw 2> "$codec.err" || fail "$codec: status $?"
    [ ! -s "$codec.err" ] || fail "$codec is not silent"
    same "$codec" "$(ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames -of csv=p=0 "$codec.mkv")" 12
  done
done
for codec in aac opus flac mp3 vorbis pcm ac3; do
  sl-encode -o "$codec.mkv" --audio-codec $codec film.slw 2> "$codec.err" || fail "$codec: status $?"
  [ ! -s "$codec.err" ] || fail "$codec is not silent"
done
for codec in hevc av1 vp9; do sl-encode -o $codec.mp4 --codec $codec --bitrate 300k film.slw || fail "$codec: status $?"; done
same "Apple's tag" "$(probe hevc.mp4 stream=codec_tag_string -select_streams v)" hvc1

#!/bin/bash
# Sound keeps its start, gaps become silence and overlaps are cut, both with a warning; rates and layouts that a codec
# lacks.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
film sound=s16le > film.slw
# The tone rises above 1000 within two samples, which marks the first sample after decoding.
onset() {
  ffmpeg -v error -i "$1" -map 0:a -ac 1 -ar 48000 -f s16le - | "$SL_PYTHON" -c '
import sys, numpy
print(int(numpy.argmax(numpy.abs(numpy.frombuffer(sys.stdin.buffer.read(), "<i2").astype(int)) > 1000)))'
}
for suffix in mp4 mov m4a mkv webm avi ogg opus wav flac mp3 nut; do
  sl-encode -q -o film.$suffix film.slw
  at=$(onset film.$suffix)
  [ "$at" -le 3 ] || fail "the sound of .$suffix begins at sample $at"
done
for suffix in ts flv; do  # they record no padding, but the time of the first sample
  sl-encode -o film.$suffix film.slw
  video=$(ffprobe -v error -select_streams v -show_entries stream=start_time -of csv=p=0 film.$suffix | head -1 | tr -d ,)
  audio=$(ffprobe -v error -select_streams a -show_entries stream=start_time -of csv=p=0 film.$suffix | head -1 | tr -d ,)
  "$SL_PYTHON" -c "import sys; sys.exit(abs(($audio + 1024 / 48000) - $video) > 0.0011)" || fail "$suffix: $video $audio"
done
# Block 10 and all after it come 4800 samples later: a gap. Block 20 and after: 2000 earlier again.
film frames=0 sound=s16le seconds=1 audio_times=10:4800,20:2800 | sl-encode -o gap.wav 2> gap.err
grep -q "sound: 0.100 s of gaps are filled with silence" gap.err || fail "the gap is not reported"
grep -q "that came twice are cut" gap.err || fail "the overlap is not reported"
same "samples" "$(ffmpeg -v error -i gap.wav -f s16le - | wc -c)" $(((48000 + 2800) * 4))
same "silence" "$(ffmpeg -v error -i gap.wav -f s16le - | tail -c +$((10240 * 4 + 1)) | head -c $((4800 * 4)) | tr -d '\0' | wc -c)" 0
# A late start stays late beside pictures.
film frames=0 sound=f32le sound_rate=44100 channels=6 seconds=0.5 > many.slw
for suffix in mp4 webm ogg flac wav; do
  sl-encode -q -o many.$suffix many.slw
  same "channels in .$suffix" "$(probe many.$suffix stream=channels)" 6
done
same "Opus has a rate of its own" "$(probe many.webm stream=sample_rate)" 48000
sl-encode -o many.mp3 many.slw 2> mp3.err
one_line mp3.err "many.mp3: sound: 5.1 is mixed down to stereo: mp3 has no layout"

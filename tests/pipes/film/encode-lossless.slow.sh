#!/bin/bash
# Lossless codecs return every sample: pictures in many formats, sound in each.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
for pixels in yuv420p yuv422p10le yuv444p16le yuva420p gray gray16le rgb24 rgba gbrp16le yuv411p; do
  film size=65x49 frames=3 pixels=$pixels raw=raw > film.slw
  for suffix in mkv nut; do
    sl-encode -o "film.$suffix" --codec ffv1 film.slw
    ffmpeg -v error -i "film.$suffix" -fps_mode passthrough -f rawvideo -pix_fmt "${pixels/gray16/gray16}" - > back
    cmp -s raw back || fail "$pixels comes back from .$suffix as $(probe "film.$suffix" stream=pix_fmt) with other samples"
  done
done
for pixels in yuv420p yuv422p yuv444p10le gray; do
  film size=65x49 frames=3 pixels=$pixels raw=raw | sl-encode -o film.y4m
  same "$pixels in Y4M" "$(pictures film.y4m)" "$(md5sum < raw)"
done
film frames=3 size=10x6 pixels=rgb24 color=1,13,0,full,unknown raw=raw | sl-encode -o film.gif  # 60 colours
same "GIF of few colours" "$(ffmpeg -v error -i film.gif -f rawvideo -pix_fmt rgb24 - | md5sum)" "$(md5sum < raw)"
for samples in u8 s16le s32le f32le; do
  for suffix in wav nut mkv mov; do
    film frames=0 sound=$samples seconds=0.7 sound_rate=44100 channels=3 > sound.slw
    sl-encode -o "sound.$suffix" --audio-codec pcm sound.slw
    "$SL_PYTHON" - "$samples" <<'END' > raw
import os, sys, numpy
sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import streamlib
for stream in streamlib.Reader(open("sound.slw", "rb")):
    for frame in stream:
        sys.stdout.buffer.write(numpy.ascontiguousarray(frame.data).tobytes())
END
    same "$samples in .$suffix" "$(ffmpeg -v error -i "sound.$suffix" -f "${samples}" -acodec "pcm_$samples" - | md5sum)" \
      "$(md5sum < raw)"
  done
  [ $samples = s16le ] || continue
  sl-encode -o sound.flac sound.slw
  same "FLAC" "$(ffmpeg -v error -i sound.flac -f s16le - | md5sum)" "$(md5sum < raw)"
done

#!/bin/bash
# sl-resample: the length to the sample, the same as ffmpeg's soxr, layouts and formats; pictures pass untouched.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
sound() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/frame_hashes.py" --sound "$1"; }
ffmpeg -v error -f lavfi -i "sine=f=1000:r=48000:d=1.2345" -c:a pcm_s16le tone.wav
for rate in 44100:54441 96000:118512 8000:9876; do  # 59256 samples in
  sl-resample ${rate%:*} tone.wav | sound 1 > ours
  echo "0 ${rate#*:} $(ffmpeg -v error -i tone.wav -af aresample=${rate%:*}:resampler=soxr:precision=28:internal_sample_fmt=dblp -f s16le - | md5sum | cut -c1-32)" > theirs
  cmp ours theirs || fail "$rate: $(cat ours theirs)"
done
# A time base of milliseconds makes no gaps between the blocks.
ffmpeg -v error -i tone.wav -c:a flac tone.mka
[ "$(sl-resample 44100 tone.mka | sound 1)" = "$(sl-resample 44100 tone.wav | sound 1)" ] || fail "Matroska's times tear the sound"
[ "$(sl-resample 0 tone.wav | sound 1)" = "$(sl-decode tone.wav | sound 1)" ] || fail "the same rate is other sound"

sl-resample 16000 --channels 2 --samples f32le tone.wav | sl-info > reported
grep -q "raw f32le, 16000 Hz, 2 channels" reported || fail "$(cat reported)"
sl-resample 0 --layout 5.1 --samples s32le tone.wav | sl-info --json > reported
grep -q '"samples":"s32le","sample_rate":48000,"channels":6,"layout":"5.1"' reported || fail "$(cat reported)"
sl-resample 0 --layout '5.1(side)' tone.wav | sl-info --json > reported
grep -q '"5.1(side)"' reported || fail "$(cat reported)"
# Floats that were asked for stay floats in a WAV; those of a lossy codec become integers.
ffmpeg -v error -i tone.wav -c:a aac tone.m4a
for samples in f32le:pcm_f32le keep:pcm_s16le s16le:pcm_s16le; do
  sl-resample 0 --samples ${samples%:*} tone.m4a -o out.wav
  [ "$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 out.wav)" = ${samples#*:} ] || fail "$samples: $(ffprobe -v error -show_entries stream=codec_name out.wav)"
done
for wrong in "x" "-1" "999999999" "8000 --channels 2 --layout mono" "8000 --layout nowhere" "8000 --samples s24le"; do
  expect_status 64 sl-resample $wrong tone.wav 2> usage.err > none.slw
  one_line usage.err "sl-resample: "
done
# Samples that do not fit are cut off, with one line and one EVENT.
ffmpeg -v error -y -f lavfi -i sine=440:d=1:sample_rate=48000,aformat=sample_fmts=flt,volume=12 -c:a pcm_f32le loud.wav
for samples in u8 s16le s32le; do
  sl-resample 44100 --samples $samples loud.wav > loud.slw 2> loud.err
  one_line loud.err "sl-resample: track 1: [0-9]* samples are beyond full scale and are cut off"
  [ "$(grep -a -c '"what":"sound beyond full scale"' loud.slw)" = 1 ] || fail "no EVENT about peaks in $samples"
done
sl-resample 44100 loud.wav > loud.slw 2> loud.err
[ ! -s loud.err ] || fail "floats need no report"

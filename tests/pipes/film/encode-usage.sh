#!/bin/bash
# Invalid options are refused before any input is read: status 64, one helpful line, no file.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
film frames=2 sound=s16le > film.slw
refused() {  # PATTERN ARGUMENT...
  expect_status 64 sl-encode "${@:2}" film.slw 2> usage.err
  one_line usage.err "sl-encode: .*$1"
  absent out.mp4 out.png out.wav out.ts
}
refused "abc" -o out.mp4 --crf abc
refused "no option\|.png is neither" -o out.png --crf 12
refused "quality is an option of pictures" -o out.mp4 -Q 80
refused "no encoder \"h266\"; h264, hevc" -o out.mp4 --codec h266
refused "holds no libvpx" -o out.mp4 --codec vp8
refused "holds no libvpx-vp9" -o out.ts --codec vp9
refused "holds no pictures" -o out.wav --crf 20
refused 'no key "keyint_mim" .*near it: keyint_min' -o out.mp4 --option keyint_mim=3
refused "KEY=VALUE" -o out.mp4 --option keyint_min
refused "keyint_min to value abc" -o out.mp4 --option keyint_min=abc
refused 'no key "audiob"' -o 'out.mp4[audiob=3]'
refused "\"fastt\" is not one of ultrafast" -o out.mp4 --preset fastt
refused "takes yuv420p" -o out.mp4 --pixels rgb3
refused "bits per second" -o out.mp4 --bitrate 2Q
sl-encode -o 'out.mp4[crf=30,preset=veryfast,tune=grain,audio:b=64k,file:brand=test]' film.slw
same "brand" "$(probe out.mp4 format_tags=major_brand)" test
sl-encode .mp4 --gop 1 film.slw > out.mp4
same "key frames" "$(probe out.mp4 packet=flags -select_streams v | grep -c K)" 2

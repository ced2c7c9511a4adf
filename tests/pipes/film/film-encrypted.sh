#!/bin/bash
# Encrypted films are refused by name: neither decoded to noise nor packed again as if they were not encrypted.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
key="-encryption_scheme cenc-aes-ctr -encryption_key 00112233445566778899aabbccddeeff -encryption_kid 00112233445566778899aabbccddeeff"
ffmpeg -v error -f lavfi -i testsrc2=s=64x48:d=1 -c:v libx264 -preset ultrafast clear.mp4
ffmpeg -v error -f lavfi -i sine=440:d=1 -c:a aac clear.m4a
ffmpeg -v error -i clear.mp4 -c copy $key pictures.mp4
ffmpeg -v error -i clear.m4a -c copy $key sound.m4a
for film in pictures.mp4 sound.m4a; do
  for options in "" "--packets" "--salvage" "--range 0s:0.5s"; do
    expect_status 65 sl-decode $options $film > out.slw 2> encrypted.err
    one_line encrypted.err "sl-decode: $film: its \(h264\|aac\) is encrypted"
  done
  sl-info $film > /dev/null
done
sl-decode clear.mp4 > out.slw

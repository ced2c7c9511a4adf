#!/bin/bash
# An AVI's header may lie about the rate of its packets of sound: all samples come, one after another.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
for codec in libmp3lame pcm_s16le; do
  ffmpeg -v error -y -f lavfi -i testsrc2=s=32x32:d=1 -f lavfi -i sine=440:d=1:sample_rate=48000 -c:v mpeg4 -c:a $codec true.avi
  for factor in 1/80 3 80; do
    "$SL_PYTHON" - $factor << 'P'
import fractions, struct, sys
data = bytearray(open("true.avi", "rb").read())
rate = data.index(b"auds") + 24
factor = fractions.Fraction(sys.argv[1])
value, = struct.unpack_from("<I", data, rate)
struct.pack_into("<I", data, rate, int(value * factor))
open("lying.avi", "wb").write(data)
P
    for film in true lying; do
      sl-decode --audio $film.avi | sl-encode .wav > $film.wav 2> encode.err || fail "status of $film.avi"
    done
    [ "$(stat -c %s true.wav)" = "$(stat -c %s lying.wav)" ] || fail "$codec, rate times $factor: $(stat -c %s lying.wav) bytes instead of $(stat -c %s true.wav)"
  done
done

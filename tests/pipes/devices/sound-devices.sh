#!/bin/bash
# sl-microphone and sl-speaker with ALSA's file plug-in: recording and playback, sample for sample; failures.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
device="$SL_SOURCE/tests/pipes/support/sound_device.py" clip="$SL_SOURCE/tests/pipes/support/clip.py"
cat > alsa.conf << END
</usr/share/alsa/alsa.conf>
pcm.mic { type file slave.pcm null file /dev/null infile $PWD/in.raw format raw }
pcm.out { type file slave.pcm null file $PWD/out.raw format raw }
pcm.fixed { type linear slave { pcm out format S32_LE } }
pcm.slow { type rate slave { pcm out rate 48000 } }
END
export ALSA_CONFIG_PATH=$PWD/alsa.conf
head -c 400000 /dev/urandom > in.raw
for options in "--rate 44100 --channels 1 --format u8" "--rate 8000 --channels 6 --format s32le" ""; do
  sl-microphone mic $options --duration 250ms > mic.slw
  "$device" samples < mic.slw > mic.raw
  cmp -n "$(stat -c %s mic.raw)" mic.raw in.raw || fail "$options: other samples"
  sl-speaker --device out mic.slw
  cmp out.raw mic.raw || fail "$options: played otherwise"
done
[ "$(stat -c %s mic.raw)" = 48000 ] || fail "250 ms are $(stat -c %s mic.raw) bytes"
"$device" check < mic.slw | grep -q '^12000 samples, 0 missing' || fail "its pts"
sl-microphone mic --frames 7 > mic.slw
sl-info mic.slw > info
grep -q 'audio 1: raw s16le, 48000 Hz, 2 channels, live' info && grep -q 'monotonic:' info || fail "$(cat info)"
# A device with a fixed rate: ALSA converts for the speaker, with its libraries loaded before the stage is locked in.
"$clip" make sound=24000 samples=24000 > second.slw
sl-speaker --device slow second.slw
frames=$(($(stat -c %s out.raw) / 2))
[ $frames -ge 47000 ] && [ $frames -le 49500 ] || fail "a second at 24000 is $frames at 48000"
# Holes in a film are silence; the stream passes unchanged.
"$clip" make frames=5 sound=8000 samples=4000 > film.slw
sl-speaker --device out --tee film.slw | "$clip" show > shown
"$clip" show < film.slw | cmp - shown || fail "changed by --tee"
[ "$(stat -c %s out.raw)" = 8000 ] || fail "$(stat -c %s out.raw) bytes of a film were played"
cp film.slw ./--tee
sl-speaker --device out -- --tee > none.slw
[ ! -s none.slw ] || fail "a file called --tee is taken for the option"
expect_status 64 sl-speaker --device out -o none.slw film.slw 2> output.err
one_line output.err 'output goes with --tee'
"$clip" make frames=3 > mute.slw
expect_status 65 sl-speaker --device out mute.slw 2> mute.err
one_line mute.err 'no sound to play'
# No such thing: one line, one status.
expect_status 66 sl-microphone nothing --frames 1 > none.slw 2> none.err
one_line none.err 'nothing: no such sound device'
expect_status 73 sl-speaker --device nothing mic.slw 2> none.err
one_line none.err 'nothing: no such sound device'
expect_status 64 sl-microphone mic --format s24 2> usage.err
sl-microphone --list | grep -qx mic && sl-speaker --list --json | grep -q '"name":"null"' || fail "--list"
sl-microphone --list null --json | grep -q '"formats":\["u8","s16le","s32le","f32le"\]' || fail "--list null"

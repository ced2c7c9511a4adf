#!/bin/bash
# sl-microphone and sl-speaker with a sound card that is a plug-in of ALSA: lost sound is reported to the sample, under-runs
# are counted, a busy device and an unplugged one are named, another rate is reported.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
device="$SL_SOURCE/tests/pipes/support/sound_device.py" clip="$SL_SOURCE/tests/pipes/support/clip.py"
[ -e "$SL_BUILD/tests/lib/libsound-card.so" ] || skip "the sound card of tests/alsa is not built"
cat > alsa.conf << END
</usr/share/alsa/alsa.conf>
pcm_type.card { lib "$SL_BUILD/tests/lib/libsound-card.so" }
pcm.card { type card rate 44100 }
pcm.busy { type card busy 1 }
pcm.leaves { type card unplug 500 }
END
export ALSA_CONFIG_PATH=$PWD/alsa.conf
milliseconds() { local start; start=$(date +%s%N); "$@"; echo $((($(date +%s%N) - start) / 1000000)); }
between() { [ "$2" -ge "$3" ] && [ "$2" -lt "$4" ] || fail "$1: $2"; }
record() { sl-microphone card "$@" > mic.slw 2> mic.err; }
play() { sl-speaker --device card second.slw 2> speaker.err; }
between "a second" "$(milliseconds record --duration 1s --rate 48000)" 900 3000
one_line mic.err 'card: 44100 Hz instead of 48000'
"$device" check < mic.slw > reported
grep -q '^44100 samples, 0 missing' reported || fail "$(cat reported)"
between "capture times against samples, ms" "$(sed 's/.*, \([0-9]*\) ms/\1/' reported)" 0 12
# Stopped for two seconds of four: the buffer overruns, and the card's own count of samples gives the loss.
sl-microphone card --channels 1 --duration 4s > mic.slw & microphone=$!
sleep 1
kill -STOP $microphone
sleep 2
kill -CONT $microphone
expect_status 0 wait $microphone
"$device" check < mic.slw > reported
grep -aq '"event":"gap".*"why":"the device.s buffer overran"' mic.slw || fail "no gap is reported: $(cat reported)"
"$device" counted < mic.slw > counted || fail "$(cat counted)"
missing=$(sed 's/.* \([0-9]*\) missing.*/\1/' reported)
between "samples missing of 88200" "$missing" 44100 110000
# A pause of the writer is an under-run; a second takes a second.
"$clip" make sound=44100 samples=44100 > second.slw
between "a second" "$(milliseconds play)" 900 2500
[ ! -s speaker.err ] || fail "it spoke"
{ head -c 60000 second.slw; sleep 1.5; tail -c +60001 second.slw; } | sl-speaker --device card 2> speaker.err
one_line speaker.err 'under-run'
expect_status 75 sl-microphone busy > busy.slw 2> busy.err
one_line busy.err 'busy: another program uses the device'
expect_status 75 sl-speaker --device busy second.slw 2> busy.err
one_line busy.err 'busy: another program uses the device'
status=0; sl-microphone leaves > leaves.slw 2> leaves.err || status=$?
[ $status = 69 ] || fail "unplugged: $status"
one_line leaves.err 'leaves: reading: No such device'
expect_status 69 sl-speaker --device leaves second.slw 2> leaves.err
one_line leaves.err 'leaves: playing: No such device'

#!/bin/bash
# sl-microphone and sl-speaker by the clock of a sound server without a sound card (PulseAudio's null devices), through
# ALSA's plug-in: real time, capture times, interrupts.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
device="$SL_SOURCE/tests/pipes/support/sound_device.py" clip="$SL_SOURCE/tests/pipes/support/clip.py"
needs pulseaudio
export HOME=$PWD PULSE_RUNTIME_PATH=$PWD PULSE_SERVER=unix:$PWD/native
timeout 60 pulseaudio -n --daemonize=no --exit-idle-time=-1 --use-pid-file=no -L "module-null-sink rate=48000" -L "module-null-source rate=48000 source_name=mic" \
  -L "module-native-protocol-unix auth-anonymous=1 socket=$PWD/native" 2> server.log & server=$!
trap 'kill $server 2> kill.err || true' EXIT
for _ in $(seq 50); do [ ! -S native ] || break; sleep 0.1; done
[ -S native ] || skip "pulseaudio does not start: $(tail -n 1 server.log)"
grep -rqs 'type pulse' /etc/alsa/conf.d /usr/share/alsa/alsa.conf.d || skip "ALSA has no plug-in for PulseAudio"
milliseconds() { local start; start=$(date +%s%N); "$@"; echo $((($(date +%s%N) - start) / 1000000)); }
between() { [ "$2" -ge "$3" ] && [ "$2" -lt "$4" ] || fail "$1: $2"; }
record() { sl-microphone pulse:mic "$@" > mic.slw; }
between "two seconds" "$(milliseconds record --duration 2s)" 1900 4500
"$device" check < mic.slw > reported
grep -q '^96000 samples, 0 missing' reported || fail "$(cat reported)"
between "capture times against samples, ms" "$(sed 's/.*, \([0-9]*\) ms/\1/' reported)" 0 300
# Stopped for three seconds while the server buffers: no sound is missing, and none is reported missing.
record --duration 5s & sleep 1
kill -STOP "$(pgrep -P $! sl-microphone || echo $!)"
sleep 3
kill -CONT "$(pgrep -P $! sl-microphone || echo $!)"
wait $!
"$device" check < mic.slw > reported
grep -q '^240000 samples, 0 missing' reported || fail "stopped for three seconds: $(cat reported)"
# A second is played in a second.
"$clip" make sound=48000 samples=48000 > second.slw
play() { sl-speaker --device pulse second.slw 2> speaker.err; }
between "a second" "$(milliseconds play)" 900 3500
[ ! -s speaker.err ] || fail "it spoke"
# An interrupt is silence at once.
"$clip" make sound=48000 samples=960000 > long.slw
sl-speaker --device pulse long.slw 2> speaker.err & speaker=$!
sleep 1
kill -TERM $speaker
between "an interrupt" "$(milliseconds wait $speaker || true)" 0 1500
sl-microphone pulse:mic > mic.slw & microphone=$!
sleep 1
kill -TERM $microphone
expect_status 0 wait $microphone
grep -aq '"stopped":true' mic.slw || fail "the microphone's end"

#!/bin/bash
# Missing devices, and settings that devices lack: one line, its status, and nothing for the next stage.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
unset DISPLAY WAYLAND_DISPLAY
export SDL_AUDIODRIVER=dummy
echo '</usr/share/alsa/alsa.conf>' > alsa.conf
export ALSA_CONFIG_PATH=$PWD/alsa.conf
sl-pattern --sound tone --duration 100ms > in.slw
# fails STATUS LINE COMMAND...
fails() {
  expect_status "$1" setsid -w "${@:3}" 2> told.err > out.slw < /dev/null
  one_line told.err "^${3}: .*$2"
  [ ! -s out.slw ] || fail "${*:3}: it sent something"
}
fails 66 '/dev/video87: No such file' sl-webcam 87
fails 66 'no camera is called "nobody.s": see --list' sl-webcam "nobody's"
if ! ls /dev/video* > /dev/null 2>&1; then
  fails 66 'no camera: no /dev/video\* captures video' sl-webcam
  fails 66 'no camera: no /dev/video\* captures video' sl-webcam --list --json
fi
for size in 12 0x5 99999999999x3 axb; do fails 64 "--size: \"$size\" is not WIDTHxHEIGHT" sl-webcam --size $size; done
fails 64 '--rate: "0" is not' sl-webcam --rate 0
for tool in sl-webcam sl-microphone sl-speaker; do fails 64 '--json is for --list' $tool --json; done
fails 66 'hw:87: no such sound device' sl-microphone hw:87
fails 73 'hw:87: no such sound device' sl-speaker --device hw:87 in.slw
if [ ! -e /proc/asound/cards ] || grep -q 'no soundcards' /proc/asound/cards; then
  fails 66 'default: .*this machine has no sound card' sl-microphone
  fails 73 'default: .*this machine has no sound card' sl-speaker in.slw
fi
fails 66 'DISPLAY is not set' sl-screen
fails 66 'nothing to show on' sl-display in.slw
export DISPLAY=:7654
fails 69 'display :7654: no answer, or access denied' sl-screen
fails 69 'no window on display :7654' sl-display in.slw
# The next stage names the stage that failed, and leaves no file.
expect_status 79 bash -o pipefail -c 'sl-webcam 87 2> camera.err | sl-encode -o film.mkv' 2> behind.err
one_line behind.err 'sl-webcam on .*: /dev/video87: No such file'
absent film.mkv

#!/bin/bash
# Endings of films: whole after an interrupt, no file after a failure, the received part if the stream is live.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
for suffix in mp4 mkv gif wav; do
  status=0
  film fail=10 sound=s16le 2> /dev/null | sl-encode -q -o film.$suffix 2> failed.err || status=$?
  same "status of .$suffix" $status 79
  one_line failed.err "made to fail"
  absent film.$suffix film.$suffix.part
done
film fail=10 2> /dev/null | expect_status 79 sl-encode .mkv > shell.mkv 2> failed.err || true
[ ! -s shell.mkv ] || fail "the shell's file keeps a failed film"
for suffix in mp4 mkv ts; do
  film fail=10 live=1 sound=s16le 2> /dev/null | expect_status 79 sl-encode -o live.$suffix 2> live.err || true
  one_line live.err "(what came is kept in live.$suffix.part)"
  same "frames kept" "$(ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames -of csv=p=0 live.$suffix.part | head -1)" 10
  [ ! -e live.$suffix ] || fail "live.$suffix is there"
done
film stop=1 frames=7 | sl-encode -o stopped.mp4
same "frames after a stop" "$(probe stopped.mp4 stream=nb_frames)" 7
for suffix in mp4 mkv ts; do
  test-live --rate 50 -o camera.$suffix 2> camera.err & stage=$!
  sleep 1
  kill -TERM $stage
  expect_status 0 wait $stage
  frames=$(ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 camera.$suffix | head -1)
  [ "$frames" -gt 10 ] || fail "only $frames frames of a camera that was stopped"
done
# Killed: a pipe's MP4 keeps all but its last fragment.
mkfifo wire
film frames=100 rate=25/1 wait=0.01 > wire 2> film.err &
sl-encode .mp4 --gop 10 --option tune=zerolatency < wire > >(cat > killed.mp4) & stage=$!
sleep 1
kill -KILL $stage
wait || true
frames=$(ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 killed.mp4 2> probe.err | head -1)
[ "$frames" -ge 10 ] && [ "$frames" -lt 100 ] || fail "$frames frames of a film that was killed"

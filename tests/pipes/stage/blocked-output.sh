#!/bin/bash
# A stage whose output is neither read nor closed dies of the signal after two seconds, without a message.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 2000 1500 x.ppm
mkfifo out
for stage in "sl-decode x.ppm" "sl-invert x.ppm" "sl-encode .ppm x.ppm" "sl-tap --json /dev/null x.ppm"; do
  $stage > out 2> blocked.err & pid=$!
  exec 9< out
  sleep 0.3
  SECONDS=0
  kill -TERM $pid
  expect_status 143 wait $pid
  exec 9<&-
  [ ! -s blocked.err ] && [ $SECONDS -le 4 ] || fail "$stage: $SECONDS s"
done

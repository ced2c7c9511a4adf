#!/bin/bash
# A stage that alone gets a signal to stop ends within two seconds, also if its input never makes it wait.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
for stage in "sl-tap --json /dev/null" "sl-invert" "test-die"; do
  mkfifo wire
  test-live --rate 1000 --width 1000 --height 1000 > wire 2> live.err & live=$!
  $stage < wire > /dev/null 2> stage.err & pid=$!
  sleep 0.4
  SECONDS=0
  kill -TERM $pid
  expect_status 0 wait $pid
  [ $SECONDS -le 3 ] && [ ! -s stage.err ] || fail "$stage: $SECONDS s"
  expect_status 141 wait $live
  rm wire
done

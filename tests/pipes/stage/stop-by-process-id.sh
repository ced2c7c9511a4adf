#!/bin/bash
# `kill PID` of a stage that writes a file itself, as a service manager does it: a live recording is finished and whole.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
for output in rec.slw rec.webp; do
  for signal in TERM HUP; do
    test-live -o $output 2> stop.err & stage=$!
    sleep 0.4
    kill -$signal $stage
    expect_status 0 wait $stage
    [ ! -s stop.err ] || fail "$signal was not met quietly"
    sl-info --frames --json $output > reported || fail "$output is not whole"
    [ "$(grep -c '^{"frame"' reported)" -gt 5 ] || fail "frames are missing"
    rm $output
  done
done

#!/bin/bash
# Live inputs: an interrupt ends all of them well; a reader that goes ends a stage that waits for its inputs.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
mkfifo a b
test-live --rate 50 > a & first=$!
test-live --rate 20 > b & second=$!
sl-join a b > joined.slw 2> join.err & join=$!
sleep 0.7
kill -TERM $first $second $join 2> kill.err || true  # the last may have ended already
for process in $first $second $join; do expect_status 0 wait $process; done
[ ! -s join.err ] || fail "it spoke"
sl-info --frames --json joined.slw | grep -q '"stopped":true' || fail "END does not report the stop"

# No more input comes, and no process reads.
test-live --rate 5 --frames 1 > one.slw
{ head -c 8000 one.slw; exec sleep 20; } > a & slow=$!
{ head -c 8000 one.slw; exec sleep 20; } > b & slower=$!
start=$SECONDS
expect_status 141 bash -c 'set -o pipefail; sl-join a b | head -c 100 > start'
[ $((SECONDS - start)) -lt 10 ] || fail "it waited for its inputs"
kill $slow $slower 2> kill.err || true  # they may have met the closed pipe
wait

# While one input is silent, the other's data goes out: within a tenth of a second of time, as both are live.
test-live --rate 50 --frames 100 > many.slw
test-live --rate 1 --frames 2 > a &
sl-join a many.slw > late.slw & join=$!
for _ in $(seq 40); do
  early=$(stat -c %s late.slw 2> stat.err || echo 0)  # the shell may not have made it yet
  [ "$early" -lt 60000 ] || break
  sleep 0.02
done
[ "$early" -ge 60000 ] || fail "only $early bytes before the second frame of the late input"
[ "$early" -le 100000 ] || fail "$early bytes: it did not wait"
expect_status 0 wait $join
sl-info --frames --json late.slw | grep -q '"frames":2,.*"frames":100,' || fail "not all frames"

#!/bin/bash
# sl-queue: endings of a stream: upstream's failure, a reader that closes, interrupts, a full disk, bad options.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
clip="$SL_SOURCE/tests/pipes/support/clip.py" account="$SL_SOURCE/tests/pipes/support/queue_account.py"
within() { [ $((SECONDS)) -le "$1" ] || fail "$2: it took $SECONDS s"; }
for ending in abort cut; do
  { "$clip" make frames=20 $ending=1 2> /dev/null || true; } | { expect_status 79 sl-queue 2> queue.err; } | "$account" 20 0.05 > $ending
  grep -q '^1: 1[01] frames, 0 dropped' $ending || fail "$ending: what waited did not come: $(cat $ending)"
  grep -q '^failed: ' $ending || fail "$ending: the failure did not come"
  [ ! -s queue.err ] || fail "$ending: it spoke"
done
# The reader closes: the queue ends at once if it writes, at once if it is idle, and when it is full.
gone() { SECONDS=0; expect_status 141 bash -c "set -o pipefail; $1 | head -c 200 > start"; within 3 "$1"; }
gone 'test-live --rate 50 | sl-queue'
gone 'sl-queue < <(test-live --rate 50 --frames 1 | head -c 8000; sleep 5)'  # no process waits for it
gone 'test-live --width 1000 --height 1000 | sl-queue --bytes 1M'
# An interrupt of the whole pipe: what waits is delivered, and END passes, the reader being slow but not too slow.
interrupt() {
  sleep 1.5
  SECONDS=0
  kill -TERM "$@" 2> kill.err || true
}
mkfifo a b
test-live --width 320 --height 240 --rate 50 > a & source=$!
sl-queue < a > b 2> queue.err & queue=$!
"$account" 0 0.022 < b > drained & reader=$!
interrupt $source $queue
expect_status 0 wait $source
expect_status 0 wait $queue
wait $reader
within 3 "an interrupt"
grep -q ' 0 dropped' drained && ! grep -q failed drained || fail "$(cat drained)"
# A reader that takes a second a picture gets END in time, with the list of dropped frames.
test-live --width 320 --height 240 --rate 50 > a & source=$!
sl-queue < a > b 2> queue.err & queue=$!
sl-tap --quiet < b | { sleep 3.2; cat; } > stopped.slw & reader=$!
interrupt $source $queue
expect_status 0 wait $source
expect_status 0 wait $queue
wait $reader
[ ! -s queue.err ] || fail "it spoke"
sl-tap --quiet stopped.slw | "$account" 0 > reported
grep -Eq '^1: [0-9]+ frames, [1-9][0-9]* dropped' reported && ! grep -q failed reported || fail "stopped: $(cat reported)"
grep -aq '"why":"interrupted"' stopped.slw || fail "it does not say why"
grep -aq '"stopped":true' stopped.slw || fail "it does not say that it stopped"
# A stuck reader: it ends all the same.
test-live --width 320 --height 240 --rate 50 > a & source=$!
sl-queue < a > b 2> queue.err & queue=$!
sleep 8 < b & reader=$!
interrupt $queue
expect_status 0 wait $queue
within 4 "a stuck reader"
kill $source $reader 2> kill.err || true
wait $source $reader || true
expect_status 64 sl-queue --policy newest /dev/null 2> usage.err
expect_status 64 sl-queue --seconds 0 /dev/null 2> usage.err
one_line usage.err 'above 0'
TMPDIR=/nowhere expect_status 73 sl-queue --disk 1G /dev/null 2> nowhere.err
one_line nowhere.err /nowhere

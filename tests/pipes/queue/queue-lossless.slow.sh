#!/bin/bash
# sl-queue, lossless: nothing is lost, in memory and on disk, memory is bounded, and the source waits when all is full.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
account="$SL_SOURCE/tests/pipes/support/queue_account.py"
is() { grep -Eqx "$2" "$1" || fail "$1: $(tr '\n' ';' < "$1") instead of $2"; }
camera() { test-live --width 320 --height 240 --rate 50 --frames 100; }
# Lossless: the source is not held up while the reader sleeps, in memory (23 MB) and on disk; with neither it is.
held_up() {
  local start=$SECONDS
  { camera; echo $((SECONDS - start)) > held; } | sl-queue "$@" | tee >(sl-info --json --frames - > ends) | "$account" 100 0 4 > lossless
  is lossless '1: 100 frames, 0 dropped, 0 gaps'
}
held_up --bytes 64M
[ "$(cat held)" -le 3 ] || fail "the source was held up for $(cat held) s"
held_up --bytes 1M --disk 64M
[ "$(cat held)" -le 3 ] || fail "the source was held up for $(cat held) s, with room on disk"
peak=$(grep -o '"tool":"sl-queue"[^}]*' ends | grep -o '"peak_memory":[0-9]*' | cut -d : -f 2)
[ "$peak" -lt 12000000 ] || fail "$peak bytes of memory"
held_up --bytes 1M
[ "$(cat held)" -ge 3 ] || fail "the source was not held up"

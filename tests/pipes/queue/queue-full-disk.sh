#!/bin/bash
# sl-queue whose disk is full before --disk is: nothing is lost, and the source waits.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
on_full_disk
test-live --rate 200 --frames 60 > in.slw
TMPDIR=$PWD/full sl-queue --bytes 20K --disk 1G in.slw | { sleep 1; cat; } | "$SL_SOURCE/tests/pipes/support/queue_account.py" 60 > all
grep -qx '1: 60 frames, 0 dropped, 0 gaps' all || fail "$(cat all)"

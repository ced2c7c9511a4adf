#!/bin/bash
# A recording until Ctrl-C is a whole stream like any other: it is repeated, others follow it, and its end is an end.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
test-live --rate 50 > recording.slw & camera=$!
sleep 0.7
kill -INT $camera 2> none.err || true # ignored: it is a job of a script
kill -TERM $camera
expect_status 0 wait $camera
grep -aq '"stopped":true' recording.slw || fail "it was not stopped"
frames() { sl-info --frames --json "$1" | grep -c '^{"frame"'; }
count=$(frames recording.slw)
passes() { # FACTOR COMMAND...
  local factor=$1; shift
  "$@" > out.slw || fail "$*: status $?"
  [ "$(frames out.slw)" = $((count * factor)) ] || fail "$*: $(frames out.slw) frames of $((count * factor))"
}
passes 3 sl-loop 3 recording.slw
passes 2 sl-concat recording.slw recording.slw
passes 2 sl-concat <(cat recording.slw) recording.slw
passes 2 sl-concat --each recording.slw recording.slw
passes 2 sl-join recording.slw recording.slw
passes 1 sl-queue recording.slw
ends_before() { expect_status 64 "$@" recording.slw 2> end.err > none.slw; one_line end.err "$1"; }
ends_before sl-trim 100s:
ends_before sl-select --range 100s:
ends_before sl-select --at 0,100
ends_before sl-select --track 7

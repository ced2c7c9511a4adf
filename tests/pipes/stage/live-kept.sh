#!/bin/bash
# The whole frames of a live stream stay in a file after `>` if the stream is cut off; other streams leave nothing.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
status=0
test-live --frames 20 --rate 1000 | head -c 100000 | sl-invert > kept.slw 2> kept.err || status=$?
[ $status = 79 ] || fail "status $status"
one_line kept.err "test-live.*ended without END"
expect_status 65 sl-info --frames --json kept.slw > frames.jsonl 2> info.err
frames=$(grep -c '"capture"' frames.jsonl)
[ "$frames" -ge 9 ] && [ "$frames" -le 11 ] || fail "$frames frames of 10"
photo 300 200 x.ppm
head -c 100000 x.ppm | expect_status 65 sl-invert > none.slw 2> none.err
[ ! -s none.slw ] || fail "half a picture is left"

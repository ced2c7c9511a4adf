#!/bin/bash
# A disk that is full for a while: one line, gaps for lost segments, and the stream continues when there is room.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
on_full_disk 256k
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_wire.py" realtime 60 | sl-hls full/out --event --segment-duration 0.5s 2> hls.err & stage=$!
sleep 1.6
head -c 1M /dev/zero > full/other 2> /dev/null || true
sleep 2
rm full/other
wait $stage || fail "status $?"
one_line hls.err "No space left on device: a segment is left out (EXT-X-GAP); writing continues when there is room"
gaps_told full/out 12 3 6
# A live stream that never had room has failed.
rm -r full/out
head -c 1M /dev/zero > full/other 2> /dev/null || true
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_wire.py" 60 | expect_status 74 sl-hls full/out --event --segment-duration 0.5s 2> never.err
grep -q "^sl-hls: full/out/.*No space left on device: nothing was written that can be played$" never.err || fail "$(cat never.err)"
# A film on demand is complete or absent.
film frames=50 size=128x96 > film.slw
rm -r full/out
head -c 200k /dev/zero > full/other
expect_status 74 sl-hls full/film film.slw --codec h264 --crf 0 --pixels yuv444p 2> film.err || true
one_line film.err "No space left on device"
[ -z "$(ls full/film 2> /dev/null)" ] || fail "half a film: $(ls full/film)"

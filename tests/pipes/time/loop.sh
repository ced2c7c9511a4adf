#!/bin/bash
# sl-loop: times and numbers continue, tracks stay in step; memory, then a file; endless until interrupted.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
clip="$SL_SOURCE/tests/pipes/support/clip.py"
"$clip" make frames=3 sound=8000 samples=1000 data=30:10 > x.slw # 120 ms of pictures, 125 of sound
sl-loop 3 x.slw | "$clip" show > got
printf '%s\n' "0 0 0" "1 40 1" "2 80 2" "3 125 0" "4 165 1" "5 205 2" "6 250 0" "7 290 1" "8 330 2" > expected
awk '$1 == 1 {print $2, $3, $5}' got | cmp - expected || fail "pictures: $(cat got)"
[ "$(awk '$1 == 2 {printf "%s ", $3}' got)" = "0 1000 2000 " ] && [ "$(grep -c '^3 ' got)" = 3 ] || fail "$(cat got)"
! grep -q with got || fail "attachments: $(cat got)"
sl-loop 1 x.slw | "$clip" show > once
"$clip" show < x.slw | cmp - once || fail "once is not the same"
# 6 MiB with 1 MiB in memory, the rest in a file that has no name; and without a place for it.
"$clip" make frames=24 size=512 > large.slw
mkdir room
TMPDIR=$PWD/room sl-loop 3 --max-memory 1M large.slw > by-file.slw
[ -z "$(ls -A room)" ] || fail "left: $(ls -A room)"
sl-loop 3 large.slw | "$clip" show > by-memory
"$clip" show < by-file.slw | cmp - by-memory || fail "the file gives something else"
TMPDIR=/nowhere expect_status 78 sl-loop 3 --max-memory 1M large.slw 2> room.err > none.slw
one_line room.err '/nowhere.*--max-memory'
# For ever: whole after an interrupt; a reader that has enough ends it.
sl-loop 0 x.slw | head -c 3000000 > /dev/null
sl-loop 0 x.slw > endless.slw & loop=$!
sleep 0.3
kill -TERM $loop
status=0
wait $loop || status=$?
[ $status = 143 ] || fail "status $status"
"$clip" show < endless.slw > /dev/null || fail "not whole"
sl-info endless.slw > /dev/null
# What fails on the first pass fails, and is not repeated.
"$clip" make cut=1 > cut.slw
expect_status 65 sl-loop 3 cut.slw 2> cut.err > none.slw
# Stills become a film of them: a tick each.
photo 40 30 a.png
[ "$(sl-decode a.png | sl-loop 5 | sl-rate 2 | "$SL_PYTHON" -c 'import films, streamlib
print([f.pts for s in streamlib.Reader(0) for f in s])')" = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]" ] || fail "a still"

#!/bin/bash
# A film that fills the disk: one line, nothing left; of a live film, the part that fits.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
on_full_disk
for suffix in mp4 mkv avi wav y4m; do
  film frames=50 sound=s16le size=128x96 > film.slw
  expect_status 74 sl-encode -q -o full/film.$suffix --max-memory 1G film.slw 2> full.err
  one_line full.err "full/film.$suffix: No space left on device"
  [ -z "$(ls -A full)" ] || fail "something is left of .$suffix: $(ls -A full)"
done
status=0
film frames=50 size=128x96 live=1 2> film.log | sl-encode -o full/live.mkv --codec ffv1 2> full.err || status=$?
same status $status 74
one_line full.err "(what came is kept in full/live.mkv.part)"

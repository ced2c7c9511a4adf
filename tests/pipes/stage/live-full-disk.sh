#!/bin/bash
# A live recording that fills the disk: the part on the disk is kept under another name, with a message.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
on_full_disk
status=0; { test-live --rate 1000 | sl-encode -o full/rec.slw 2> full.err; } || status=$?
[ $status = 74 ] || fail "status $status"
one_line full.err 'full/rec.slw: No space left on device (what came is kept in full/rec.slw.part)'
[ ! -e full/rec.slw ] && [ -s full/rec.slw.part ] || fail "nothing was kept"
[ "$(sl-info --frames --json full/rec.slw.part 2> /dev/null | head -c 8)" = '{"input"' ] || fail "the kept file is no wire"

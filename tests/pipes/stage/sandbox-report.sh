#!/bin/bash
# --sandbox-report lists the active protections, and on an older kernel the missing ones; the work is done all the same.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 64 48 x.jpg
sl-encode -o plain.png --sandbox-report x.jpg 2> new.err
! grep -q sanitizer new.err || skip "builds with sanitizers have no sandbox"
[ "$(grep -c ': in force$' new.err)" = 3 ] || fail "not all is in force"
test-old-kernel sl-encode -o old.png --sandbox-report x.jpg 2> old.err
grep -q 'Landlock: missing (this kernel has none)' old.err || fail "missing Landlock is not reported"
grep -q 'seccomp: in force' old.err || fail "seccomp went with it"
test-old-kernel --seccomp sl-encode -o older.png --sandbox-report x.jpg 2> older.err
[ "$(grep -c ': missing (' older.err)" = 2 ] || fail "missing protections are not reported"
for picture in old older; do cmp plain.png $picture.png || fail "$picture kernel"; done
cat x.jpg | test-old-kernel --seccomp sl-invert 2> silent.err | sl-encode -o inverted.png
[ ! -s silent.err ] || fail "it speaks of it unasked"

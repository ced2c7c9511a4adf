#!/bin/bash
# Names that are not UTF-8, hold control characters or are very long pass through messages and streams unharmed.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 64 48 x.jpg
latin=$'caf\xe9.jpg'
cp x.jpg "$latin"
sl-decode "$latin" | sl-invert | sl-encode -o latin.png || fail "Latin-1"
sl-encode -o $'\xff\xfe.png' "$latin" && [ -s $'\xff\xfe.png' ] || fail "Latin-1 output"
status=0; { sl-decode $'no\xff\e[31m.jpg' 2> own.err | sl-invert | sl-encode -o out.png 2> last.err; } || status=$?
[ $status = 79 ] || fail "status $status"
one_line own.err 'no\\xff\\x1b\[31m.jpg: No such file'
one_line last.err 'sl-decode on .*No such file'
! grep -q $'\e' own.err last.err || fail "an escape sequence came through"
long=$(printf 'x%.0s' {1..100000})
status=0; { sl-decode "$long" 2> own.err | sl-encode -o out.png 2> last.err; } || status=$?
[ $status = 79 ] || fail "status $status"
one_line own.err 'xxxx'
one_line last.err 'sl-decode on .*xxxx'
[ "$(wc -c < last.err)" -lt 1200 ] || fail "a line without end"
sl-decode "$(printf './%.0s' {1..2000})x.jpg" | sl-encode -o long.png || fail "a long path"
absent out.png

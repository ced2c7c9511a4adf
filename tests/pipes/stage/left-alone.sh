#!/bin/bash
# A stage leaves foreign things alone: lines in a log, inherited descriptors; long names have temporary names too.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 64 48 x.jpg
test-live --frames 20 --rate 100 | head -c 180000 > cut.slw
echo kept > log
{ head -c 100000 cut.slw; sleep 0.2; tail -c +100001 cut.slw; } | sl-tap --interval 0.01 --json log 2> tap.err > /dev/null &
tap=$!
sleep 0.1
for line in {1..50}; do echo "a line of another program, which is long enough to matter"; done >> log
expect_status 79 wait $tap
[ "$(grep -c 'another program' log)" = 50 ] && grep -q kept log || fail "the log was cut"

long=$(printf 'y%.0s' {1..251}).png
for turn in new again; do sl-encode -o "$long" x.jpg 2> long.err || fail "$turn: a name of 255 bytes"; done

echo secret > secret
exec {inherited}>> secret
{ head -c 300 x.jpg; sleep 0.4; } | sl-invert 2> invert.err > /dev/null &
sleep 0.2
for process in /proc/[0-9]*; do
  case $(cat "$process/comm" 2> /dev/null) in sl-invert | sl-decode) ;; *) continue ;; esac
  ! ls -l "$process/fd" 2> /dev/null | grep -q "$PWD/secret" || fail "$(cat "$process/comm") holds an inherited file"
done
wait
[ -z "$(sl-tap --quiet x.jpg 2>&1 > /dev/null)" ] || fail "sl-tap --quiet speaks"

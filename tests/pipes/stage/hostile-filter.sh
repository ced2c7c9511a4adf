#!/bin/bash
# A filter that has been taken over can open no file, no socket and start no process.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
echo precious > victim
photo 64 48 x.jpg
for output in - out.png; do
  cat x.jpg | test-hostile -o $output 2> hostile.err > wire
  case $(sl-tap --sandbox-report x.jpg 2>&1 > /dev/null) in *sanitizer*) skip "builds with sanitizers have no sandbox" ;; esac
  one_line hostile.err 'test-hostile: [3-9][0-9] tried, 0 worked'
done
[ "$(cat victim)" = precious ] || fail "the victim was changed"
absent planted planted-folder planted-link gone

#!/bin/bash
# Several writers fill one pipe in turn; one that dies is noticed, also when another one comes after it.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 64 48 a.jpg
photo 48 64 b.jpg
(sl-decode a.jpg; sl-decode b.jpg) | sl-invert | sl-encode -o good-%d.png
[ -s good-1.png ] && [ -s good-2.png ] || fail "two writers"
for place in preamble header frame row end; do
  status=0
  { (sl-decode a.jpg | test-die --at $place 2> /dev/null; sl-decode b.jpg) 2> died.err | sl-invert | sl-encode -o out-%d.png 2> last.err; } || status=$?
  [ $status = 79 ] || fail "status $status"
  one_line last.err 'sl-encode: test-die .*ended without END'
  case $place in row | end) ;; *) absent out-1.png ;; esac  # those had a complete picture
  absent out-2.png
  rm -f out-1.png
done
status=0
head -c 500 a.jpg > cut.jpg
{ (sl-decode cut.jpg 2> /dev/null; sl-decode b.jpg) 2> /dev/null | sl-invert | sl-encode -o out-%d.png 2> last.err; } || status=$?
[ $status = 79 ] || fail "status $status"
one_line last.err 'sl-encode: sl-decode.*cut.jpg.*truncated'
status=0
{ sl-decode cut.jpg 2> /dev/null | sl-encode .slw 2> middle.err | sl-encode -o out.png 2> last.err; } || status=$?
[ $status = 79 ] || fail "status $status"
one_line last.err 'sl-encode: sl-decode.*cut.jpg.*truncated'
absent out.png
sl-invert a.jpg -o a.jpg && sl-info a.jpg > /dev/null || fail "in place"

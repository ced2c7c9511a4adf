#!/bin/bash
# Outputs through links, over files that are there, into devices and FIFOs, relative and absolute.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 97 61 x.jpg
sl-encode .png x.jpg > plain.png
mkdir -p one other
ln -s ../other/real.png one/link.png
ln -s nowhere.png dangling.png
echo old > other/real.png
for place in out.png one/out.png ./one/../other/out.png "$PWD/one/absolute.png" one/link.png dangling.png "with space %.png"; do
  sl-encode -o "$place" x.jpg 2> place.err || fail "$place"
  cmp plain.png "$place" || fail "$place"
done
[ -L one/link.png ] && cmp plain.png other/real.png || fail "the link was replaced, not its target"
sl-encode -o out.png x.jpg && cmp plain.png out.png || fail "over a file that is there"
head -c 900 x.jpg > cut.jpg
for place in out.png one/link.png; do
  expect_status 65 sl-encode -o $place cut.jpg 2> cut.err
  cmp plain.png $place || fail "a failure cost the file that was there: $place"
done
sl-encode -o one/n-%02d.png x.jpg && cmp plain.png one/n-01.png || fail "numbered"
mkfifo fifo.png; cat fifo.png > from-fifo.png & sl-encode -o fifo.png x.jpg; wait; cmp plain.png from-fifo.png || fail "FIFO"
mkfifo in.jpg; cat x.jpg > in.jpg & sl-encode -o fifo-in.png in.jpg; wait; cmp plain.png fifo-in.png || fail "from a FIFO"
ln -s /dev/null null.png; sl-encode -o null.png x.jpg || fail "/dev/null"
umask 077; sl-encode -o private.png x.jpg; [ "$(stat -c %a private.png)" = 600 ] || fail "umask"
expect_status 73 sl-encode -o no/such/folder.png x.jpg 2> place.err; one_line place.err 'no/such/folder.png: No such'
expect_status 73 sl-encode -o no/such/%d.png x.jpg 2> place.err; one_line place.err 'no/such/%d.png: No such'
for place in bare[format=png] ./bare[format=.PNG] /dev/fd/3[format=png]; do
  sl-invert x.jpg | sl-invert -o "$place" 3> bare || fail "$place"
  cmp plain.png bare || fail "$place"
  rm bare
done
sl-encode --format png -o bare.ppm x.jpg && cmp plain.png bare.ppm || fail "--format"
expect_status 64 sl-encode -o bare x.jpg 2> place.err; one_line place.err 'has no suffix .*format=png'
[ -z "$(find . -name '.*.tmp')" ] || fail "temporary files are left"
sl-encode -o substituted.png <(cat x.jpg) && cmp plain.png substituted.png || fail "/dev/fd"
sl-encode -o twice.png "$(printf 'in.jpg')[shrink=1]" < /dev/null & cat x.jpg > in.jpg; wait; cmp plain.png twice.png || fail "a FIFO with options"

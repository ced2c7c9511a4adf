#!/bin/bash
# If files cannot be made without a name (no /proc, NFS), the temporary name is removed after success, failure and signals.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
bare="mount -t tmpfs none /proc"
unshare -m sh -c "$bare" 2> /dev/null || skip "/proc cannot be hidden here"
without() { unshare -m sh -c "$bare && exec \"\$@\"" - "$@"; }
photo 640 480 x.jpg
sl-encode .png x.jpg > plain.png
without sl-encode -o out.png "$PWD/x.jpg"
cmp plain.png out.png || fail "another picture"
without sl-encode -o out.png "$PWD/x.jpg" && cmp plain.png out.png || fail "over a file that is there"
without sl-encode -o n-%d.png "$PWD/x.jpg" && cmp plain.png n-1.png || fail "numbered"
head -c 9000 x.jpg > cut.jpg
expect_status 65 without sl-encode -o cut.png cut.jpg 2> cut.err
absent cut.png
for signal in TERM HUP; do
  mkfifo slow
  unshare -m sh -c "$bare && exec sl-encode -o slow.png slow" & stage=$!
  exec 9> slow
  head -c 9000 x.jpg >&9
  for _ in {1..100}; do [ -z "$(find . -name '.slow.png.*.tmp')" ] || break; sleep 0.02; done
  [ -n "$(find . -name '.slow.png.*.tmp')" ] || fail "it has no temporary name to be tested"
  kill -$signal $stage
  sleep 0.1
  kill -$signal $stage
  wait $stage 2> /dev/null || [ $? -gt 128 ] || fail "$signal"
  exec 9>&-
  rm slow
done
absent slow.png
[ -z "$(find . -name '.*.tmp')" ] || fail "temporary files are left: $(ls -A)"

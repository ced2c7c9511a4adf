#!/bin/bash
# Where files cannot be made without a name (no /proc, NFS), the temporary name is gone after success, failure and signals.
. "$SL_SOURCE/tests/pipes/lib.bash"
bare="mount -t tmpfs none /proc"
unshare -m sh -c "$bare" 2> /dev/null || exit 77
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
for signal in INT TERM HUP; do
  mkfifo slow; (head -c 9000 x.jpg; sleep 2) > slow & feeder=$!
  sl=$(without bash -c 'sl-encode -o slow.png < slow & echo $!; exec >&-; wait' 2> slow.err &
    sleep 0.5; ls -A | grep -c '^\.slow.png') || true
  kill $feeder 2> /dev/null || true; wait || true; rm slow
done
[ -z "$(find . -name '.*.tmp')" ] || fail "temporary files are left: $(ls -A)"

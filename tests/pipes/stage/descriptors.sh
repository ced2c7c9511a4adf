#!/bin/bash
# Started with closed descriptors, ignored signals or non-blocking pipes, a stage does its work or says one clear thing.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 640 480 x.jpg
sl-encode .png x.jpg > plain.png
sl-encode -o closed-in.png x.jpg <&- && cmp plain.png closed-in.png || fail "stdin closed, input a file"
sl-encode -o closed-all.png x.jpg <&- >&- 2>&- && cmp plain.png closed-all.png || fail "all closed"
sl-tap --json /dev/null -o filter.png x.jpg <&- >&- 2>&- && cmp plain.png filter.png || fail "all closed, a filter"
expect_status 74 sl-encode -o none.png <&- 2> in.err; one_line in.err 'standard input: Bad file descriptor'; absent none.png
expect_status 74 sl-encode .png x.jpg >&- 2> out.err; one_line out.err 'standard output: Bad file descriptor'
expect_status 74 sl-decode x.jpg >&- 2> out.err; one_line out.err 'standard output: Bad file descriptor'
head -c 2000 x.jpg > cut.jpg
expect_status 65 sl-encode -o closed.png cut.jpg 2>&-; absent closed.png
sl-decode cut.jpg 2>&- | sl-encode -o closed.png 2> last.err || true; one_line last.err 'sl-decode.*truncated'

"$SL_PYTHON" - << 'END'
import fcntl, os, signal, subprocess, sys
signal.signal(signal.SIGPIPE, signal.SIG_IGN)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
keep = dict(restore_signals=False)
source = subprocess.Popen(["cat", "x.jpg"], stdout=subprocess.PIPE, **keep)
decode = subprocess.Popen(["sl-invert"], stdin=source.stdout, stdout=subprocess.PIPE, **keep)
again = subprocess.Popen(["sl-invert", "-o", "ignored.png"], stdin=decode.stdout, **keep)
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
again.wait()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
reader, writer = os.pipe()
stage = subprocess.Popen(["sl-decode", "x.jpg"], stdout=writer, stderr=open("gone.err", "wb"), **keep)
os.close(writer), os.read(reader, 10), os.close(reader)
END
[ ! -s gone.err ] || fail "a reader that went was not met quietly"
same_pixels ignored.png plain.png 3

"$SL_PYTHON" - << 'END'
import fcntl, os, subprocess
pipes = [os.pipe() for _ in range(3)]
for ends in pipes:
    for end in ends:
        os.set_blocking(end, False)
    fcntl.fcntl(ends[1], 1031, 4096)
stages = [subprocess.Popen(["sl-decode"], stdin=pipes[0][0], stdout=pipes[1][1]),
          subprocess.Popen(["sl-tap", "--json", "/dev/null"], stdin=pipes[1][0], stdout=pipes[2][1]),
          subprocess.Popen(["sl-encode", "-o", "nonblocking.png"], stdin=pipes[2][0])]
for ends in pipes[1:]:
    os.close(ends[0]), os.close(ends[1])
os.close(pipes[0][0])
os.set_blocking(pipes[0][1], True)
with os.fdopen(pipes[0][1], "wb") as feed, open("x.jpg", "rb") as file:
    feed.write(file.read())
assert [stage.wait() for stage in stages] == [0, 0, 0]
END
cmp plain.png nonblocking.png || fail "non-blocking pipes"

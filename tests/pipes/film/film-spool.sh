#!/bin/bash
# An MP4 whose index comes last, from a pipe: the same as from a file, within a limit, with no temporary file left.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
ffmpeg -v error -f lavfi -i "testsrc2=size=640x480:rate=25:duration=20,noise=alls=60:allf=t" -c:v libx264 -preset ultrafast -qp 12 -threads 2 big.mp4
[ "$(stat -c %s big.mp4)" -gt $((40 << 20)) ] || fail "the film fits in memory"
mkdir temporary
cat big.mp4 | TMPDIR=$PWD/temporary sl-decode 2> note.err | sl-info --frames --json | tail -1 > pipe.end
one_line note.err 'standard input: its index comes last'
sl-decode big.mp4 | sl-info --frames --json | tail -1 > file.end
[ "$(sed 's/"stages".*//' file.end)" = "$(sed 's/"stages".*//' pipe.end)" ] || fail "$(cat pipe.end)"
[ -z "$(ls temporary)" ] || fail "temporary files are left"
status=0
cat big.mp4 | sl-decode --max-spool 1M > out.slw 2> limit.err || status=$?
[ $status = 78 ] || fail "status $status over the limit"
grep -q 'max-spool' limit.err || fail "the option is not named"

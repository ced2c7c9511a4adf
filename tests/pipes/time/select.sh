#!/bin/bash
# sl-select: each choice, streaming or from memory; what goes with a frame; other tracks; wrong choices; upstream's failure.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
clip="$SL_SOURCE/tests/pipes/support/clip.py"
# is OPTIONS EXPECTED: numbers and values of the frames of track 1 of five at 0, 40, 80, 120 and 160 ms.
is() {
  # shellcheck disable=SC2086
  got=$(sl-select $1 < five.slw | "$clip" show | awk '$1 == 1 {printf "%s%s=%s", space, $2, $5; space = " "}
    $7 != "" && $1 == 1 {print " with ", $0}')
  [ "$got" = "$2" ] || fail "$1: $got instead of $2"
}
"$clip" make frames=5 keys=0,3 sound=8000 samples=1600 block=256 data=50:20 > five.slw
is "" "0=0 1=1 2=2 3=3 4=4"
is "--frame 3" "3=3"
is "--frames 1,3:" "1=1 3=3 4=4"
is "--frames ::2" "0=0 2=2 4=4"
is "--frames 3,1,3" "3=3 4=1 5=3"
is "--frame=-1" "4=4"
is "--frames=-3:-1" "2=2 3=3"
is "--frames 2:2" ""
is "--at 0.05,120ms,0.12" "1=1 3=3 4=3"
is "--at 0.1999,0" "4=4 5=0"
is "--every 60ms" "0=0 1=1 3=3 4=4"
is "--every 30ms" "0=0 1=0 2=1 3=2 4=3 5=3 6=4"
is "--key-frames" "0=0 3=3"
is "--clips regular=2 --clip-frames 2" "0=0 1=1 3=3 4=4"
is "--range 0.05:0.13" "1=1 2=2 3=3"
is "--range 0.1:0.1" ""
sl-select --range 0.05:0.13 five.slw | "$clip" show | grep '^[23] ' > cut
printf '%s\n' "2 1 400 112 400 x112" "3 0 50 20 100 x6" "2 2 512 256 512 x256" "2 3 768 256 768 x256" "2 4 1024 16 1024 x16" |
  cmp - cut || fail "sound and data of a range: $(cat cut)"
sl-select --frame 2 five.slw | "$clip" show > told
[ "$(grep -c 'event 0 event=not-carried what=track [23] ' told)" = 2 ] && ! grep -q '^[23]' told || fail "$(cat told)"
for track in 2 audio data,audio:1; do
  sl-select --track $track --frames 1:3 five.slw | "$clip" show | grep -c '^2 [12] ' | grep -qx 2 || fail "--track $track"
done
for wrong in "--frame 5" "--frame=-6" "--at 0.2" "--at=-1ms" "--at 0.1,-0.1" "--range 1:" "--track 7" "--track audio:2" "--track 3 --at 1"; do
  # shellcheck disable=SC2086
  expect_status 64 sl-select $wrong five.slw 2> wrong.err > none.slw
  one_line wrong.err '^sl-select: five.slw: '
done
expect_status 78 sl-select --max-memory 1K --frames 3,1,2,0 five.slw 2> memory.err > none.slw
one_line memory.err 'five.slw: .*--max-memory'
sl-select --max-memory 1K --frame=-1 five.slw > last.slw # counts from the end with one frame in memory
# The records before the failure pass, then the cause.
status=0; "$clip" make abort=1 2> /dev/null | sl-select --frames 0:3 2> own.err | "$clip" show > got 2>&1 || status=$?
[ $status != 0 ] && [ ! -s own.err ] && [ "$(grep -c '^1 ' got)" = 3 ] && grep -q 'clip: the clip is broken' got || fail "$(cat got)"
"$clip" make cut=1 > cut.slw
for choice in "--frame 0" "--range 0:0.01" "--frame=-1"; do
  # shellcheck disable=SC2086
  expect_status 65 sl-select $choice cut.slw -o one.png 2> all.err
  grep -v 'left out: attachment' all.err > cut.err
  one_line cut.err 'cut.slw: the wire is truncated'
  absent one.png
done

#!/bin/bash
# sl-rate: the nearest frame at a constant rate, means of neighbours, sound untouched, gaps with a limit.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
clip="$SL_SOURCE/tests/pipes/support/clip.py"
# is OPTIONS CLIP TRACK EXPECTED: pts=value; numbers and lengths are checked for all.
is() {
  # shellcheck disable=SC2086
  got=$("$clip" make $2 | sl-rate $1 | "$clip" show | tee shown | awk '$1 == 1 {printf "%s%s=%s", space, $3, $5; space = " "
    if ($2 != count++ || $4 != 1 || $7 != "") print " wrong frame: " $0}')
  [ "$got" = "$3" ] || fail "$1 of $2: $got instead of $3"
}
is 30 "pts=0,33,67,100,133,167,200,233" "0=0 1=1 2=2 3=3 4=4 5=5 6=6 7=7"
grep -qx "track 1 video 1/30 30/1" shown || fail "$(cat shown)"
is 25 "pts=0,40,200,230,240,250,400 durations=none" "0=0 1=1 2=1 3=1 4=1 5=2 6=5 7=5 8=5 9=5 10=6 11=6 12=6 13=6"
is 30000/1001 "frames=4 base=1/24000 step=1001" "0=0 1=1 2=1 3=2 4=3"
is 10 "frames=10" "0=1 1=3 2=6 3=8"
is 25 "pts=8320,8360" "208=0 209=1"
is 1 "frames=3" "0=2"
is "--blend 50" "frames=3" "0=0 1=1 2=1 3=2 4=2 5=2"
"$clip" make frames=5 sound=8000 samples=1600 data=50:20 > five.slw
sl-rate 60 five.slw | "$clip" show | grep '^[23]' > after
"$clip" show < five.slw | grep '^[23]' | cmp - after || fail "sound and data changed"
# The mean is weighted by time: from 0 to 100 in 100 ms.
"$SL_PYTHON" - > ramp.slw << 'END'
import os, sys; sys.path.insert(0, os.environ["SL_SOURCE"] + "/bindings/python")
import numpy, streamlib
with streamlib.Writer(1) as out:
    out.begin()
    out.track(1, streamlib.video("yuv420p", 17, 5, time_base=(1, 1000)))
    for n in range(2):
        shapes = streamlib.pixel_formats["yuv420p"].shapes(17, 5)
        out.picture(1, [numpy.full(shape, 100 * n, "u1") for shape in shapes], number=n, pts=100 * n, duration=10)
    out.end()
END
got=$(sl-rate --blend 100 ramp.slw | "$clip" show | awk '$1 == 1 {printf "%s ", $5}')
[ "$got" = "0 10 20 30 40 50 60 70 80 90 100 " ] || fail "a ramp: $got"
"$clip" make pts=0,1000000000 > gap.slw
expect_status 78 sl-rate 25 gap.slw 2> gap.err > none.slw
one_line gap.err 'gap.slw: the frame at 0.000 s is shown for 1000000.000 s (--max-gap'
"$clip" make pts=0 durations=4000000000000000000 > endless.slw
expect_status 78 sl-rate 25 endless.slw 2> endless.err > none.slw
expect_status 64 sl-rate 0 gap.slw 2> usage.err > none.slw
"$clip" make codec=h264 > packets.slw
printf '\0' | dd of=packets.slw bs=1 seek=12 conv=notrunc 2> /dev/null # the first record does not announce packets
expect_status 65 sl-rate 25 packets.slw 2> packets.err > none.slw
one_line packets.err 'is h264, not raw'

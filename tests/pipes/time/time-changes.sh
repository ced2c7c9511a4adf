#!/bin/bash
# Tracks and attachments that change on the way go with the frames they hold for, when these are repeated or reordered.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
cat > changes.py << 'END'
import os, sys; sys.path.insert(0, os.environ["SL_SOURCE"] + "/bindings/python")
import numpy, streamlib
if sys.argv[1] == "make":
    with streamlib.Writer(1) as out:
        out.begin()
        for n in range(6):
            size = 16 if n < 3 else 8
            out.track(1, streamlib.video("gray", size, size, time_base=(1, 25), rate=[25, 1]))
            if n in (0, 3):
                out.attachment(1, "icc", b"of %d" % size)
            if n == 1:
                out.attachment(1, "from-1", b"x")
            if n in (2, 5):
                out.attachment(1, "once", b"%d" % n, streamlib.NEXT_FRAME_ONLY)
            if n == 2:
                out.event(1, {"event": "gap", "from": 2, "to": 3, "why": "test"})
            out.picture(1, numpy.full((size, size), n, "u1"), number=n, pts=n, duration=1)
        out.end()
else:
    for stream in streamlib.Reader(0):
        for f in stream:
            print(f.data[0][0], *f.data.shape, *(f"{k}={v.decode()}" for k, v in sorted(f.attachments.items())))
END
"$SL_PYTHON" changes.py make > x.slw
"$SL_PYTHON" changes.py show < x.slw > plain
check() { cmp "$1" shown || fail "$2: $(diff "$1" shown)"; }
sl-select --frames 5,0,2,1,4,3 x.slw | "$SL_PYTHON" changes.py show > shown
for n in 5 0 2 1 4 3; do sed -n "$((n + 1))p" plain; done > expected
check expected reordered
sl-select --at 0,0.01,0.09,0.2 x.slw | "$SL_PYTHON" changes.py show > shown
for n in 0 0 2 5; do sed -n "$((n + 1))p" plain; done > expected
check expected repeated
sl-loop 3 x.slw | "$SL_PYTHON" changes.py show > shown
cat plain plain plain > expected
check expected looped
for blend in "" --blend; do
  # shellcheck disable=SC2086
  sl-rate 25 $blend x.slw | "$SL_PYTHON" changes.py show > shown
  check plain "at the rate it has $blend"
  # shellcheck disable=SC2086
  sl-rate 50 $blend x.slw | "$SL_PYTHON" changes.py show | awk '{print $2}' | uniq -c | tr -s '\n ' ' ' > sizes
  grep -qE '^ (6 16 6|5 16 7) 8 $' sizes || fail "sizes $blend: $(cat sizes)"
done
sl-trim 0.05: x.slw | "$SL_PYTHON" changes.py show > shown
tail -n +2 plain > expected
check expected trimmed
sl-trim --shift 0.08: x.slw | "$SL_SOURCE/tests/pipes/support/clip.py" show | grep -q 'event 1 event=gap from=0 to=1' || fail "an event's times"

#!/bin/bash
# sl-filter: metadata of frames moves to the frame of the same time; sizes may change; damage stays marked.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
cat > make.py << 'END'
import os, sys
sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import numpy, streamlib
with streamlib.Writer(1, tool="maker") as out:
    out.begin()
    track = streamlib.video("gray", 40, 30, time_base=[1, 1000], range="full") | {"rate": [10, 1], "language": "deu"}
    out.track(1, track)
    out.attachment(1, "icc", b"profile")
    out.attachment(1, "map", b"of the pixels", flags=streamlib.TIED)
    for n in range(6):
        if n == 4:
            out.track(1, track | {"width": 20})
            out.attachment(1, "icc", b"profile")
        picture = numpy.full((30, 20 if n >= 4 else 40), n, numpy.uint8)
        flags = streamlib.KEY | (streamlib.FRAME_DAMAGED if n == 2 else 0)
        out.picture(1, picture, number=100 + n, pts=n * 100 + n % 2, duration=50, capture=7000 + n, flags=flags,
                    metadata={"exposure": n, "geometry": [1, 2]})
    out.end()
END
"$SL_PYTHON" make.py > in.slw
sl-filter hflip in.slw > out.slw
sl-info --json --frames out.slw > reported
jsons() { "$SL_PYTHON" -c 'import json, sys
for line in open("reported"):
    line = json.loads(line)
    '"$1"; }
jsons 'f = line.get("frame")
    if f: print(f["number"], f["pts"], f["duration"], f["capture"], f["metadata"], f.get("damaged", False))' > ours
for n in 0 1 2 3 4 5; do
  echo "$n $((n * 100 + n % 2)) 50 $((7000 + n)) {'exposure': $n} $([ $n = 2 ] && echo True || echo False)"
done > expected
cmp ours expected || fail "$(diff ours expected)"
grep -q '"name":"icc"' reported || fail "the profile is lost"
! grep -q '"name":"map"' reported || fail "an attachment tied to pixels was kept"
grep -q '"language":"deu"' reported || fail "the language is lost"
grep -q '"what":"metadata geometry"' reported || fail "dropped boxes are not reported"
[ "$("$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/frame_hashes.py" 1 < out.slw | wc -l)" = 6 ] || fail "not 6 frames"
sl-filter scale=iw/2:-2 in.slw | "$SL_PYTHON" -c 'import os, sys
sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import streamlib
print(*["%dx%d" % f.data.shape[::-1] for s in streamlib.Reader(0) for f in s])' > sizes
[ "$(cat sizes)" = "20x16 20x16 20x16 20x16 10x16 10x16" ] || fail "sizes: $(cat sizes)"

#!/bin/bash
# sl-stats: figures against numpy, a line for each frame, in the picture's own codes.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 290 443 x.jpg
sl-encode .ppm x.jpg > x.ppm
sl-stats x.ppm > x.json
"$SL_PYTHON" - x.json x.ppm << 'END'
import json, sys
import numpy as np
_, size, _, samples = open(sys.argv[2], "rb").read().split(b"\n", 3)
width, height = (int(n) for n in size.split())
pixels = np.frombuffer(samples, np.uint8).reshape(-1, 3).astype(float)
line = json.load(open(sys.argv[1]))
assert (line["pixels"], line["width"], line["height"], line["frame"]) == ("rgb24", width, height, 0), line
for channel, name in enumerate(["red", "green", "blue"]):
    got, want = line["channels"][name], pixels[:, channel]
    counts = np.bincount(want.astype(int)) / want.size
    entropy = -(counts[counts > 0] * np.log2(counts[counts > 0])).sum()
    for member, value in {"minimum": want.min(), "maximum": want.max(), "mean": want.mean(), "deviation": want.std(), "entropy": entropy}.items():
        assert abs(got[member] - value) < 1e-6, (name, member, got[member], value)
    for part, value in got["percentiles"].items():
        assert value == np.percentile(want, int(part), method="inverted_cdf"), (name, part, value)
    assert got["clipped"] == {"low": int((want == 0).sum()), "high": int((want == 255).sum())}, got
END
sl-stats x.jpg | grep -q '"Cb":' || fail "YUV has no Cb: $(sl-stats x.jpg)"
(sl-decode x.jpg; sl-decode x.ppm) | sl-stats > two.jsonl
[ "$(wc -l < two.jsonl)" = 2 ] || fail "$(cat two.jsonl)"
head -c 4000 x.jpg > cut.jpg
expect_status 65 sl-stats cut.jpg 2> cut.err > cut.json
one_line cut.err 'cut.jpg'
expect_status 74 sl-stats x.jpg 2> full.err > /dev/full

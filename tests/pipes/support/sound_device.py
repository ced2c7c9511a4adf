#!/usr/bin/python3
"""For tests of sound devices: sound_device.py samples < x.slw: the raw samples of its sound, joined. sound_device.py check
[RATE] < x.slw: pts count the samples exactly, an EVENT gap reports each hole, capture times go with them; prints
"N samples, G missing, D ms" with the largest distance between both. sound_device.py counted < x.slw: samples that count (mod
2^16) agree with pts, within 20 ms between any two.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import streamlib  # noqa: E402

count = missing = 0
expected, distance, first = 0, 0, None
for stream in streamlib.Reader(0):
    for item in stream.items():
        if isinstance(item, streamlib.Record):
            if sys.argv[1] == "check" and item.type == streamlib.EVENT and item.json["event"] == "gap":
                assert item.json["from"] == expected <= item.json["to"], (item.json, expected)
                missing += item.json["to"] - expected
                expected, first = item.json["to"], None
            continue
        samples = item.samples
        if sys.argv[1] == "samples":
            sys.stdout.buffer.write(bytes(samples))
            continue
        if sys.argv[1] == "counted":
            rate = stream.tracks[item.track]["sample_rate"]
            off = (int(samples.ravel()[0]) - item.pts + 2**15) % 2**16 - 2**15
            assert abs(off) * 50 < rate, f"frame {item.number}: {off} samples off"
            assert (samples.ravel()[1:] - samples.ravel()[:-1] == 1).all(), f"frame {item.number} is not of one piece"
            continue
        assert item.pts == expected and item.duration == len(samples), (item.pts, expected, item.duration, len(samples))
        expected += len(samples)
        count += len(samples)
        rate = stream.tracks[item.track]["sample_rate"]
        offset = item.capture - item.pts * 10**9 // rate
        first = offset if first is None else first
        distance = max(distance, abs(offset - first))
if sys.argv[1] == "check":
    print(f"{count} samples, {missing} missing, {distance // 10**6} ms")

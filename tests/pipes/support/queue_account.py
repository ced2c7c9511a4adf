#!/usr/bin/python3
"""Reads the wire, slowly if asked to, and adds up: queue_account.py FRAMES [SECONDS a picture] [SECONDS before the first].

Frames and those reported as dropped must together be the numbers 0 to FRAMES - 1 of each track (0: up to any), in order and each once; packets
must be decodable: after a hole a key frame, and nothing shown before it. Sound is flagged as the first after a gap. Prints "TRACK: N frames, M dropped, G gaps" for each.
"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import streamlib  # noqa: E402

wanted = int(sys.argv[1])
delay, before = (float(sys.argv[n]) if len(sys.argv) > n else 0 for n in (2, 3))
time.sleep(before)
expected, frames, dropped, gaps, shown, gap = {}, {}, {}, {}, {}, set()
try:
    for stream in streamlib.Reader(0):
        for item in stream.items():
            if isinstance(item, streamlib.Record):
                if item.type != streamlib.EVENT:
                    continue
                event, n = item.json, item.track
                if event["event"] == "gap":
                    gaps[n] = gaps.get(n, 0) + 1
                    gap.add(n)
                if event["event"] == "dropped":
                    assert event["from"] == expected.get(n, 0), f"track {n}: {event} where {expected.get(n, 0)} is next"
                    assert event["count"] == event["to"] - event["from"] + 1, event
                    dropped[n] = dropped.get(n, 0) + event["count"]
                    expected[n], shown[n] = event["to"] + 1, None
                continue
            n, track = item.track, stream.tracks[item.track]
            assert item.number == expected.get(n, 0), f"track {n}: frame {item.number} where {expected.get(n, 0)} is next"
            expected[n] = item.number + 1
            frames[n] = frames.get(n, 0) + 1
            if track["kind"] == "audio":
                assert (n in gap) == bool(item.flags & streamlib.DISCONTINUITY), f"sound {item.number}: {item.flags}"
                gap.discard(n)
            if track["kind"] == "video" and track["codec"] != "raw":
                if item.flags & streamlib.KEY:
                    shown[n] = item.pts
                assert shown.get(n, 0) is not None and item.pts >= shown.get(n, 0), f"packet {n} cannot be decoded"
            if track["kind"] == "video":
                time.sleep(delay)
        assert not wanted or not stream.end or set(expected.values()) == {wanted}, expected
except streamlib.StreamError as error:
    print(f"failed: {error}")
for n in sorted(expected):
    print(f"{n}: {frames.get(n, 0)} frames, {dropped.get(n, 0)} dropped, {gaps.get(n, 0)} gaps")

#!/usr/bin/python3
"""frame_hashes.py TRACK < WIRE: a line for each frame, "PTS DURATION MD5", as ffmpeg's framemd5 has them; "-" is not
known. frame_hashes.py --sound TRACK: "FIRST-PTS SAMPLES MD5" of all samples together, as they do not depend on how
they were cut."""

import hashlib
import os
import sys

sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import streamlib

together = sys.argv[1] == "--sound"
number = int(sys.argv[-1])
whole, first, count = hashlib.md5(), None, 0
for stream in streamlib.Reader(0):
    for frame in stream:
        if frame.track != number:
            continue
        planes = frame.planes or []
        if together:
            first = frame.pts if first is None else first
            count += len(frame.samples)
            whole.update(frame.samples)
            continue
        digest = hashlib.md5(b"".join(plane.tobytes() for plane in planes)).hexdigest()
        times = ["-" if time in (None, streamlib.NO_TIME) else time for time in (frame.pts, frame.duration)]
        print(*times, digest)
if together:
    print(first, count, whole.hexdigest())

"""Writes a live stream with events on the wire, for the tests of HLS: hls_wire.py ITEM...

Pictures at 10 a second of 32x32, sound of 8 kHz if the item `sound` is present, in the order of the ITEMs:
  N               so many pictures (and their sound)
  flag            the next picture, and the next sound, have the discontinuity flag, and 100 s have passed on the clock
  gap             nothing for 5 s, and an EVENT
  skip=N          nothing for the time of N pictures, without an EVENT
  drop=N          so many pictures are missing, with an EVENT
  sound-gap       no sound for 1 s, with an EVENT
  size=WxH        the track changes its size
  stream          the stream ends, and another one begins, with times from 0
  abort           fails
  realtime        from here on at its own speed
  wall=NS         the wall clock of the next picture; later ones follow from it (default: unknown)
  film            not live
"""
import os
import sys
import time

import numpy

sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import streamlib  # noqa: E402

words = sys.argv[1:]
sound = "sound" in words
live = {} if "film" in words else {"live": True}
size, pts, number, wall, flag, paced, muted = (32, 32), 0, 0, None, 0, False, 0
with streamlib.Writer(1, tool="hls_wire") as out:
    def begin():
        out.begin()
        out.track(1, streamlib.video("gray", *size, time_base=(1, 10), rate=[10, 1], range="full", **live))
        if sound:
            out.track(2, {"kind": "audio", "codec": "raw", "time_base": [1, 8000], "samples": "s16le",
                          "sample_rate": 8000, "channels": 1, **live})

    def send():
        global pts, number, wall, flag, muted
        value = numpy.full((size[1], size[0]), number * 8 % 256, dtype="u1")
        out.picture(1, value, number=number, pts=pts, duration=1, wall=wall, flags=1 | flag)
        if sound and not muted:
            tone = (numpy.sin(numpy.arange(pts * 800, pts * 800 + 800) / 3) * 9000).astype("<i2")[:, None]
            out.picture(2, tone, number=number, pts=pts * 800, duration=800, flags=1 | flag)
        muted = max(0, muted - 1)
        flag, number, pts = 0, number + 1, pts + 1
        wall = wall + 100000000 if wall is not None else None
        if paced:
            out.flush()
            time.sleep(0.1)

    begin()
    for word in words:
        if word == "flag":
            flag, pts = 2, pts + 1000
        elif word == "gap":
            out.event(1, {"event": "gap", "from": pts, "to": pts + 50, "why": "unplugged"})
            pts += 50
            wall = wall + 5000000000 if wall is not None else None
        elif word.startswith("skip="):
            pts += int(word[5:])
        elif word.startswith("drop="):
            missing = int(word[5:])
            out.event(1, {"event": "dropped", "from": number, "to": number + missing - 1, "why": "slow"})
            number, pts = number + missing, pts + missing
            wall = wall + missing * 100000000 if wall is not None else None
        elif word == "sound-gap":
            out.event(2, {"event": "gap", "from": pts * 800, "to": pts * 800 + 8000, "why": "xrun"})
            muted = 10
        elif word.startswith("size="):
            size = tuple(map(int, word[5:].split("x")))
            out.track(1, streamlib.video("gray", *size, time_base=(1, 10), rate=[10, 1], range="full", **live))
        elif word == "stream":
            out.end()
            pts = number = 0
            begin()
        elif word == "abort":
            raise RuntimeError("made to fail")
        elif word == "realtime":
            paced = True
        elif word.startswith("wall="):
            wall = int(word[5:])
        elif word.isdigit():
            for _ in range(int(word)):
                send()
    out.end()

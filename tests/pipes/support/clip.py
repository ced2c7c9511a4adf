#!/usr/bin/python3
"""Makes small clips for the tests of stages that change times, and prints the content of a stream.

clip.py make [NAME=VALUE ...] > x.slw: gray 16x16 pictures, the value of each pixel its frame's number, and sound that counts its
samples. clip.py show < x.slw: a line for each frame: track, number, pts, duration, first value, number of values.

make takes: base=1/1000 pts=0,40,80 (or frames=N step=S) durations=40,40,40 (or `none`) keys=0,2 size=16 codec=raw packet=100 live=1 abort=1 cut=1
sound=RATE samples=N block=N sound_pts=0 sound_base=1/RATE, data=PTS:LENGTH,...
"""

import os
import sys

sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import numpy  # noqa: E402
import streamlib  # noqa: E402


def make(options):
    ratio = lambda text: [int(part) for part in text.split("/")]  # noqa: E731
    numbers = lambda text: [int(part) for part in text.split(",") if part]  # noqa: E731
    base = ratio(options.get("base", "1/1000"))
    step = int(options.get("step", 40))
    pts = numbers(options["pts"]) if "pts" in options else [n * step for n in range(int(options.get("frames", 10)))]
    durations = options.get("durations")
    if durations == "none":
        durations = [streamlib.NO_TIME] * len(pts)
    else:
        durations = numbers(durations) if durations else [b - a for a, b in zip(pts, pts[1:])] + [step]
    keys = numbers(options.get("keys", "")) or range(len(pts))
    packet = int(options.get("packet", 100))  # bytes, and one more each time
    size, raw = int(options.get("size", 16)), options.get("codec", "raw") == "raw"
    items = [((pts[n] if raw else n * step) * base[0] / base[1], 1, n) for n in range(len(pts))]
    rate = int(options.get("sound", 0))
    if rate:
        block, total = int(options.get("block", 1024)), int(options["samples"])
        sound_base, start = ratio(options.get("sound_base", f"1/{rate}")), int(options.get("sound_pts", 0))
        items += [(start * sound_base[0] / sound_base[1] + first / rate, 2, first) for first in range(0, total, block)]
    data = [numbers(part.replace(":", ",")) for part in options.get("data", "").split(",") if part]
    items += [(at * base[0] / base[1], 3, n) for n, (at, _) in enumerate(data)]
    with streamlib.Writer(1, tool="clip") as out:
        out.begin(0 if raw else 1)
        live = {"live": True} if "live" in options else {}
        if raw:
            out.track(1, streamlib.video("gray", size, size, time_base=base, **live))
        else:
            out.track(1, {"kind": "video", "codec": options["codec"], "time_base": base, **live})
        out.attachment(1, "note", b"of the track")
        if rate:
            out.track(2, {"kind": "audio", "codec": "raw", "time_base": sound_base, "samples": "s16le",
                          "sample_rate": rate, "channels": 1})
        if data:
            out.track(3, {"kind": "data", "codec": "text/plain", "time_base": base})
        for _, track, n in sorted(items):
            if track == 1:
                flags = streamlib.KEY if n in keys else 0
                picture = numpy.full((size, size), n % 256, "u1") if raw else numpy.full(packet + n, n % 256, "u1")
                out.attachment(1, "caption", b"of %d" % n, streamlib.NEXT_FRAME_ONLY)
                dts = {} if raw else {"dts": n * step}
                out.picture(1, picture, number=n, pts=pts[n], duration=durations[n], flags=flags, **dts)
            elif track == 2:
                count = min(block, total - n)
                at = start + round(n / rate * sound_base[1] / sound_base[0])
                length = round(count / rate * sound_base[1] / sound_base[0])
                out.picture(2, numpy.arange(n, n + count).astype("<i2"), number=n // block, pts=at, duration=length)
            else:
                out.picture(3, b"data %d" % n, number=n, pts=data[n][0], duration=data[n][1])
            if n == len(pts) // 2 and "cut" in options:
                out.flush()
                os._exit(0)
            if n == len(pts) // 2 and "abort" in options:
                raise streamlib.StreamError(65, "the clip is broken")
        out.end()


def show():
    for stream in streamlib.Reader(0):
        reported = {}
        for item in stream.items():
            if isinstance(item, streamlib.Record):
                if item.type == streamlib.EVENT:
                    print("event", item.track, " ".join(f"{k}={v}" for k, v in item.json.items()))
                continue
            track = stream.tracks[item.track]
            if reported.get(item.track) != track:
                reported[item.track] = track
                about = [track.get(name) for name in ("time_base", "rate", "sample_rate") if track.get(name)]
                print("track", item.track, track["kind"], " ".join(
                    f"{a[0]}/{a[1]}" if isinstance(a, list) else str(a) for a in about))
            values = numpy.concatenate([plane.ravel() for plane in item.planes]) if item.planes else (
                item.samples.ravel() if isinstance(item.samples, numpy.ndarray) else numpy.frombuffer(item.samples, "u1"))
            assert item.planes is None or (values == values[0]).all(), "a picture of several frames"
            times = [item.pts, item.duration]
            if values.size and track["kind"] == "audio":
                assert (numpy.diff(values) == 1).all(), "samples are missing"
            packet = track["kind"] == "video" and track["codec"] != "raw"
            more = " key" if item.flags & streamlib.KEY and packet else ""
            more += " hidden" if item.flags & streamlib.HIDDEN else ""
            attached = [item.attachments.get(name, b"").decode() for name in ("note", "caption")]
            if track["kind"] == "video" and attached != ["of the track", f"of {values[0]}"]:
                more += f" with {attached}"
            print(item.track, item.number, *("-" if t in (None, streamlib.NO_TIME) else t for t in times),
                  values[0] if values.size else "-", f"x{values.size}{more}")


try:
    show() if sys.argv[1] == "show" else make(dict(part.split("=") for part in sys.argv[2:]))
except streamlib.StreamError as error:
    sys.exit(f"clip: {error}")
except BrokenPipeError:
    sys.exit(141)

"""Writes what sl-webcam sends of a camera with MJPEG, when frames are due: mjpeg_wire.py JPEG FRAMES RATE [damage]

JPEG has 160x120 pixels."""
import os
import pathlib
import sys
import time

sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import streamlib  # noqa: E402

picture, frames, rate = pathlib.Path(sys.argv[1]).read_bytes(), int(sys.argv[2]), int(sys.argv[3])
boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()
with streamlib.Writer(1, tool="sl-webcam") as out:
    out.begin(1)
    out.track(1, {"kind": "video", "codec": "mjpeg", "time_base": [1, 1000000], "live": True, "rate": [rate, 1],
                  "width": 160, "height": 120,
                  "source": "SN7", "clock": {"id": "monotonic:" + boot, "uncertainty_ns": 1000000}})
    start = time.monotonic_ns()
    for number in range(frames):
        time.sleep(max(0, start / 1e9 + number / rate - time.monotonic()))
        now = time.monotonic_ns()
        pts = (now - start) // 1000
        sent = picture
        if "damage" in sys.argv:
            sent = picture[:len(picture) // 2] if number == 10 else picture[:2] + bytes(100) if number == 20 else picture
        out.send(streamlib.Frame(track=1, number=number, pts=pts, dts=pts, capture=now, wall=time.time_ns()), sent)
        out.flush()
    out.end()

#!/usr/bin/python3
"""Every stage of every pipe is killed, at each point of a stream: nothing hangs, the cause is reported, no file is left."""

import os
import signal

from pipeline import Matrix, Pipe, children, photo, pipes

GONE = -signal.SIGPIPE
matrix = Matrix()
jpeg = photo(320, 200, "photo.jpg")
os.unlink("photo.jpg")
POINTS = {
    "before its first byte": b"",
    "in the header": jpeg[:100],
    "in mid-frame": jpeg[:3600],
    "between two streams": jpeg + b"\xff",
    "in the second stream": jpeg + jpeg[: len(jpeg) // 2],
}
SINKS = {
    "out.png": ["sl-encode", "-o", "out.png"],
    "out.webp": ["sl-encode", "-o", "out.webp"],
    "out-%d.jpg": ["sl-encode", "-o", "out-%d.jpg"],
    "out.slw": ["sl-encode", "-o", "out.slw"],
    "a filter's out.ppm": ["sl-invert", "-o", "out.ppm"],
}

for sink_name, sink in SINKS.items():
    for point, data in POINTS.items():
        for commands in pipes(sink):
            if "%d" not in sink_name and "second" in point:
                continue  # one file has no place for a second picture
            for victim in range(len(commands)):
                pipe = Pipe(commands)
                pipe.feed(data)
                pipe.settle()
                pipe.stages[victim].process.kill()
                last = len(commands) - 1
                spoken = [] if point == "before its first byte" else [commands[victim][0]]
                statuses = [GONE] * victim + [-signal.SIGKILL] + [79] * (last - victim)
                lines = [None] * last + [None if victim == last else ["sl-encode" if sink[0] == "sl-encode" else "sl-"] + spoken]
                numbered = "%d" in sink_name and "stream" in point
                matrix.check(f"{len(commands)} stages to {sink_name}, stage {victim + 1} killed {point}", pipe, statuses, lines,
                             absent=["out-2.jpg"] if numbered else ["out*"], present=["out-1.jpg"] if numbered else [])
                if numbered and os.path.exists("out-1.jpg"):
                    os.unlink("out-1.jpg")

# The processes that a stage started count as the stage.
for sink_name, sink in SINKS.items():
    for point in ("before its first byte", "in the header", "in mid-frame"):
        if point == "before its first byte":
            continue  # nothing is started before there is a byte
        pipe = Pipe([sink])
        pipe.feed(POINTS[point])
        pipe.settle()
        for child in children(pipe.stages[0].process.pid):
            os.kill(child, signal.SIGKILL)
        matrix.check(f"{sink_name}: its own helper killed {point}", pipe, [79], ["killed by signal 9"], absent=["out*"])

matrix.finish()

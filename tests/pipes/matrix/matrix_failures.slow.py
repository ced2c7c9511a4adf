#!/usr/bin/python3
"""Failures that a stage speaks of itself, at each stage of every pipe: truncated input, limits, wrong usage, full disks."""

import os
import signal
import subprocess
import sys

from pipeline import QUEUE, Matrix, Pipe, photo, pipes, with_exif

if not os.path.isdir("full"):  # once more, with a small file system of our own
    os.execv(os.path.join(os.path.dirname(__file__), "../support/with-full-disk"), ["with-full-disk", os.path.abspath(__file__)])

GONE = -signal.SIGPIPE
matrix = Matrix()
jpeg = with_exif(photo(640, 480, "photo.jpg"))
png = photo(640, 480, "photo.png")
webp = photo(640, 480, "photo.webp")
ppm = photo(640, 480, "photo.ppm")
SINKS = {
    "out.png": ["sl-encode", "-o", "out.png"],
    "out.slw": ["sl-encode", "-o", "out.slw"],
    "out-%d.jpg": ["sl-encode", "-o", "out-%d.jpg"],
    "a filter's out.webp": ["sl-invert", "-o", "out.webp"],
}


def failing(name, commands, victim, status, own, data, absent=("out*",), environment=None):
    """Stage `victim` fails with `status` and `own` in its line; every later stage names it."""
    last = len(commands) - 1
    pipe = Pipe(commands, environment=environment)
    pipe.feed(data)
    pipe.close_feed()
    statuses = [{0, GONE, 65 if victim else 0}] * victim + [status] + [79] * (last - victim)
    lines = [None] * victim + [own] + [None] * (last - victim - 1)
    if victim < last:
        lines.append([own, commands[victim][0]] if isinstance(own, str) else [*own, commands[victim][0]])
    lines = [... if index < victim else line for index, line in enumerate(lines)]
    matrix.check(f"{name}, stage {victim + 1} of {len(commands)}: {' | '.join(' '.join(c) for c in commands)}", pipe, statuses,
                 lines, absent=absent)


for sink_name, sink in SINKS.items():
    for kind, data in {"JPEG": jpeg, "PNG": png, "WebP": webp, "PPM": ppm}.items():
        for commands in pipes(sink):
            failing(f"truncated {kind} to {sink_name}", commands, 0, 65, "truncated", data[: len(data) * 2 // 3])
    for commands in pipes(sink):
        failing(f"empty input to {sink_name}", commands, 0, {65, 79}, "e", b"")
        failing(f"text for input to {sink_name}", commands, 0, 65, "no known format", b"<!DOCTYPE html><html>" * 99)
        failing(f"pixels over the limit to {sink_name}", [commands[0] + ["--max-pixels", "10"]] + commands[1:], 0, 78,
                "--max-pixels", jpeg)
        for victim in range(len(commands)):
            hurt = list(commands)
            hurt[victim] = commands[victim] + ["--max-metadata", "100"]
            failing(f"metadata over the limit to {sink_name}", hurt, victim, 78, "--max-metadata", jpeg)
            hurt[victim] = commands[victim] + ["--bogus"]
            failing(f"wrong usage to {sink_name}", hurt, victim, 64, "--bogus", jpeg)
    for how, status in (("fail", 65), ("bug", 70)):
        for place in ("preamble", "header", "frame", "row", "end"):
            commands = [["sl-decode"], ["sl-tap", "--json", "/dev/null"], ["test-die", "--at", place, "--how", how], ["sl-invert"], sink]
            # At the end: all rows were there, but not END, so not even a numbered picture has its name.
            failing(f"a filter's own {how} at its {place} to {sink_name}", commands, 2, status, "on purpose", jpeg)

# Disks that are full.
full = None
if os.path.ismount("full"):
    full = "full/out"
for end in ("png", "jpg", "webp", "ppm", "slw"):
    for sink in (["sl-encode", "-o", f"full/out.{end}"], ["sl-encode", f".{end}"], ["sl-invert", "-o", f"full/out.{end}"]):
        for commands in pipes(sink):
            if "-o" in sink and full is None:
                continue
            with open("full/redirected" if full else "/dev/full", "wb") as to:
                pipe = Pipe(commands, stdout=subprocess.DEVNULL if "-o" in sink else to)
                pipe.feed(jpeg * (1 if end != "slw" else 4) if "-o" not in sink else jpeg)
                pipe.close_feed()
                last = len(commands) - 1
                matrix.check(f"disk full: {' | '.join(' '.join(c) for c in commands)}", pipe,
                             [{0, GONE}] * last + [74], [None] * last + ["No space left on device"], absent=["full/out*"])
            if full and "-o" not in sink and os.path.getsize("full/redirected"):
                matrix.failures += 1
                print(f"{' '.join(sink)} left {os.path.getsize('full/redirected')} bytes in its output")
# The same for a queue: it holds up its source instead, and nothing is lost.
for end in ("png", "slw") if full else ():
    pipe = Pipe([["sl-decode"], QUEUE, ["sl-invert"], ["sl-encode", "-o", f"out.{end}"]], environment={**os.environ, "TMPDIR": "full"})
    pipe.feed(jpeg)
    pipe.close_feed()
    matrix.check(f"a queue's disk is full, to out.{end}", pipe, [0] * 4, [None] * 4, present=[f"out.{end}"])
    os.unlink(f"out.{end}")
for commands in ([["sl-decode"]], [["sl-invert"]], [["sl-decode"], ["sl-tap", "--json", "/dev/null"]], [["sl-decode"], ["sl-encode", ".png"]]):
    with open("/dev/full", "wb") as to:
        pipe = Pipe(commands, stdout=to)
        pipe.feed(jpeg)
        pipe.close_feed()
        last = len(commands) - 1
        matrix.check(f"/dev/full behind {commands}", pipe, [{0, GONE}] * last + [74], [None] * last + ["No space left"])

# A reader that has enough ends every stage without a message.
for commands in pipes(["sl-encode", ".png"]):
    for end in range(1, len(commands) + 1):
        pipe = Pipe(commands[:end] + [["head", "-c", "1000"]])
        pipe.feed(jpeg)
        matrix.check(f"head behind {commands[:end]}", pipe, [{0, GONE}] * end + [0], [None] * (end + 1))

matrix.finish()

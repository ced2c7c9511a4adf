#!/usr/bin/python3
"""A neighbour that lies in the slots: a writer that changes them for ever spoils pixels and nothing else; wrong SLOTs end a
stage with 76; a writer whose reader gives false credits sends bytes from then on, and ends well."""

import ctypes
import os
import signal
import struct
import subprocess
import sys

sys.path.insert(0, f"{os.environ['SL_SOURCE']}/bindings/python")

import numpy  # noqa: E402
import streamlib  # noqa: E402
from streamlib import Reader, Writer  # noqa: E402

WIDTH, HEIGHT, FRAMES = 640, 360, 12
failures = cases = 0
os.environ["SL_HOPS"] = "0"  # from the first strip on


def check(name, good, text):
    global failures, cases
    cases += 1
    if not good:
        failures += 1
        print(f"{name}: {text}")


def writer(work, sound=False):
    """Runs work(out) in a child, with a Writer into the pipe whose other end is returned, after one frame was handed over."""
    reading, into = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            os.close(reading)
            with Writer(into, tool="liar") as out:
                out.begin()
                out.track(1, streamlib.video("yuv420p", WIDTH, HEIGHT, time_base=[1, 30], rate=[30, 1]))
                if sound:
                    out.track(2, {"kind": "audio", "codec": "raw", "time_base": [1, 8], "samples": "u8", "sample_rate": 8,
                                  "channels": 1})
                send(out, 0)
                work(out)
            status = 0
        finally:
            os._exit(status)
    os.close(into)
    return reading, child


def send(out, number):
    planes = streamlib.pixel_formats["yuv420p"].empty(WIDTH, HEIGHT)
    for plane in planes:
        plane[...] = number
    out.picture(1, planes, number=number, pts=number)


def end_of(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


# ---- A writer that changes slots for ever ----

def scribble(out):
    """Sends frames while a child of this process writes into the slots."""
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        noise = numpy.random.default_rng(1).integers(0, 256, 4099, numpy.uint8)
        while True:
            for place in range(0, 2 * streamlib.SLOT_BYTES - noise.size, noise.size):
                out._slots._slots[place:place + noise.size] = noise
    for number in range(1, FRAMES):
        send(out, number)


Y4M = FRAMES * (WIDTH * HEIGHT * 3 // 2 + 6)
for reader, least in (("sl-invert", Y4M), ("sl-shrink 2", Y4M // 4), ("sl-tap --quiet", Y4M), ("sl-queue", Y4M),
                      ("sl-encode .y4m", Y4M), ("sl-encode .mp4", 1000), ("sl-encode -o n-%d.png", 0), ("sl-encode -o n-%d.jpg", 0)):
    reading, child = writer(scribble)
    ran = subprocess.run(reader.split(), stdin=reading, capture_output=True, timeout=60)
    os.close(reading)
    status = end_of(child)
    check(reader, (ran.returncode, status, ran.stderr) == (0, 0, b""), f"statuses {status}, {ran.returncode}: {ran.stderr}")
    check(reader, len(ran.stdout) >= least, f"wrote {len(ran.stdout)} bytes")

# ---- Wrong SLOTs ----

whole = struct.pack("<4I", 0, HEIGHT, 1, 0)
for name, body, track, attached in (("slot 4", struct.pack("<4I", 0, HEIGHT, 4, 0), 1, True),
                                    ("rows 8 to 8", struct.pack("<4I", 8, 0, 1, 0), 1, True),
                                    ("too many rows", struct.pack("<4I", 0, 2 * HEIGHT, 1, 0), 1, True),
                                    ("short", whole[:8], 1, True), ("sound", whole, 2, True), ("unattached", whole, 1, False)):
    def lie(out):
        out.frame(track, streamlib.Frame(track, 1))
        out._record(streamlib.SLOT, streamlib.LAST, track, body)
        out.flush()

    for reader in ("sl-invert", "sl-tap --quiet", "sl-queue", *(["sl-encode .y4m"] if track == 1 else [])):
        reading, child = writer(lie, track == 2)
        ran = subprocess.run(reader.split(), stdin=reading, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60,
                             env={**os.environ, "SL_HOPS": "0" if attached else "off"})
        os.close(reading)
        end_of(child)
        lines = ran.stderr.decode().splitlines()
        check(f"{name}, {reader}", ran.returncode == 76 and len(lines) == 1 and "SLOT" in lines[0], f"{ran.returncode}: {lines}")

# ---- A reader that gives false credits ----

for credits in (b"\xff", b"\x03", b"\x04", b"\x00\x00", bytes(4096)):
    for stages in ("sl-pattern --size 640x360 --frames 12", "sl-pattern --size 640x360 --frames 12 | sl-invert"):
        with subprocess.Popen(["bash", "-c", "set -o pipefail; " + stages], stdout=subprocess.PIPE) as source:
            reader = Reader(source.stdout)
            while reader.next().type != streamlib.ROWS:
                pass
            os.write(reader._slots._credits, credits)
            frames = 0
            while (record := reader.next()) is not None:
                if record.type == streamlib.ROWS:
                    reader.strip()
                frames += record.type == streamlib.FRAME
        check(f"credits {credits[:8]}, {stages}", (source.returncode, frames) == (0, 11), f"status {source.returncode}, {frames + 1} frames")

print(f"{cases} checks, {failures} failed")
sys.exit(1 if failures else 0)

#!/usr/bin/python3
"""However early an encode ends, it ends, whichever encoder it has: the container refuses it, the input fails, the disk is
full, SIGTERM, not one picture came. The status is right, and no file is left."""

import concurrent.futures
import os
import resource
import shutil
import subprocess
import sys
import time

import numpy

sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings/python"))
import streamlib

WIDTH, HEIGHT = 96, 64
PATIENCE = 30  # seconds; an interrupt alone takes 2.4
NOWHERE = {"libjxl", "libwebp", "libwebp_anim"}  # encoders that no container of film holds
HLS = ("libx264", "libx265", "libvpx-vp9", "libsvtav1", "libaom-av1", "librav1e")


def wire(pictures, sound=False, width=WIDTH, height=HEIGHT):
    """A film of noise."""
    target = os.memfd_create("wire")
    with streamlib.Writer(target, tool="test") as out:
        out.begin()
        out.track(1, streamlib.video("yuv420p", width, height, time_base=[1, 25], rate=[25, 1]))
        if sound:
            out.track(2, {"kind": "audio", "codec": "raw", "time_base": [1, 48000], "samples": "s16le", "sample_rate": 48000,
                          "channels": 1})
            out.picture(2, numpy.zeros((48000, 1), "<i2"), number=0, pts=0)
        noise = numpy.random.default_rng(1)
        for number in range(pictures):
            planes = [noise.integers(16, 235, (height >> shift, width >> shift), "u1") for shift in (0, 1, 1)]
            out.picture(1, planes, number=number, pts=number, duration=1)
        out.end()
    data = os.pread(target, os.fstat(target).st_size, 0)
    os.close(target)
    return data


FILM, SILENT = wire(8), wire(0, sound=True)
IN_FIRST, IN_SIXTH = (FILM[: len(wire(pictures)) - WIDTH * HEIGHT // 2] for pictures in (1, 6))


def run(command, data, limit=None, term=False):
    """Status and error. `limit`: of the bytes in a file. `term`: the input stays open, and SIGTERM comes when all is read."""
    def set_up():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               preexec_fn=set_up, restore_signals=False)  # SIGXFSZ stays ignored
    try:
        process.stdin.write(data)
        process.stdin.flush()
        if term:
            time.sleep(0.5)
            process.terminate()
        else:
            process.stdin.close()
    except BrokenPipeError:
        pass  # it has ended
    try:
        status = process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return "hung", ""
    return status, process.stderr.read().decode(errors="replace").strip()


class Encodes:
    """All ends of one command; `place` is what it writes, a file or a folder."""

    def __init__(self, command, place, codec):
        self.name, self.place, self.failures = f"{command}, {place}", place, []
        self.command = [*command.split(), place, "--codec", codec]

    def size(self):
        if os.path.isdir(self.place):
            return sum(os.path.getsize(os.path.join(self.place, name)) for name in os.listdir(self.place))
        return os.path.getsize(self.place) if os.path.exists(self.place) else 0

    def clear(self):
        shutil.rmtree(self.place, ignore_errors=True)
        if os.path.exists(self.place):
            os.unlink(self.place)

    def check(self, what, wanted, data, options=(), lines=1, **how):
        """Return how much was written."""
        status, error = run(self.command + list(options), data, **how)
        size = self.size()
        if status not in wanted or (size != 0) != (status == 0) or (status != 0 and len(error.splitlines()) != lines):
            self.failures.append(f"{self.name}: {what}: status {status}, not {wanted}, {size} bytes: {error}")
        self.clear()
        return size

    def ends(self, largest):
        self.check("cut in the first picture", {79}, IN_FIRST)
        self.check("cut in the sixth picture", {79}, IN_SIXTH)
        self.check("SIGTERM in the sixth picture", {-15}, IN_SIXTH, term=True, lines=0)
        self.check("a full disk", {74}, FILM, limit=0)
        self.check("a disk full later", {74}, FILM, limit=largest // 2)


def films(codec):
    for suffix in ("mkv", "nut", "avi"):
        encodes = Encodes("sl-encode -q -o", f"{codec}.{suffix}", codec)
        if run(encodes.command, FILM)[0] == 0:
            break
    else:
        return [] if codec in NOWHERE else [f"{codec}: no container holds it"]
    encodes.clear()
    encodes.ends(encodes.check("a film", {0}, FILM))
    encodes.check("no picture", {0}, SILENT)
    for suffix in ("mov", "ogg", "flv"):
        other = Encodes("sl-encode -q -o", f"{codec}.{suffix}", codec)
        other.check("held or refused", {0, 64, 65}, FILM)
        other.check("held or refused, no picture", {0, 64, 65}, SILENT)
        encodes.failures += other.failures
    return encodes.failures


def hls(codec):
    encodes = Encodes("sl-hls -q", f"hls-{codec}", codec)
    encodes.ends(encodes.check("a film", {0}, FILM))
    encodes.check("no picture", {0}, SILENT)
    rungs = ["--rendition", "96x64@300k", "--rendition", "32x32@50k"]  # the second is too small for SVT-AV1
    encodes.check("two rungs", {65 if codec == "libsvtav1" else 0}, FILM, rungs)
    return encodes.failures


def second_signal():
    """At once, while SVT-AV1 works through all that it holds, which takes it half a minute."""
    command = ["sl-encode", "-q", "-o", "long.mkv", "--codec", "av1", "--preset", "3"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    process.stdin.write(wire(40, width=640, height=360))
    process.stdin.close()
    for _ in range(2):
        time.sleep(1)
        process.terminate()
    start = time.monotonic()
    status = process.wait()
    seconds = time.monotonic() - start
    good = status == -15 and seconds < 2 and not os.path.exists("long.mkv")
    return [] if good else [f"a second SIGTERM: status {status} after {seconds:.1f} s"]


listed = subprocess.run(["ffmpeg", "-v", "error", "-encoders"], capture_output=True, text=True, check=True).stdout.splitlines()
libraries = [line.split()[1] for line in listed if line.startswith(" V") and " lib" in line]
codecs = ["prores", "ffv1", "mjpeg", "mpeg4", "raw", *libraries]
with concurrent.futures.ThreadPoolExecutor(3) as pool:
    failures = [told for some in [*pool.map(films, codecs), *pool.map(hls, HLS)] for told in some]
failures += second_signal()
print(f"{len(codecs)} encoders: {' '.join(codecs)}")
sys.exit("\n".join(failures) or 0)

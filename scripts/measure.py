"""Measuring pipelines: time by hyperfine, memory of each process, delay of the first byte, and whether two files hold the
same picture. Used by scripts/bench."""

import json
import os
import pathlib
import re
import shlex
import statistics
import subprocess
import tempfile
import threading
import time

import numpy


class Failure(Exception):
    pass


def busy_cores(seconds=2):
    """How many cores other programs keep busy just now. A load average still holds what has ended."""

    def busy():
        times = list(map(int, pathlib.Path("/proc/stat").read_text().split()[1:9]))
        return (sum(times) - times[3] - times[4]) / os.sysconf("SC_CLK_TCK")  # not idle, not waiting for a disk

    before = busy()
    time.sleep(seconds)
    return (busy() - before) / seconds


def shell(command, **options):
    ran = subprocess.run(["bash", "-c", "set -o pipefail; " + command], capture_output=True, **options)
    if ran.returncode != 0:
        raise Failure(f"{command}: status {ran.returncode}: {ran.stderr.decode(errors='replace')[-500:]}")
    return ran.stdout


# ---- Time ----

class Times:
    """Wall and CPU seconds of the runs of one command."""

    def __init__(self):
        self.wall, self.cpu = [], []

    def add(self, result):
        self.wall += result["times"]
        # hyperfine reports the mean of the user and system times of a set of runs.
        self.cpu.append(result["user"] + result["system"])

    @property
    def wall_median(self):
        return statistics.median(self.wall)

    @property
    def cpu_median(self):
        return statistics.median(self.cpu)


def hyperfine(commands, rounds, runs, folder, label, through="sh", few=()):
    """Times of each command (a dict by name). The commands take turns, so that what else the machine does hits all alike.
    `through` is the shell, or "none" for commands of one process: then no start-up time of a shell is subtracted. Those named
    in `few` take three turns only."""
    times = {name: Times() for name in commands}
    for turn in range(rounds):
        taking_part = {name: text for name, text in commands.items() if turn < 3 or name not in few}
        report = folder / f"{label}-{turn}.json"
        command = ["hyperfine", "--style", "none", "--shell", through, "--runs", str(runs), "--export-json", str(report)]
        command += ["--warmup", "1" if runs > 1 else "0"]
        ran = subprocess.run(command + list(taking_part.values()), capture_output=True, text=True)
        if ran.returncode != 0:
            raise Failure(f"{label}: {ran.stderr[-800:]}")
        results = json.loads(report.read_text())["results"]
        for name, result in zip(taking_part, results, strict=True):
            times[name].add(result)
    return times


# ---- Memory ----

def split_pipeline(command):
    """Simple commands of a pipeline without quoted bars."""
    return [part.strip() for part in re.split(r"\s\|\s", command)]


def peak_memory(command):
    """Return the peak memory in MiB of each process of a pipeline, as (command, MiB): of the process itself, not of those it
    starts. GNU time, a small program, starts each one, because the memory of the parent counts until exec."""
    parts = split_pipeline(command)
    with tempfile.TemporaryDirectory() as folder:
        timed = []
        for number, part in enumerate(parts):
            timed.append(f"/usr/bin/time -f %M -o {folder}/{number} {part}")
        shell(" | ".join(timed))
        return [(part, int(pathlib.Path(folder, str(number)).read_text().split()[-1]) / 1024)
                for number, part in enumerate(parts)]


# ---- Delay ----

def delay(command, path, seconds):
    """Feeds a file evenly over so many seconds. Gives the seconds from the first byte in to the first, the middle and the
    last byte out."""
    data = pathlib.Path(path).read_bytes()
    process = subprocess.Popen(["bash", "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    began = time.monotonic()

    def feed():
        sent, view = 0, memoryview(data)
        while sent < len(data):
            due = int(len(data) * min(1, (time.monotonic() - began) / seconds)) or 1
            while sent < due:
                sent += os.write(process.stdin.fileno(), view[sent:due])
            time.sleep(0.002)
        process.stdin.close()

    feeder = threading.Thread(target=feed)
    feeder.start()
    arrivals = []
    while block := os.read(process.stdout.fileno(), 1 << 20):
        arrivals.append((time.monotonic() - began, len(block)))
    feeder.join()
    if process.wait() != 0 or not arrivals:
        raise Failure(f"{command}: status {process.returncode}")
    half, count = sum(size for _, size in arrivals) / 2, 0
    for moment, size in arrivals:
        count += size
        if count >= half:
            break
    return arrivals[0][0], moment, arrivals[-1][0]


# ---- Pictures ----

def pixels(path):
    """Return the RGB of a JPEG or PNG, decoded by libjpeg-turbo's and netpbm's programs, not by streamlib."""
    path = pathlib.Path(path)
    quoted = shlex.quote(str(path))
    start = path.open("rb").read(2)
    data = shell(f"djpeg -pnm {quoted}" if start == b"\xff\xd8" else f"pngtopnm {quoted}")
    header = re.match(rb"P([56])\s+(\d+)\s+(\d+)\s+(\d+)\s", data)
    width, height, largest = int(header[2]), int(header[3]), int(header[4])
    if largest != 255:
        raise Failure(f"{path}: is not of 8 bits")
    samples = numpy.frombuffer(data, numpy.uint8, offset=header.end()).reshape(height, width, -1)
    return samples if header[1] == b"6" else numpy.broadcast_to(samples, (height, width, 3))


def difference(one, other):
    """The largest and the mean difference of samples."""
    if one.shape != other.shape:
        raise Failure(f"sizes differ: {one.shape} and {other.shape}")
    largest, total = 0, 0.0
    for top in range(0, one.shape[0], 256):
        a, b = one[top:top + 256], other[top:top + 256]
        apart = numpy.maximum(a, b) - numpy.minimum(a, b)
        largest, total = max(largest, int(apart.max())), total + float(apart.sum(dtype=numpy.uint64))
    return largest, total / one.size

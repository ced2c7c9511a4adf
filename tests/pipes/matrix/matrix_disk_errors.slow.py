#!/usr/bin/python3
"""A disk that refuses what a muxer does, in every container: to write, to write back, to read back, to go beyond any size.
FFmpeg ignores some of these errors. The stage fails with one line and leaves nothing, or the file is as it is without."""

import concurrent.futures
import os
import re
import resource
import subprocess
import sys

FILM = "/usr/bin/python3 $SL_SOURCE/tests/pipes/support/film_wire.py size=18x18 rate=25/1"
NO_PICTURES, NO_SOUND = {"m4a", "mka", "oga", "opus", "wav", "flac", "mp3"}, {"gif", "y4m", "mjpeg"}
WRITES_BACK = {"mp4", "m4v", "mov", "m4a", "mkv", "mka", "webm", "flv", "avi", "wav", "flac", "mp3"}
READS_BACK = {"mp4", "m4v", "mov", "m4a", "mkv", "mka", "webm"}
CALLS = ("writev", "pwrite64", "pread64:4096")


def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, **more)


def encode(file, wire, before=(), limit=None):
    """Status, error line, bytes of the file or None."""
    def set_up():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    # SIGXFSZ stays ignored, as it is in Python.
    done = run([*before, "sl-encode", "-q", "-o", file, wire], preexec_fn=set_up, restore_signals=False)
    data = None
    if os.path.exists(file):
        with open(file, "rb") as opened:
            data = opened.read()
        os.unlink(file)
    return done.returncode, done.stderr, data


def refused(what, outcome, must=True, good=None):
    status, error, data = outcome
    if not must and status == 0 and data == good and not error:
        return ""
    fine = status == 74 and data is None and error.count("\n") == 1
    return "" if fine else f"{what}: status {status}, {'no' if data is None else len(data)} bytes, {error}"


def attempt(suffix):
    wire = "film.slw" if suffix in NO_SOUND else "sound.slw" if suffix in NO_PICTURES else "talkie.slw"
    file = f"a.{suffix}"
    status, error, good = encode(file, wire)
    if status or not good:
        return f"{suffix}: status {status}, {error}"
    told = []
    for call in CALLS:
        must = call == "writev" or suffix in (WRITES_BACK if call == "pwrite64" else READS_BACK)
        told.append(refused(f"{suffix}: no {call}", encode(file, wire, ("test-refuse", call)), must, good))
    size = len(good)
    for limit in sorted({0, 1, size // 2, size * 9 // 10, size - 100, size - 1}):
        told.append(refused(f"{suffix}: {limit} bytes of {size}", encode(file, wire, limit=limit)))
    status, error, data = encode(file, wire, limit=size)
    if status or data != good:
        told.append(f"{suffix}: {size} bytes are not enough: status {status}, {error}")
    left = [name for name in os.listdir(".") if suffix in name and name.startswith(".")]
    return "\n".join(filter(None, told + left))


for name, options in {"film": "frames=4", "sound": "frames=0 sound=s16le level=0 seconds=0.3",
                      "talkie": "frames=4 sound=s16le level=0"}.items():
    subprocess.run(["bash", "-c", f"{FILM} {options} > {name}.slw"], check=True)
if run(["test-refuse", "sync", "true"]).returncode:
    print("skipped: system calls cannot be refused here", file=sys.stderr)
    sys.exit(77)
text = " ".join(run(["sl-encode", "--help"]).stdout.split())
suffixes = re.search(r"Film and sound:((?: \.\w+)+)\.", text).group(1).replace(".", "").split()
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    sys.exit("\n".join(filter(None, pool.map(attempt, suffixes))) or 0)

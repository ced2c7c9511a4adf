#!/usr/bin/python3
"""A small wire, cut at every byte and flipped at every byte, into sl-encode and through a filter: never a crash or a half file."""

import subprocess

import broken_files
from pipeline import photo, with_exif

FAILURES = {65, 76, 78, 79}


def case(name, data, filtered, statuses):
    out = name.replace(" ", "-") + ".png"
    command = ["bash", "-c", f"sl-invert 2> /dev/null | sl-encode -o {out}"] if filtered else ["sl-encode", "-o", out]
    broken_files.judge(name, broken_files.run(command, data), statuses, [out])


with open("photo.jpg", "wb") as file:
    file.write(with_exif(photo(16, 9, "plain.jpg"), 20))
wire = subprocess.run(["sl-decode", "--anonymous", "photo.jpg"], capture_output=True, check=True).stdout
jobs = []
for size in range(len(wire)):
    jobs.append(lambda s=size: case(f"cut at {s}", wire[:s], s % 8 == 3, FAILURES))
for at in range(len(wire)):
    for bits in (0xFF, 0x01) if at % 2 else (0x80,):
        flipped = wire[:at] + bytes([wire[at] ^ bits]) + wire[at + 1:]
        # A flip inside samples or names is another picture, and a good one.
        jobs.append(lambda a=at, b=bits, f=flipped: case(f"flipped by {b:02x} at {a}", f, a % 8 == 3, FAILURES | {0}))
for more in (b"\n", b"garbage", wire[:16], wire[:100], b"\0" * 8):
    jobs.append(lambda m=more: case(f"followed by {len(m)} bytes", wire + m, False, FAILURES))
broken_files.in_parallel(jobs)
broken_files.finish()

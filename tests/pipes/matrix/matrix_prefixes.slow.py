#!/usr/bin/python3
"""Pictures of every format, cut at every byte: one line, status 65, no output; --salvage delivers the readable part."""

import subprocess

import broken_files
from pipeline import photo

FORMATS = {"jpg": [], "png": [], "webp": [], "ppm": [], "pam": [], "pfm": [], "pbm": [],
           "progressive.jpg": ["--progressive"], "lossless.webp": ["--lossless"]}


def case(kind, data, size, salvage):
    out = f"{kind}-{size}-{salvage}.pam"
    command = ["sl-encode", "-o", out]
    if salvage:
        command += ["-[salvage]"]
    result = broken_files.run(command, data[:size])
    # Without a byte it is a stage that died; a picture of some formats is whole before its last byte, or has only trailing space.
    statuses = {79, 65} if size == 0 else {65, 0} if salvage or size > len(data) - 3 else {65}
    broken_files.judge(f"{kind} cut at {size} of {len(data)}{' --salvage' if salvage else ''}", result, statuses, [out])
    if salvage and result and result.returncode == 0 and size < len(data) - 20 and not result.stderr:
        broken_files.failures.append(f"{kind} cut at {size}: --salvage without a warning")


source = photo(37, 29, "source.ppm")
jobs = []
for kind, options in FORMATS.items():
    name = f"picture.{kind}"
    subprocess.run(["sl-encode", *options, "-o", name, "source.ppm"], check=True)
    with open(name, "rb") as file:
        data = file.read()
    step = max(1, len(data) // 100)
    sizes = sorted({*range(0, min(len(data), 100)), *range(0, len(data), step), *range(max(0, len(data) - 30), len(data))})
    jobs += [lambda k=kind, d=data, s=s, v=v: case(k, d, s, v) for s in sizes for v in ((False, True) if s % 4 == 0 else (False,))]
broken_files.in_parallel(jobs)
broken_files.finish()

#!/usr/bin/python3
"""Stills that FFmpeg makes: whole ones without a word, cut ones an error that leaves no output, the second of two read or reported."""

import os
import struct
import subprocess
import sys

import broken_files

if subprocess.run(["ffmpeg", "-version"], capture_output=True, check=False).returncode != 0:
    sys.exit(77)

MADE = {  # by FFmpeg's encoders
    "bmp": ["-c:v", "bmp"], "qoi": ["-c:v", "qoi"], "sun": ["-c:v", "sunrast"], "pcx": ["-c:v", "pcx"],
    "tiff": ["-c:v", "tiff", "-compression_algo", "raw"], "lzw.tiff": ["-c:v", "tiff", "-compression_algo", "lzw"],
    "packbits.tiff": ["-c:v", "tiff", "-compression_algo", "packbits"], "sgi": ["-c:v", "sgi"], "xwd": ["-c:v", "xwd"],
    "dpx": ["-c:v", "dpx"], "tga": ["-c:v", "targa"],
}
SLACK = {"tiff": 400, "lzw.tiff": 400, "packbits.tiff": 400, "bmp": 3, "tga": 26}  # bytes at the end that no pixel needs


def raw_sun(width=40, height=30):
    body = bytes((x * 3 + y * 7 + c * 50) % 256 for y in range(height) for x in range(width) for c in range(3))
    return struct.pack(">8I", 0x59A66A95, width, height, 24, len(body), 1, 0, 0) + body


def case(kind, data, size):
    out = f"{kind}-{size}.png"
    with open(f"{out}.in", "wb") as file:
        file.write(data[:size])
    result = broken_files.run(["sl-encode", "-o", out, f"{out}.in"], b"")
    whole = size == len(data)
    if whole:  # pipes of any size give the same picture
        os.system(f"cat {out}.in | sl-encode -o piped-{out} && cmp piped-{out} {out} || rm -f {out}")
    os.unlink(f"{out}.in")
    statuses = {0} if whole else {0, 65} if size > len(data) - SLACK.get(kind, 1) else {65, 79} if size == 0 else {65}
    broken_files.judge(f"{kind} cut at {size} of {len(data)}", result, statuses, [out])
    if whole and result and result.stderr:
        broken_files.failures.append(f"{kind}: a whole one is not quiet: {result.stderr.decode()}")


def pair(kind, data):
    result = broken_files.run(["bash", "-c", f"sl-decode | sl-encode -o pair-{kind}-%d.png"], data + data)
    second = f"pair-{kind}-2.png"
    broken_files.cases += 1
    if result is None or not (os.path.exists(second) or result.stderr):
        broken_files.failures.append(f"two of {kind}: the second is lost without a word")


whole = {"raw.sun": raw_sun()}
for name, options in MADE.items():
    command = ["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=s=40x30", "-frames:v", "1", "-pix_fmt",
               "rgb24" if name not in ("bmp", "xwd", "tga") else "bgr24", *options, "-f",
               "image2pipe", "-"]
    made = subprocess.run(command, capture_output=True, check=False)
    if made.returncode == 0:
        whole[name] = made.stdout
    else:
        print(f"ffmpeg makes no {name}: {made.stderr.decode()}")
jobs = []
for name, content in whole.items():
    sizes = sorted({*range(1, len(content), max(1, len(content) // 40)), *range(len(content) - 4, len(content) + 1)})
    jobs += [lambda k=name, d=content, s=s: case(k, d, s) for s in sizes]
    jobs.append(lambda k=name, d=content: pair(k, d))
broken_files.in_parallel(jobs)
broken_files.finish()

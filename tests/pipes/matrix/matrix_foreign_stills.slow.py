#!/usr/bin/python3
"""Stills that FFmpeg decodes: whole ones without a word, cut ones an error that leaves no output, the second of two read or reported."""

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
    "dpx": ["-c:v", "dpx"],
}
SLACK = {"tiff": 400, "lzw.tiff": 400, "packbits.tiff": 400, "bmp": 3}  # bytes at the end that no pixel needs


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


def tiff(bits=(8, 8, 8), **changed):
    """A picture of 8 x 8 zeros, with these values of tags."""
    tags = {"BitsPerSample": 258, "Compression": 259, "Photometric": 262, "FillOrder": 266, "StripOffsets": 273, "SamplesPerPixel": 277,
            "RowsPerStrip": 278, "StripByteCounts": 279, "Planar": 284, "ColorMap": 320, "TileWidth": 322, "ExtraSamples": 338}
    values = {256: [8], 257: [8], 258: bits, 259: [1], 262: [2], 273: [8], 277: [len(bits)], 278: [8], 279: [8 * sum(bits)]}
    values |= {tags[name]: [value] if isinstance(value, int) else value for name, value in changed.items()}
    pixels = bytes(8 * sum(bits))
    long_ones, entries = b"", b""
    for tag, numbers in sorted(values.items()):
        data = struct.pack(f"<{len(numbers)}H", *numbers)
        if len(data) > 4:
            long_ones, data = long_ones + data, struct.pack("<I", 8 + len(pixels) + len(long_ones))
        entries += struct.pack("<HHI", tag, 3, len(numbers)) + data.ljust(4, b"\0")
    return b"II*\0" + struct.pack("<I", 8 + len(pixels) + len(long_ones)) + pixels + long_ones + struct.pack("<H", len(values)) + entries + bytes(4)


WRONG = {  # FFmpeg decodes these to other pixels
    "in tiles": tiff(TileWidth=16), "JPEG inside": tiff(Compression=7), "YCbCr": tiff(Photometric=6),
    "planes of CMYK": tiff((8,) * 4, Photometric=5, Planar=2), "premultiplied": tiff((8,) * 4, ExtraSamples=1),
    "reverse order": tiff((2,), Photometric=1, FillOrder=2), "a palette and alpha": tiff((8, 8), Photometric=3, ColorMap=[257] * 768),
    "a palette of 8 bits": tiff((8,), Photometric=3, ColorMap=[200] * 768),
}
RIGHT = {"rgb": tiff(), "rgba": tiff((8,) * 4, ExtraSamples=2), "palette": tiff((8,), Photometric=3, ColorMap=[257, 65535, 0] * 256),
         "cmyk": tiff((8,) * 4, Photometric=5), "reversed bytes": tiff((8,), Photometric=1, FillOrder=2)}


def named(name, data):
    broken_files.judge(f"TIFF, {name}", broken_files.run(["sl-encode", "-o", f"{name}.png"], data), {65} if name in WRONG else {0}, [f"{name}.png"],
                       name)


def pair(kind, data):
    result = broken_files.run(["bash", "-c", f"sl-decode | sl-encode -o pair-{kind}-%d.png"], data + data)
    second = f"pair-{kind}-2.png"
    broken_files.cases += 1
    if result is None or not (os.path.exists(second) or result.stderr):
        broken_files.failures.append(f"two of {kind}: the second is lost without a word")


whole = {"raw.sun": raw_sun()}
for name, options in MADE.items():
    command = ["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=s=40x30", "-frames:v", "1", "-pix_fmt",
               "rgb24" if name not in ("bmp", "xwd") else "bgr24", *options, "-f",
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
jobs += [lambda n=name, d=data: named(n, d) for name, data in (WRONG | RIGHT).items()]
broken_files.in_parallel(jobs)
broken_files.finish()

#!/usr/bin/python3
"""Pictures stored in all eight orientations, in every format and through stages, come out upright, or unturned with EXIF and XMP that give the orientation."""

import json
import os
import shutil
import struct
import subprocess
import sys

import numpy

if shutil.which("exiftool") is None:
    print("skipped: exiftool is not installed", file=sys.stderr)
    sys.exit(77)

WIDTH, HEIGHT = 48, 32
TURNS = range(1, 9)
SHOWN = numpy.fromfunction(lambda y, x, c: 40 + (c == 0) * x * 4 + (c == 1) * y * 5 + (c == 2) * (x + y) * 2, (HEIGHT, WIDTH, 3))


def along_rows(shown):
    """Return the means of each pixel and its neighbours left and right."""
    padded = numpy.pad(shown, ((0, 0), (1, 1), (0, 0)), "edge")
    return (padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]) / 3


STAGES = {"plain": [], "filter": ["sl-filter null"], "invert": ["sl-invert"], "shrink": ["sl-shrink 2 | sl-resize --kernel area 50% | sl-blur --shape box 1x0"],
          "move": ["sl-crop 24x17+5+3 | sl-flip horizontal"]}
STAGED = {"plain": lambda shown: shown, "filter": lambda shown: shown, "invert": lambda shown: 255 - shown,
          "shrink": lambda shown: along_rows(shown.reshape(shown.shape[0] // 4, 4, shown.shape[1] // 4, 4, 3).mean((1, 3))),
          "move": lambda shown: shown[3:20, 5:29][:, ::-1]}
# The places of the orientation. XMP always contradicts EXIF, which decides.
STORED_IN = {"in.jpg": "both", "in.png": "both", "in.webp": "both", "in.plug": "both", "in.tif": "exif", "only.jpg": "xmp", "only.png": "xmp"}
OUTPUTS = {".jpg": ".jpg[Q=100,subsampling=444]", ".png": ".png", ".webp": ".webp[lossless]", ".ppm": ".ppm"}
failures, cases = [], 0


def run(command):
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"{command}: status {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def stored(shown, turn):
    """Return the picture as stored for an EXIF orientation: the reverse of a viewer's turn."""
    rows = shown.transpose(1, 0, 2) if turn >= 5 else shown
    down, right = turn in (3, 4, 7, 8), turn in (2, 3, 6, 7)
    if turn >= 5:
        down, right = turn in (6, 7), turn in (7, 8)
    return rows[::-1 if down else 1, ::-1 if right else 1]


def write_ppm(path, picture):
    with open(path, "wb") as file:
        file.write(b"P6 %d %d 255\n" % (picture.shape[1], picture.shape[0]) + picture.round().astype("u1").tobytes())


def read_ppm(path):
    with open(path, "rb") as file:
        magic, size, _, pixels = file.read().split(b"\n", 3)
    width, height = map(int, size.split())
    return numpy.frombuffer(pixels, "u1").reshape(height, width, 3).astype(float)


def write_tiff(path, picture, turn, order):
    """The directory comes last, as most writers have it."""
    height, width = picture.shape[:2]
    pixels = picture.round().astype("u1").tobytes()
    tags = [(256, width), (257, height), (258, 8), (259, 1), (262, 2), (273, 14), (274, turn), (277, 3), (278, height)]
    entries = [struct.pack(order + "HHIHH", tag, 3, 1, value, 0) for tag, value in tags]
    entries[2] = struct.pack(order + "HHII", 258, 3, 3, 8)
    entries.append(struct.pack(order + "HHII", 279, 4, 1, len(pixels)))
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I3H", 14 + len(pixels), 8, 8, 8)
    with open(path, "wb") as file:
        file.write(head + pixels + struct.pack(order + "H", len(entries)) + b"".join(entries) + bytes(4))


def make_inputs():
    for turn in TURNS:
        write_ppm("stored.ppm", stored(SHOWN, turn))
        for name in ("jpg", "png", "webp"):
            run(f"sl-encode -o '{turn}.in.{name}{OUTPUTS['.' + name][len(name) + 1:]}' stored.ppm")
        for name in ("jpg", "png"):
            shutil.copy(f"{turn}.in.{name}", f"{turn}.only.{name}")
        run(f"exiftool -q -overwrite_original -n -Orientation={turn} -XMP-tiff:Orientation={turn % 8 + 1} {turn}.in.*")
        run(f"exiftool -q -overwrite_original -n -XMP-tiff:Orientation={turn} {turn}.only.*")
        write_tiff(f"{turn}.in.tif", stored(SHOWN, turn), turn, "<>"[turn % 2])
        with open(f"{turn}.in.jpg", "rb") as jpeg, open(f"{turn}.in.plug", "wb") as plug:
            plug.write(b"PLUG\n" + jpeg.read())


# A plug-in that delivers EXIF and XMP unchanged.
os.makedirs("formats")
with open("formats/plug.format", "w") as file:
    file.write(f"name = Plug\nextensions = plug\nmagic = 0 50 4C 55 47 0A\ndecode = plug\nreads = {os.environ['SL_BUILD']}\n")
with open("formats/plug", "w") as file:
    file.write(f"#!/bin/bash\nPATH={os.environ['SL_BUILD']}/bin\nread -r line && exec sl-decode --no-orient\n")
os.chmod("formats/plug", 0o755)
os.environ["SL_FORMATS"] = os.path.abspath("formats")

make_inputs()
# Each output format gets the pictures of all inputs and stages in turn.
made = [(turn, source, stage) for source in STORED_IN for stage in STAGES for turn in TURNS]
for turn, source, stage in made:
    run(" | ".join([f"sl-decode {turn}.{source}", *STAGES[stage], "cat >> all.slw"]))
for extension, output in OUTPUTS.items():
    for way, option in (("upright", ""), ("stored", "--no-orient")):
        run(f"sl-encode {option}{' --quiet' * (extension == '.ppm')} -o '{way}-%04d{output}' all.slw")
        run(f"sl-decode --no-orient <(cat {way}-*{extension}) | sl-encode --no-orient --quiet -o '{way}{extension}-%04d.pixels.ppm'")
said = {entry["SourceFile"]: entry for entry in json.loads(run("exiftool -q -json -n -G1 -Orientation upright-*[gp] stored-*[gp]"))}

for index, (turn, source, stage) in enumerate(made):
    for way in ("upright", "stored"):
        reported = STORED_IN[source]
        # sl-filter sets pictures upright; XMP alone turns none.
        kept = turn if way == "stored" and stage != "filter" and reported != "xmp" else 1
        picture = STAGED[stage](SHOWN if reported != "xmp" else stored(SHOWN, turn))
        xmp = {"both": kept, "exif": None, "xmp": turn}[reported]
        for extension in OUTPUTS:
            cases += 1
            name = f"{way}-{index + 1:04d}{extension}"
            what = f"{turn}.{source}, {stage}, {way} as {extension}: "
            got = read_ppm(f"{way}{extension}-{index + 1:04d}.pixels.ppm")
            expected = stored(picture, kept)
            if got.shape != expected.shape or abs(got - expected).max() > 6:
                failures.append(what + f"other pixels of {got.shape[1]}x{got.shape[0]}")
            if extension == ".ppm":
                continue
            pair = said[name].get("IFD0:Orientation", 1), said[name].get("XMP-tiff:Orientation")
            if pair != (kept, xmp):
                failures.append(what + f"EXIF and XMP say {pair} instead of {(kept, xmp)}")

print(f"{cases} cases, {len(failures)} failed")
sys.exit("\n".join(failures[:40]) or 0)

#!/usr/bin/python3
"""Four pictures on one pipe, the second cut or damaged: --salvage and --keep-going give the others exactly and tell of it;
without them it is an error."""

import os
import random
import subprocess

import broken_files
from pipeline import photo

KINDS = {"jpg": [], "progressive.jpg": ["--progressive"], "png": [], "webp": [], "lossless.webp": ["--lossless"], "ppm": [], "pam": [],
         "tif": [], "tiled.tif": ["--tile", "16", "--compress", "lzw"], "avif": ["--speed", "9"]}
MARKED = set(KINDS) - {"ppm", "pam"}  # their starts are unmistakable
HELPED = {"tif", "tiled.tif", "avif"}  # by a helper, which reads light formats behind its own one
TAKES = HELPED | {"ppm", "pam"}  # a cut one takes what it lacks from the next one


def pictures(heap, options, name):
    """Statuses of decoder and encoder, what they said, and the pictures that came, in order."""
    command = f"sl-decode {options} 2>{name}.told | sl-encode -o {name}-%d.ppm 2>>{name}.told; echo ${{PIPESTATUS[*]}}"
    result = broken_files.run(["bash", "-c", command], heap)
    with open(f"{name}.told") as file:
        told = file.read()
    came = []
    while os.path.exists(f"{name}-{len(came) + 1}.ppm"):
        path = f"{name}-{len(came) + 1}.ppm"
        with open(path, "rb") as file:
            came.append(file.read())
        os.unlink(path)
    os.unlink(f"{name}.told")
    return [int(s) for s in result.stdout.split()] if result else None, told, came


def check(name, good, why):
    broken_files.cases += 1
    if not good:
        broken_files.failures.append(f"{name}: {why}")


def case(name, good, bad, wanted, kind):
    """`good` are pictures 1, 3 and 4; `wanted` what they are as PPM."""
    marked = kind in MARKED
    file = name.replace(" ", "-")
    heap = good[0] + bad + good[1] + good[2]
    status, told, came = pictures(heap, "--salvage", file)
    missing = [n for n, picture in zip((1, 3, 4), wanted) if picture not in came and (marked or n != 3)]
    check(f"{name}, --salvage", status == [0, 0] and told and not missing, f"{status}, missing {missing}: {told}")
    status, told, came = pictures(heap, "--keep-going", file)
    right = came == wanted if marked else wanted[0] in came and wanted[2] in came
    check(f"{name}, --keep-going", status == [65, 79] and told and right, f"{status}, {len(came)} came: {told}")
    status, told, came = pictures(heap, "", file)
    known = marked and len(bad) > 12  # as a picture
    right = came[:1] == wanted[:1] if kind in TAKES else came == wanted[:1]
    check(f"{name}, strictly", told and (not known and marked or (status == [65, 79] and right)), f"{status}: {told}")


def pair(first, second):
    """Two whole pictures are two, whatever their formats."""
    broken_files.run(["bash", "-c", f"sl-decode 2>pair-{first}-{second}.told | sl-encode -o pair-{first}-{second}-%d.ppm"],
                     made[first, 1] + made[second, 2])
    came = [f"pair-{first}-{second}-{number}.ppm" for number in (1, 2)]
    check(f"{first} and {second}", all(os.path.exists(name) for name in came) and not os.path.getsize(f"pair-{first}-{second}.told"),
          "are not two pictures")


def refused(first, second):
    """A picture for which a helper is needed is refused by name behind one of another format."""
    result = broken_files.run(["bash", "-c", "sl-decode 2>refused.told > /dev/null"], made[first, 1] + made[second, 2])
    with open("refused.told") as file:
        told = file.read()
    check(f"{first} and {second}", result and result.returncode == 65 and "is TIFF" in told, f"are not refused: {told}")


sources = [photo(60 + number, 48, f"{number}.ppm") for number in (1, 2, 3, 4)]
made = {}
for kind, options in KINDS.items():
    for number, source in enumerate(sources, 1):
        made[kind, number] = subprocess.run(["sl-encode", *options, "." + kind.split(".")[-1]], input=source, capture_output=True, check=True).stdout
jobs = []
generator = random.Random(7)
for kind in KINDS:
    other = generator.choice(sorted(MARKED - HELPED))  # formats may be mixed
    good = [made[kind, 1], made[kind, 3], made[other if kind in MARKED else kind, 4]]
    wanted = [subprocess.run(["sl-encode", ".ppm"], input=data, capture_output=True, check=True).stdout for data in good]
    whole = made[kind, 2]
    places = sorted({3, 11, 30, *(len(whole) * tenth // 10 for tenth in range(1, 10)), len(whole) - 3})
    jobs += [lambda k=kind, p=p, g=good, w=wanted, b=whole[:p]: case(f"{k} cut at {p}", g, b, w, k) for p in places]
    if kind in MARKED - HELPED and "webp" not in kind:  # in the pixels; others have no checksum, and every code has a meaning
        bad = bytearray(whole)
        for at in range(len(bad) // 2, len(bad) * 5 // 6):
            bad[at] = generator.randrange(1, 255)
        jobs.append(lambda k=kind, g=good, w=wanted, b=bytes(bad): case(f"{k} damaged", g, b, w, k))
jobs += [lambda a=a, b=b: pair(a, b) for a in KINDS for b in KINDS if b not in HELPED or a.split(".")[-1] == b.split(".")[-1]]
jobs.append(lambda: refused("jpg", "tif"))
broken_files.in_parallel(jobs)
broken_files.finish()

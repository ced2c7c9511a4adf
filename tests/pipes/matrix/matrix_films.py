#!/usr/bin/python3
"""Films decode to exactly the samples and times that ffmpeg gives: from a file, from a pipe, as packets and in any order."""

import os
import random
import subprocess
import sys

import films

failures = []


def check(what, good, reported=""):
    if not good:
        failures.append(f"{what}: {reported}")


for film in films.make():
    expected = films.reference(film)
    check(f"{film}: ffmpeg", len(expected) >= 10, len(expected))
    status, frames, error = films.decoded([film])
    check(film, status == 0 and not error, f"status {status}: {error}")
    check(f"{film}: samples", [h for _, h in frames] == [h for _, h in expected], f"{len(frames)} and {len(expected)} frames")
    if film.endswith(films.UNTIMED):
        steps = {b - a for (a, _), (b, _) in zip(frames, frames[1:])}
        check(f"{film}: even times", len(steps) == 1 and min(steps) > 0, steps)
    else:
        check(f"{film}: times", frames == expected, f"{frames[:3]} and {expected[:3]}")
    with open(film, "rb") as file:
        cat = subprocess.Popen(["cat"], stdin=file, stdout=subprocess.PIPE)
        status, piped, error = films.decoded([], cat.stdout)
        check(f"{film} through a pipe", status == 0 and piped == frames, f"status {status}: {error}")
        cat.stdout.close()
        cat.wait()
    status, packed, error = films.decoded(f"sl-decode --video --packets {film} | sl-decode")
    check(f"{film}: by packets", status == 0 and packed == frames, f"status {status}: {error}")

    # In any order, also backwards after the end.
    random.seed(film)
    order = [random.randrange(len(frames)) for _ in range(25)] + [len(frames) - 1, 0, -1, -len(frames)]
    status, chosen, error = films.decoded([film, "--frames", ",".join(map(str, order))])
    check(f"{film}: in any order", status == 0 and chosen == [frames[i] for i in order],
          f"status {status}: {error}, {sum(a != frames[i] for a, i in zip(chosen, order))} wrong")
    status, parts, error = films.decoded([film, "--frames", ",".join(map(str, order)), "--max-memory", "100K"])
    check(f"{film}: in any order with little memory", status == 0 and parts == chosen,
          f"status {status}: {error}, {sum(a != b for a, b in zip(parts, chosen))} wrong")
    status, sliced, error = films.decoded([film, "--frames", "2:-2:5"])
    check(f"{film}: a slice", status == 0 and sliced == frames[2:-2:5], f"status {status}: {error}")
    status, none, error = films.decoded([film, "--frames", "5:5"])
    check(f"{film}: an empty slice", status == 0 and none == [], f"status {status}: {error}")
    status, none, error = films.decoded([film, "--frame", str(len(frames))])
    check(f"{film}: a frame too many", status == 64 and f"no frame {len(frames)}:" in error, f"status {status}: {error}")

sys.exit("\n".join(failures) or 0)

#!/usr/bin/python3
"""Stages and their helpers die, stop and are interrupted at random times: the result is whole, or a message reports the failure.
SL_CASES=2000 and SL_SEED in the environment make it longer and different."""

import os
import random
import signal
import subprocess
import time

from pipeline import QUEUE, Matrix, Pipe, children, photo

CASES = int(os.environ.get("SL_CASES", "100"))
seed = int(os.environ.get("SL_SEED", "1"))
chance = random.Random(seed)
matrix = Matrix()
jpeg = photo(1600, 1200, "photo.jpg")
MIDDLES = [["sl-invert"], ["sl-tap", "--json", "/dev/null"], QUEUE, ["test-die"]]
references = {}


def reference(inversions, kind):
    """Return the whole file, as an undisturbed pipe makes it."""
    key = (inversions % 2, kind)
    if key not in references:
        stages = " | ".join(["sl-decode photo.jpg"] + ["sl-invert"] * key[0] + [f"sl-encode .{kind}"])
        references[key] = subprocess.run(["bash", "-c", stages], capture_output=True, check=True).stdout
    return references[key]


for number in range(CASES):
    middles = [chance.choice(MIDDLES) for _ in range(chance.randrange(4))]
    kind = chance.choice(["png", "jpg", "ppm"])
    sink = chance.choice([["sl-encode", "-o", f"out.{kind}"], ["sl-invert", "-o", f"out.{kind}"]])
    first = chance.choice([[["sl-decode", "photo.jpg"]], [["cat", "photo.jpg"]], [["cat", "photo.jpg"], ["sl-decode"]]])
    commands = first + middles + [sink]
    hurt = chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGPIPE, signal.SIGSEGV])
    pipe = Pipe(commands, stdin=os.open("/dev/null", os.O_RDONLY))
    time.sleep(chance.random() * 0.12)
    victim = chance.choice(pipe.stages).process.pid
    below = children(victim)
    if below and chance.random() < 0.5:
        victim = chance.choice(below)
    try:
        os.kill(victim, hurt)
    except ProcessLookupError:
        pass
    name = f"seed {seed}, case {number}: {hurt.name} in {' | '.join(' '.join(c) for c in commands)}"
    # A stage that waits for more input may take two seconds after a SIGTERM.
    got, seconds, hung = pipe.wait()
    matrix.cases += 1
    wrong = []
    if hung or seconds > 4:
        wrong.append(f"{'hung' if hung else 'ended'} after {seconds:.1f} s")
    path = f"out.{kind}"
    there = os.path.exists(path)
    if there:
        with open(path, "rb") as file:
            same = file.read() == reference(sum(c[0] == "sl-invert" for c in commands), kind)
        os.unlink(path)
        if not same:
            wrong.append("the file is not whole")
    if got[-1] == 0 and not there:
        wrong.append("status 0 and no file")
    if got[-1] > 0 and there:
        wrong.append(f"status {got[-1]} and a file")
    reported = pipe.stages[-1].lines
    if len(reported) != (1 if got[-1] > 0 else 0) and got[-1] >= 0:
        wrong.append(f"the last stage said {reported}")
    if any(stage.lines for stage, status in zip(pipe.stages[:-1], got) if status in (0, 79) or status < 0):
        wrong.append("a stage spoke of what it did not cause")
    left = [file for file in os.listdir(".") if file.startswith(".") or file.startswith("out")]
    if left:
        wrong.append(f"left: {left}")
    matrix.report(name, pipe, got, wrong)
matrix.finish()

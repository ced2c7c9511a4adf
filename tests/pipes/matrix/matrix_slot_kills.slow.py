#!/usr/bin/python3
"""Neighbours that hand strips over die, stop and go on at random times: the result is whole, or the last stage fails; every
process ends, and its slots with it. SL_CASES=10000 and SL_SEED in the environment make it longer and different."""

import hashlib
import os
import random
import signal
import statistics
import time

from pipeline import QUEUE, Matrix, Pipe

CASES = int(os.environ.get("SL_CASES", "60"))
seed = int(os.environ.get("SL_SEED", "1"))
chance = random.Random(seed)
matrix = Matrix()
# Frames of two strips, of many, and of more than all slots together.
SOURCES = [["sl-pattern", "--size", "640x360", "--frames", "60"], ["sl-pattern", "--size", "1280x720", "--frames", "15"],
           ["sl-pattern", "--size", "4000x3000", "--frames", "2"]]
MIDDLES = [["sl-invert"], ["sl-tap", "--json", "/dev/null"], ["sl-shrink", "2"], QUEUE]
Pipe.HAND_OVER = HAND_OVER = ["0", "0", "3", None]
whole, ends = {}, []  # the file and the seconds of an undisturbed pipe without slots


def run(commands, hurt=None, within=0):
    """The pipe, its statuses, the seconds until all had ended after `hurt` reached one of them, and whether some did not."""
    pipe = Pipe(commands + [["sl-encode", "-o", "out.y4m"]], stdin=os.open("/dev/null", os.O_RDONLY))
    if hurt is not None:
        time.sleep(chance.random() * within)
        victim = chance.choice(pipe.stages).process
        if hurt == signal.SIGCONT:
            victim.send_signal(signal.SIGSTOP)
            time.sleep(0.05)
        victim.send_signal(hurt)
    return pipe, *pipe.wait()


def result():
    """The hash of the file, or None without one; the file is gone then."""
    if not os.path.exists("out.y4m"):
        return None
    with open("out.y4m", "rb") as file:
        digest = hashlib.file_digest(file, "md5").digest()
    os.unlink("out.y4m")
    return digest


for number in range(CASES):
    commands = [chance.choice(SOURCES)] + [chance.choice(MIDDLES) for _ in range(chance.randrange(3))]
    # What changes samples, in its order: inverting and shrinking round differently the other way round.
    key = (commands[0][2], *(command[0] for command in commands if command[0] in ("sl-invert", "sl-shrink")))
    if key not in whole:
        began, Pipe.HAND_OVER = time.monotonic(), ["off"]
        run(commands)
        whole[key] = result(), time.monotonic() - began
        Pipe.HAND_OVER = HAND_OVER
    expected, duration = whole[key]
    hurt = chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGCONT])
    pipe, statuses, seconds, hung = run(commands, hurt, duration)
    matrix.cases += 1
    if hurt == signal.SIGKILL:
        ends.append(seconds)
    file, wrong = result(), []
    # A stage that waits for more input may take two seconds after a SIGTERM.
    if hung or (seconds > 5 and hurt != signal.SIGCONT):
        wrong.append(f"{'hung' if hung else 'ended'} after {seconds:.1f} s")
    if file not in (None, expected):
        wrong.append("the file is not whole")
    # A signal may come when the file has its name already.
    if statuses[-1] >= 0 and (statuses[-1] == 0) != (file is not None):
        wrong.append(f"status {statuses[-1]} and {'a' if file else 'no'} file")
    if hurt == signal.SIGCONT and any(statuses):
        wrong.append(f"statuses {statuses} after a stop")
    if left := [name for name in os.listdir() if "out" in name]:
        wrong.append(f"left: {left}")
    matrix.report(f"seed {seed}, case {number}: {hurt.name} in {' | '.join(' '.join(c) for c in commands)}", pipe, statuses, wrong)
print(f"ended {statistics.median(ends) * 1000:.0f} ms after a SIGKILL (median)")
matrix.finish()

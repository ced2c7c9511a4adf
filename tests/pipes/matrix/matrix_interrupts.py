#!/usr/bin/python3
"""Ctrl-C on a whole foreground pipe: a live recording is finished and whole; other streams leave nothing."""

import glob
import os
import signal
import subprocess
import time

from pipeline import QUEUE, Matrix, Pipe, in_parts, photo, pipes

mine = in_parts(3)
matrix = Matrix()
jpeg = photo(320, 200, "photo.jpg")
os.unlink("photo.jpg")
LIVE = [["test-live", "--rate", "50"], ["test-live", "--rate", "100", "--rows-delay", "7"]]
MIDDLES = [["sl-invert"], QUEUE, ["sl-tap", "--json", "/dev/null"], ["test-die"]]


def run(command):
    return subprocess.run(command, capture_output=True, text=True)


def whole(files):
    return all(run(["sl-info", "--frames", file]).returncode == 0 for file in files)


for live in LIVE:
    for count in range(5):
        for output in mine(["rec.slw", "rec.webp", "rec-%04d.png"]):
            for signals in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)[: 3 if count == 1 else 1]:
                sink = ["sl-invert", "-o", output] if signals == signal.SIGHUP else ["sl-encode", "-o", output]
                commands = [live] + MIDDLES[:count] + [sink]
                name = f"{signals.name}: {' | '.join(' '.join(c) for c in commands)}"
                pipe = Pipe(commands, stdin=os.open("/dev/null", os.O_RDONLY), group=True)
                time.sleep(0.35)
                os.killpg(pipe.group, signals)
                prompt = "webp" not in output  # which is encoded at the end
                good = matrix.check(name, pipe, [0] * len(commands), [None] * len(commands), prompt=prompt)
                files = sorted(glob.glob(output.replace("%04d", "*")))
                if good and (len(files) < (2 if "%" in output else 1) or not whole(files)):
                    matrix.failures += 1
                    print(f"{name}: {files} is not a whole recording")
                for file in glob.glob("rec*") + glob.glob(".rec*"):
                    os.unlink(file)

# A relay that dies of the same Ctrl-C (as ssh does) cuts the stream anywhere, in the middle of a record mostly.
for count in range(4):
    for output in mine(["rec.slw", "rec.webp", "rec-%04d.png"]):
        camera = ["test-live", "--rate", "100", "--width", "500", "--height", "400"]
        commands = [camera, ["cat"]] + MIDDLES[:count] + [["sl-encode", "-o", output]]
        name = f"a relay cut: {' | '.join(' '.join(c) for c in commands)}"
        pipe = Pipe(commands, stdin=os.open("/dev/null", os.O_RDONLY), group=True)
        time.sleep(0.5)
        os.killpg(pipe.group, signal.SIGINT)
        good = matrix.check(name, pipe, [{0, -13, -2}, {0, -2}] + [0] * (len(commands) - 2), [None] * len(commands),
                            prompt="webp" not in output)
        files = sorted(glob.glob(output.replace("%04d", "*")))
        if good and (not files or not whole(files)):
            matrix.failures += 1
            print(f"{name}: {files} is not a whole recording")
        for file in glob.glob("rec*") + glob.glob(".rec*"):
            os.unlink(file)

# Only the source hears of it (kill, a service manager): the others see a proper end.
for live in mine(LIVE):
    pipe = Pipe([live, ["sl-invert"], ["sl-encode", "-o", "rec.slw"]], stdin=os.open("/dev/null", os.O_RDONLY))
    time.sleep(0.3)
    pipe.stages[0].process.send_signal(signal.SIGINT)
    matrix.check("only the source interrupted", pipe, [0, 0, 0], [None] * 3, present=["rec.slw"])
    os.unlink("rec.slw")


def source_killed():
    """A live source is killed: the received part is kept under another name, with a message."""
    pipe = Pipe([LIVE[1], ["sl-invert"], ["sl-encode", "-o", "rec.slw"]], stdin=os.open("/dev/null", os.O_RDONLY))
    time.sleep(0.3)
    pipe.stages[0].process.kill()
    matrix.check("the live source killed", pipe, [-9, 79, 79], [None, None, ["test-live", "rec.slw.part"]], absent=["rec.slw"],
                 present=["rec.slw.part"])


def camera_hangs():
    """The camera hangs: the others wait for two seconds, and finish the frames they have."""
    pipe = Pipe([["test-live"], ["test-die"], ["sl-encode", "-o", "rec.slw"]], stdin=os.open("/dev/null", os.O_RDONLY), group=True)
    time.sleep(0.3)
    os.kill(pipe.stages[0].process.pid, signal.SIGSTOP)
    time.sleep(0.1)
    os.killpg(pipe.group, signal.SIGINT)
    start = time.monotonic()
    pipe.stages[2].process.wait()
    seconds = time.monotonic() - start
    pipe.stages[0].process.kill()
    if matrix.check("a source that hangs", pipe, [-9, 0, 0], [None] * 3, present=["rec.slw"]) and not 1.5 < seconds < 3:
        matrix.failures += 1
        print(f"a source that hangs: it took {seconds:.1f} s")


def second_interrupt():
    """A second one ends everything at once."""
    pipe = Pipe([["test-live"], ["test-die"], ["sl-encode", "-o", "rec.slw"]], stdin=os.open("/dev/null", os.O_RDONLY), group=True)
    time.sleep(0.3)
    os.kill(pipe.stages[0].process.pid, signal.SIGSTOP)
    for _ in range(2):
        os.killpg(pipe.group, signal.SIGINT)
        time.sleep(0.1)
    os.kill(pipe.stages[0].process.pid, signal.SIGCONT)
    matrix.check("a second interrupt", pipe, [{-2, -13, 0}, -2, -2], [None] * 3)


# Not live: it dies of the signal, without a file.
for signals in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    for commands in mine(pipes(["sl-encode", "-o", "out.png"])):
        pipe = Pipe([["cat"]] + commands, group=True)
        pipe.feed(jpeg[:3600])
        pipe.settle()
        os.killpg(pipe.group, signals)
        matrix.check(f"{signals.name} in mid-picture: {commands}", pipe, [-signals] * (len(commands) + 1),
                     [None] * (len(commands) + 1), absent=["out*"])

for case in mine([camera_hangs, source_killed, second_interrupt]):
    case()
matrix.finish()

#!/usr/bin/python3
"""Layers of sl-composite end, stall, are cut, abort, are killed and come back at random: the right status each time, a whole
result or an ABORT, each lost layer named, and no process left. SL_CASES=2000 and SL_SEED in the environment make it longer and
different."""

import os
import random
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import streamlib  # noqa: E402
from pipeline import children, in_parts  # noqa: E402

CLIP = [sys.executable, os.path.join(os.environ["SL_SOURCE"], "tests", "pipes", "support", "clip.py"), "make"]
CASES = int(os.environ.get("SL_CASES", "60"))
SEED = int(os.environ.get("SL_SEED", "1"))
SOUND = ["sound=8000", "samples=3200", "block=160"]
FRAMES = 16


def prepare():
    clips = {"master": ["frames=16", "step=20", *SOUND], "live": ["frames=16", "step=20", "live=1", *SOUND],
             "whole": ["frames=12", "step=20", "size=8", *SOUND], "ends": ["frames=3", "step=20", "size=8"],
             "aborts": ["frames=12", "step=20", "size=8", "abort=1", *SOUND], "still": ["frames=1", "size=8"]}
    for name, options in clips.items():
        with open(f"{name}.slw", "wb") as file:
            subprocess.run(CLIP + options, stdout=file, stderr=subprocess.DEVNULL)


choose = in_parts(3, prepare)
FAILING = {"cut", "aborts", "killed"}
data = {name[:-4]: open(name, "rb").read() for name in os.listdir() if name.endswith(".slw")}


class Feeder(threading.Thread):
    """Writes a layer into a pipe, as its kind says; `over` is when the stage has ended."""

    def __init__(self, open_pipe, kinds, chance, over):
        super().__init__(daemon=True)
        self.open_pipe, self.kinds, self.over = open_pipe, kinds, over
        self.seed = chance.random()
        self.start()

    def run(self):
        chance = random.Random(self.seed)
        try:
            for kind in self.kinds:
                fd = self.open_pipe(self.over)
                if fd is None:
                    return
                try:
                    self.feed(fd, kind, chance)
                finally:
                    os.close(fd)
        except OSError:
            pass  # the stage has ended, or has given the layer up

    def feed(self, fd, kind, chance):
        if kind == "killed":
            process = subprocess.Popen(["sl-pace", "whole.slw"], stdout=fd, stderr=subprocess.DEVNULL)
            time.sleep(chance.random() * 0.3)
            process.kill()
            process.wait()
            return
        text = data["whole" if kind in ("cut", "stalls", "slow") else kind]
        if kind == "cut":
            text = text[:chance.randrange(1, len(text) - 100)]
        pause = chance.randrange(len(text) // 2, len(text)) if kind in ("stalls", "slow") else len(text)
        write(fd, text[:pause])
        if kind == "slow":
            time.sleep(chance.random() * 0.2)
        if kind == "stalls":
            self.over.wait(20)
        write(fd, text[pause:])


def write(fd, text):
    while text:
        text = text[os.write(fd, text):]


def open_fifo(path):
    def attempt(over):
        while not over.is_set():
            try:
                fd = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
                os.set_blocking(fd, True)
                return fd
            except OSError:
                time.sleep(0.005)
        return None
    return attempt


def master(fd, kind, chance):
    """Write the master, a live one in its own time."""
    text = data["live" if kind == "live" else "master"]
    text = text[:chance.randrange(1, len(text) - 100)] if kind == "cut" else text
    size = len(text) // 16 if kind == "live" else len(text)
    try:
        for start in range(0, len(text), size):
            write(fd, text[start:start + size])
            if kind == "live":
                time.sleep(0.02)
    except OSError:
        pass
    os.close(fd)


def read_result(fd):
    """The number of frames, and the failure, if any."""
    frames = 0
    try:
        with os.fdopen(fd, "rb") as file:
            for stream in streamlib.Reader(file):
                for item in stream.items():
                    frames += isinstance(item, streamlib.Frame) and item.track == 1
    except streamlib.StreamError as error:
        return frames, str(error)
    return frames, None


def run(number):
    chance = random.Random(SEED * 1_000_000 + number)
    kind_of_master = chance.choice(["master"] * 4 + ["live"] * 3 + ["cut"])
    late = chance.choice(["wait", "hold", "blank", "drop"] if kind_of_master == "live" else ["wait"] * 3 + ["hold"])
    kinds = ["whole", "whole", "still", "ends", "slow", "cut", "aborts", "killed"] + (["stalls"] * 2 if late != "wait" else [])
    over, feeders, arguments, fds, layers, joined = threading.Event(), [], [], [], [], False
    for index in range(chance.randrange(1, 4)):
        kind, required = chance.choice(kinds), chance.random() < 0.4
        options = f"name=l{index},x={index}" + ("" if required else ",required=no")
        if kind in ("whole", "slow", "aborts") and chance.random() < 0.4:
            options += ",sound=yes"
        if chance.random() < 0.4:
            path = f"fifo{index}"
            os.mkfifo(path)
            again = [chance.choice(["whole", "cut"])] if chance.random() < 0.5 else []
            feeders.append(Feeder(open_fifo(path), [kind] + again, chance, over))
            joined = joined or (bool(again) and kind in FAILING)  # one may follow another in the middle of a record
        else:
            read, fd = os.pipe()
            path = f"/dev/fd/{read}"
            fds.append(read)
            feeders.append(Feeder(lambda over, fd=fd: fd, [kind], chance, over))
        arguments.append(f"{path}[{options}]")
        layers.append((f"l{index}", kind, required))
    with open("lines", "w") as file:
        for _ in range(chance.randrange(4)):
            file.write(chance.choice(["@100ms l0.opacity=0.5 over 100ms\n", "l0.x=3\n", "@0s 1.gain=-6 over 200ms\n", "bad\n",
                                      "@60ms scene b over 100ms\n", "@200ms scene a\n"]))
    with open("scenes", "w") as file:
        file.write("[a]\nm\nl0\n[b]\nl0[x=5]\n" if chance.random() < 0.3 else "")
    command = ["sl-composite", "--late", late, "--control", "lines", "--scene", "scenes", "-[name=m]", *arguments]
    source, feed = os.pipe()
    result, out = os.pipe()
    with open("stage.err", "wb") as errors:
        stage = subprocess.Popen(command, stdin=source, stdout=out, stderr=errors, pass_fds=fds)
    for fd in [source, out, *fds]:
        os.close(fd)
    threading.Thread(target=master, args=(feed, kind_of_master, random.Random(number)), daemon=True).start()
    outcome = []
    reader = threading.Thread(target=lambda: outcome.append(read_result(result)), daemon=True)
    reader.start()
    wrong = []
    try:
        status = stage.wait(10)
    except subprocess.TimeoutExpired:
        wrong.append("hung")
        stage.kill()
        status = stage.wait()
    over.set()
    reader.join(5)
    for feeder in feeders:
        feeder.join(5)
    frames, failure = outcome[0] if outcome else (0, "nothing")
    fails = [name for name, kind, required in layers if required and kind in FAILING]
    expected = {79} if kind_of_master == "cut" else {0, 79} if fails and (late != "wait" or "killed" in
                [kind for _, kind, _ in layers]) else {79} if fails else {0}
    if joined and fails:
        expected |= {65, 76, 78}
    if status not in expected:
        wrong.append(f"status {status} instead of {expected}")
    if (status == 0) != (failure is None):
        wrong.append(f"status {status}, and the result: {failure}")
    if status == 0 and frames != FRAMES and not (late == "drop" and 0 <= frames < FRAMES):
        wrong.append(f"{frames} frames")
    with open("stage.err", errors="replace") as file:
        lines = file.read().splitlines()
    if status == 0 and late == "wait":
        for name, kind, required in layers:
            if kind in ("cut", "aborts") and not any(f"layer {name}, " in line and "is lost" in line for line in lines):
                wrong.append(f"layer {name} is not named")
    until = time.monotonic() + 5
    while children(os.getpid()) and time.monotonic() < until:
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            break
        time.sleep(0.005)
    if children(os.getpid()):
        wrong.append("processes are left")
    for index in range(3):
        if os.path.exists(f"fifo{index}"):
            os.unlink(f"fifo{index}")
    if wrong:
        print(f"seed {SEED}, case {number}: {'; '.join(wrong)}\n    master {kind_of_master}, late {late}, {layers}\n    {lines}")
    return not wrong


results = [run(number) for number in choose(range(CASES))]
print(f"{len(results)} cases, {results.count(False)} failed")
sys.exit(1 if False in results else 0)

#!/usr/bin/python3
"""The result of a signal: of a live source a whole recording, of any other source nothing that looks whole, for each
process that gets it, each signal, and each sink."""

import glob
import itertools
import json
import os
import shutil
import signal
import subprocess
import time

from pipeline import Matrix, Pipe, children, in_parts, photo

TERM, HUP, INT = signal.SIGTERM, signal.SIGHUP, signal.SIGINT
WRITES = {"1", "20", "275", "7"}  # write, writev, splice; poll: for a slot
# The bytes that the last process has read say how far it is, and those in slots are not counted: the first MiB is.
Pipe.HAND_OVER = ["off", None]
QUEUE = ["sl-queue", "--bytes", "1M"]
SINKS = ["out.mkv", "out.mp4", "out.slw", "out-%03d.png", "out.webp", "out"]


def make_inputs():
    photo(1600, 1200, "photo.ppm")
    subprocess.run("cat photo.ppm photo.ppm photo.ppm > stills.ppm", shell=True, check=True)
    subprocess.run("sl-pattern --size 640x360 --duration 20s | sl-encode -o film.mkv --preset ultrafast", shell=True, check=True)
    subprocess.run(["sl-pattern", "--size", "640x360", "--duration", "8s", "-o", "film.gif"], check=True)
    subprocess.run(["sl-pattern", "--size", "640x360", "--frames", "5", "-o", "clip.slw"], check=True)
    subprocess.run(["test-live", "--frames", "50", "--rate", "1000", "--width", "640", "--height", "360", "-o", "recording.slw"],
                   check=True)


mine = in_parts(3, make_inputs)
turns = itertools.cycle([n in mine(range(3)) for n in range(3)])  # whether a case is of this part
matrix = Matrix()

PATTERN = ["sl-pattern", "--duration", "20s", "--size", "640x360"]
FILM = ["sl-decode", "film.mkv"]
LIVE = ["sl-pattern", "--live", "--size", "160x90"]


def sink(output):
    if output == "out":
        return ["sl-hls", output, "--preset", "ultrafast"]
    return ["sl-encode", "-o", output] + (["--preset", "ultrafast"] if output.endswith(("mkv", "mp4")) else [])


def words(commands):
    return " | ".join(" ".join(command) for command in commands)


def counter(pid, name):
    try:
        with open(f"/proc/{pid}/io") as file:
            return int(file.read().split(f"{name}: ")[1].split()[0])
    except OSError:
        return 0


def is_under_way(pid):
    """Whether it has read a second of the live stream, or, if samples are handed over, written that to its file."""
    return max(counter(pid, "rchar"), counter(pid, "wchar")) > 600_000


def is_full(pid):
    """Whether it waits for the room that it needs to write."""
    try:
        with open(f"/proc/{pid}/syscall") as file:
            return file.read().split()[0] in WRITES
    except OSError:
        return False


def until(name, condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"{name}: it never came to the point where the signal is due")
        time.sleep(0.002)


def helper_of(pid):
    below = children(pid)
    return below[0] if below else None


def hold(name, commands, wants_helper=False):
    """The pipe with its last process stopped in the middle, its first one (or that one's helper) waiting to write more,
    and that process."""
    pipe = Pipe(commands, stdin=os.open("/dev/null", os.O_RDONLY), group=True)
    first, last = pipe.stages[0].process.pid, pipe.stages[-1].process.pid
    until(name, lambda: counter(last, "rchar") + counter(last, "wchar") > 900_000)
    os.kill(last, signal.SIGSTOP)
    victim = first
    if wants_helper:
        until(name, lambda: helper_of(first))
        victim = helper_of(first)
    calm = 0
    end = time.monotonic() + 10
    while calm < 4 and time.monotonic() < end:
        time.sleep(0.01)
        calm = calm + 1 if is_full(victim) else 0
    if calm < 4:
        matrix.failures += 1
        print(f"{name}: it does not wait for its reader")
    return pipe, victim


def go_on(pipe):
    time.sleep(0.03)
    os.kill(pipe.stages[-1].process.pid, signal.SIGCONT)


def made():
    return sorted(glob.glob("out*") + glob.glob(".out*"))


def clear():
    for name in made():
        shutil.rmtree(name) if os.path.isdir(name) else os.unlink(name)


def fails(name, what):
    matrix.failures += 1
    print(f"{name}: {what}")


def is_whole(name):
    return subprocess.run(["sl-info", "--frames", name], capture_output=True, check=False).returncode == 0


def frames_of(name):
    reported = subprocess.run(["sl-info", "--frames", "--json", name], capture_output=True, text=True, check=False)
    return sum(line.startswith('{"frame"') for line in reported.stdout.splitlines()) if reported.returncode == 0 else -1


def leaves_nothing(name, output):
    """Numbered pictures that were finished stay, each whole. A folder of HLS has no playlist."""
    names = made()
    if "%" in output:
        for picture in names:
            if not is_whole(picture):
                fails(name, f"{picture} is no whole picture")
    elif output == "out":
        if left := glob.glob("out/*.m3u8") + glob.glob("out/*.m4s"):
            fails(name, f"{left} are there")
    elif names:
        fails(name, f"{names} are there")
    clear()


def is_a_recording(name, output):
    if "%" in output:
        good = len(glob.glob("out-*.png")) > 1 and all(map(is_whole, glob.glob("out-*.png")))
    elif output == "out":
        texts = [open(playlist).read() for playlist in glob.glob("out/*.m3u8") if "index" not in playlist]
        good = texts and all("#EXT-X-ENDLIST" in text for text in texts)
    else:
        good = os.path.exists(output) and frames_of(output) > 1
    if not good:
        fails(name, f"{made()} is no whole recording")
    clear()


def statuses(commands, first, rest):
    return [first] + [rest] * (len(commands) - 1)


def reported(commands, *line):
    return [None] * (len(commands) - 1) + [line or None]


# ---- Not live: one process ends, or all of the pipe ----

def ended_alone(commands, output, number, wants_helper=False, first=None):
    if not next(turns):
        return
    name = f"{number.name} to {'the helper' if wants_helper else 'the source'} of {words(commands)}"
    pipe, victim = hold(name, commands, wants_helper)
    os.kill(victim, number)
    go_on(pipe)
    tool = "sl-decode" if wants_helper else commands[0][0]
    matrix.check(name, pipe, statuses(commands, first or -number, 79), reported(commands, tool, "interrupted"), prompt=False)
    leaves_nothing(name, output)


def all_ended(commands, output, number):
    if not next(turns):
        return
    name = f"{number.name} to all of {words(commands)}"
    pipe, _ = hold(name, commands)
    os.killpg(pipe.group, number)
    go_on(pipe)
    kept = ["complete pictures stay"] if "%" in output and commands[0] == FILM else []
    matrix.check(name, pipe, [-number] * len(commands), reported(commands, *kept), prompt=False)
    leaves_nothing(name, output)


for output in SINKS:
    for number in (TERM, HUP, INT):
        ended_alone([FILM, sink(output)], output, number)
        if output in ("out.mkv", "out-%03d.png", "out") or number == INT:
            all_ended([FILM, sink(output)], output, number)

MIDDLES = [["sl-invert"], QUEUE, ["sl-tap", "--json", "/dev/null"], ["sl-trim", "0:"], ["sl-select", "--range", "0:"],
           ["sl-concat"], ["sl-join", "-"], ["sl-loop", "2"], ["sl-pace", "--speed", "1000"], ["sl-rate", "25"], ["sl-pack"]]
for middle in MIDDLES:
    ended_alone([FILM, middle, sink("out.mkv")], "out.mkv", TERM)
    all_ended([FILM, middle, sink("out.mkv")], "out.mkv", INT)
ended_alone([FILM, ["sl-invert"], QUEUE, ["sl-tap", "--quiet"], sink("out.mp4")], "out.mp4", HUP)
all_ended([FILM, ["sl-invert"], QUEUE, ["sl-tap", "--quiet"], sink("out.mp4")], "out.mp4", INT)

# Every kind of source that has an end.
SOURCES = [PATTERN, ["sl-decode", "--range", "1s:19s", "film.mkv"], ["sl-decode", "--every", "20ms", "film.mkv"],
           ["sl-decode", "--at", ",".join(f"{n}ms" for n in range(0, 19000, 100)), "film.mkv"],
           ["sl-decode", "film.gif"]]
for source in SOURCES:
    ended_alone([source, sink("out.mkv")], "out.mkv", TERM)
    all_ended([source, sink("out.mkv")], "out.mkv", INT)
for still in ("photo.ppm", "stills.ppm"):
    for output in ("out-%03d.png", "out.mkv"):
        ended_alone([["sl-decode", still], sink(output)], output, HUP)
        all_ended([["sl-decode", still], sink(output)], output, INT)

# Foreign bytes from a pipe end as their writer ends them: in mid-picture by the death of cat, well by ffmpeg.
all_ended([["cat", "stills.ppm"], ["sl-decode"], sink("out.mkv")], "out.mkv", INT)
all_ended([["cat", "stills.ppm"], sink("out-%03d.png")], "out-%03d.png", INT)
camera = ["ffmpeg", "-v", "error", "-nostdin", "-re", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=50", "-f", "nut", "-"]
for middles in mine(([], [["sl-decode"]], [["sl-invert"]])):
    commands = [camera] + middles + [sink("out.mkv")]
    pipe = Pipe(commands, stdin=os.open("/dev/null", os.O_RDONLY), group=True)
    name = f"SIGINT to all of {words(commands)}"
    until(name, lambda: counter(pipe.stages[-1].process.pid, "rchar") > 900_000)
    os.killpg(pipe.group, INT)
    matrix.check(name, pipe, [{255}] + [-INT] * (len(commands) - 1), [...] + reported(commands)[1:], prompt=False)
    is_a_recording(name, "out.mkv")

# A decoder that a stage started itself: `sl-invert film.mkv -o out.mkv` and the like.
for source in (["sl-invert", "film.mkv"], ["sl-loop", "3", "film.mkv"], ["sl-concat", "film.mkv", "film.mkv"],
               ["sl-join", "film.mkv[tracks=video]"]):
    for number in (TERM, HUP):
        ended_alone([source, sink("out.mkv")], "out.mkv", number, wants_helper=True, first=79)
for command in (["sl-invert", "film.mkv", "-o", "out.mkv"], ["sl-encode", "-o", "out.mkv", "film.mkv"],
                ["sl-hls", "out", "film.mkv"]):
    for number in (TERM, HUP):
        if not next(turns):
            continue
        name = f"{number.name} to the decoder of {words([command])}"
        pipe = Pipe([command], stdin=os.open("/dev/null", os.O_RDONLY))
        shell_knows = pipe.stages[0].process.pid

        def decoders():
            below = children(shell_knows)
            below += [child for pid in below for child in children(pid)]
            return [pid for pid in below if open(f"/proc/{pid}/comm").read().startswith("sl-decode")]

        until(name, lambda: counter(shell_knows, "rchar") > 900_000)
        pipe.stages[0].process.send_signal(signal.SIGSTOP)
        until(name, lambda: any(map(is_full, decoders())))
        time.sleep(0.05)
        for pid in decoders():
            os.kill(pid, number)
        go_on(pipe)
        matrix.check(name, pipe, [79], [("sl-decode", "interrupted")], prompt=False)
        leaves_nothing(name, "out" if "out" in command else "out.mkv")

# A filter that ends alone has two seconds for the rest: then all of it is there, or nothing.
for middle in mine((["sl-invert"], QUEUE, ["sl-loop", "1"], ["sl-concat"])):
    commands = [["sl-pace", "film.mkv"], middle, sink("out.mkv")]
    pipe = Pipe(commands, stdin=os.open("/dev/null", os.O_RDONLY), group=True)
    time.sleep(0.6)
    os.kill(pipe.stages[1].process.pid, TERM)
    name = f"SIGTERM to the middle of {words(commands)}"
    matrix.check(name, pipe, [-signal.SIGPIPE, -TERM, 79], reported(commands, "interrupted"), prompt=False)
    leaves_nothing(name, "out.mkv")

# HLS that lists as it goes: the playlists end if sl-hls itself is asked to end, and stay open after a failure upstream.
for whole in mine((False, True)):
    commands = [["sl-pace", "film.mkv"], ["sl-hls", "out", "--event", "--segment-duration", "500ms"]]
    pipe = Pipe(commands, stdin=os.open("/dev/null", os.O_RDONLY), group=True)
    until("HLS", lambda: glob.glob("out/video-1.m4s"))
    decoder = helper_of(pipe.stages[0].process.pid)
    os.killpg(pipe.group, INT) if whole else os.kill(decoder, TERM)
    name = f"{'INT to all' if whole else 'TERM to the decoder'} of {words(commands)}"
    matrix.check(name, pipe, [-INT] * 2 if whole else [79, 79], reported(commands, *([] if whole else ["interrupted"])), prompt=False)
    if ("#EXT-X-ENDLIST" in open("out/video.m3u8").read()) != whole:
        fails(name, "the playlist " + ("has no end" if whole else "is ended"))
    clear()

# ---- A loop without an end ----

for whole in (False, True):
    for output in ("out.mkv", "out.slw"):
        if not next(turns):
            continue
        commands = [["sl-loop", "0", "clip.slw"], sink(output)]
        name = f"TERM to {'all' if whole else 'the source'} of {words(commands)}"
        pipe, victim = hold(name, commands)
        os.killpg(pipe.group, TERM) if whole else os.kill(victim, TERM)
        go_on(pipe)
        matrix.check(name, pipe, [-TERM, -TERM if whole else 0], [None] * 2, prompt=False)
        is_a_recording(name, output)

# ---- Live ----

for output in SINKS:
    for number in (TERM, HUP, INT):
        for whole in (False, True):
            if whole and number == HUP or not next(turns):
                continue
            commands = [LIVE, sink(output)]
            name = f"{number.name} to {'all' if whole else 'the source'} of {words(commands)}"
            pipe = Pipe(commands, stdin=os.open("/dev/null", os.O_RDONLY), group=True)
            until(name, lambda: is_under_way(pipe.stages[-1].process.pid))
            os.killpg(pipe.group, number) if whole else os.kill(pipe.stages[0].process.pid, number)
            matrix.check(name, pipe, [0, 0], [None] * 2, prompt=False)
            is_a_recording(name, output)

# A film beside a camera ends with it.
for middles in mine(([["sl-join", "-", "film.mkv"]], [["sl-join", "-", "film.mkv"], ["sl-invert"]])):
    commands = [LIVE] + middles + [sink("out.slw")]
    pipe = Pipe(commands, stdin=os.open("/dev/null", os.O_RDONLY), group=True)
    name = f"INT to all of {words(commands)}"
    until(name, lambda: is_under_way(pipe.stages[-1].process.pid))
    os.killpg(pipe.group, INT)
    matrix.check(name, pipe, [0] * len(commands), [None] * len(commands), prompt=False)
    is_a_recording(name, "out.slw")

# A recording that is read from a file is not live any more: this one takes eight seconds to read.
if next(turns):
    commands = [["sl-filter", "setpts=160*PTS,realtime", "recording.slw"], sink("out.slw")]
    pipe = Pipe(commands, stdin=os.open("/dev/null", os.O_RDONLY))
    time.sleep(0.8)
    os.kill(pipe.stages[0].process.pid, TERM)
    matrix.check(f"TERM to the source of {words(commands)}", pipe, [-TERM, 79], [None, ["sl-filter", "interrupted", ".part"]],
                 absent=["out.slw"], present=["out.slw.part"], prompt=False)
    clear()
matrix.finish()

#!/usr/bin/python3
"""Every live stage, interrupted: once, and the stream ends properly and the output is whole; twice, and it ends at once."""

import glob
import os
import shutil
import signal
import subprocess
import sys
import time

from pipeline import QUEUE, Matrix, Pipe, in_parts

if "SL_SERVER" not in os.environ:  # run again with a screen, so that its server does not count as a stage's child
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        os.environ.pop(name, None)
    os.environ["SL_SERVER"] = "none"
    server = None
    if shutil.which("Xvfb"):
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset"]
        server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.environ.update(DISPLAY=":" + os.read(read, 20).decode().strip(), SL_SERVER="Xvfb")
    status = subprocess.run([sys.executable, os.path.abspath(__file__)], check=False).returncode
    if server:
        server.terminate()
        server.wait()
    sys.exit(status)
mine = in_parts(3)

CARD = os.path.join(os.environ["SL_BUILD"], "tests/lib/libsound-card.so")
PICTURE = ["sl-pattern", "--live", "--size", "320x180", "--rate", "30"]
SCREEN = ["sl-screen", "--rate", "20", "--region", "160x120+0+0"]
MICROPHONE = ["sl-microphone", "card"]
matrix = Matrix()

with open("alsa.conf", "w") as file:
    file.write(f'</usr/share/alsa/alsa.conf>\npcm_type.card {{ lib "{CARD}" }}\npcm.card {{ type card }}\n')
os.environ.update(ALSA_CONFIG_PATH=os.path.abspath("alsa.conf"), SDL_AUDIODRIVER="dummy")

# Each pipe, and its output: a file that plays, or nothing.
PIPES = [
    ([PICTURE, ["sl-encode", "-o", "out.mp4"]], "out.mp4"),
    ([PICTURE, ["sl-encode", ".mp4"]], "redirected"),
    ([PICTURE, QUEUE, ["sl-encode", "-o", "out.mkv"]], "out.mkv"),
    ([PICTURE, ["sl-queue", "--policy", "latest"], ["sl-encode", "-o", "out.slw"]], "out.slw"),
    ([PICTURE + ["--sound", "tone"], ["sl-hls", "out", "--segment-duration", "1s"]], "out/index.m3u8"),
    ([MICROPHONE, ["sl-encode", "-o", "out.wav"]], "out.wav"),
    ([MICROPHONE, ["sl-speaker", "--device", "card"]], None),
    ([MICROPHONE, ["sl-speaker", "--device", "card", "--tee"], ["sl-encode", "-o", "out.flac"]], "out.flac"),
]
if os.environ["SL_SERVER"] == "none":
    print("skipped: windows and screens, Xvfb is not installed")
else:
    PIPES += [
        ([SCREEN, ["sl-encode", "-o", "out.mkv"]], "out.mkv"),
        ([PICTURE, ["sl-display"]], None),
        ([PICTURE, ["sl-display", "--tee"], ["sl-encode", "-o", "out.mp4"]], "out.mp4"),
        ([MICROPHONE, QUEUE, ["sl-display", "--tee"], ["sl-encode", "-o", "out.wav"]], "out.wav"),
    ]


def start(commands, name, seconds):
    to = os.open("redirected", os.O_WRONLY | os.O_CREAT | os.O_TRUNC) if name == "redirected" else subprocess.DEVNULL
    pipe = Pipe(commands, stdin=os.open("/dev/null", os.O_RDONLY), stdout=to, group=True)
    time.sleep(seconds)
    return pipe


def clear():
    shutil.rmtree("out", ignore_errors=True)
    for file in os.listdir("."):
        if file.startswith(("out.", ".out", "redirected")):
            os.unlink(file)


def trouble_with(output):
    """What keeps it from being a whole recording; None if nothing does."""
    if output.endswith(".slw"):
        reported = subprocess.run(["sl-info", "--frames", output], capture_output=True, text=True, check=False)
        return reported.stderr or None
    reported = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", output],
                          capture_output=True, text=True, check=False)
    if reported.stderr or float(reported.stdout.split()[0]) < 0.1:
        return reported.stderr or f"{reported.stdout} s"
    playlists = [open(name).read() for name in glob.glob("out/*.m3u8") if name != output]
    return None if all("#EXT-X-ENDLIST" in text for text in playlists) else "the playlist does not end"


def wrong(name, what):
    matrix.failures += 1
    print(f"{name}: {what}")


for commands, output in mine(PIPES):
    words = " | ".join(" ".join(command) for command in commands)
    count = len(commands)
    # The whole pipe, and only its source (timeout -s INT 2 sl-pattern --live | ...).
    for whole in (True, False):
        pipe = start(commands, output, 2.5)
        os.killpg(pipe.group, signal.SIGINT) if whole else pipe.stages[0].process.send_signal(signal.SIGINT)
        name = f"{'all' if whole else 'the source'} of {words}"
        # A busy machine may lose sound; sl-encode and sl-speaker report that.
        lines = [... if commands[0] == MICROPHONE else None] * count
        if matrix.check(name, pipe, [0] * count, lines, prompt=False) and output:
            if trouble := trouble_with(output):
                wrong(name, f"{output}: {trouble}")
        clear()
    # Twice, while each stage in turn is stuck: the stages that wait for it end at once.
    for stuck in range(count):
        pipe = start(commands, output, 1.2)
        pipe.stages[stuck].process.send_signal(signal.SIGSTOP)
        for _ in range(2):
            time.sleep(0.15)
            os.killpg(pipe.group, signal.SIGINT)
        begin = time.monotonic()
        for number, stage in enumerate(pipe.stages):
            if number == stuck:
                continue
            try:
                stage.process.wait(max(0.1, begin + 1.5 - time.monotonic()))
            except subprocess.TimeoutExpired:
                wrong(f"twice, {commands[stuck][0]} being stuck, {words}", f"{stage.command[0]} goes on")
        pipe.stages[stuck].process.kill()
        statuses = [{0, 79, -signal.SIGINT, -signal.SIGPIPE, 128 + signal.SIGINT}] * count
        statuses[stuck] = -signal.SIGKILL
        matrix.check(f"twice, {commands[stuck][0]} being stuck, {words}", pipe, statuses, [...] * count, prompt=False)
        clear()
matrix.finish()

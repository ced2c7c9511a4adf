#!/usr/bin/python3
"""Live HLS, killed at random times and restarted on the same folder: a player never reads a contradiction."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import hls_check

ROUNDS = int(os.environ.get("SL_ROUNDS", "25"))
seed = int(os.environ.get("SL_SEED", "1"))
chance = random.Random(seed)


def run(folder, options):
    camera = subprocess.Popen(["test-live", "--rate", "50", "--width", "64", "--height", "48"], stdout=subprocess.PIPE)
    sink = subprocess.Popen(["sl-hls", folder, "--segment-duration", "0.5s"] + options, stdin=camera.stdout,
                            stderr=subprocess.PIPE)
    camera.stdout.close()
    return camera, sink


def end(camera, sink, how):
    sink.send_signal(how) if how == signal.SIGKILL else camera.send_signal(how)
    reported = sink.communicate()[1].decode()
    camera.kill()
    camera.wait()
    assert sink.returncode == (-signal.SIGKILL if how == signal.SIGKILL else 0) and not reported, (sink.returncode, reported)


for options in (["--event"], ["--window", "4"], ["--low-latency", "--event"]):
    name = f"seed {seed}, {' '.join(options)}"
    shutil.rmtree("out", ignore_errors=True)
    watcher = hls_check.Watcher("out")
    begun = 0
    for number in range(ROUNDS):
        before = watcher.last.get("video.m3u8")
        camera, sink = run("out", options)
        last = number == ROUNDS - 1
        until = time.monotonic() + (2 if last else 0.3 + chance.random() * 1.2)
        while time.monotonic() < until:
            watcher.look()
            time.sleep(0.005)
        end(camera, sink, signal.SIGTERM if last else signal.SIGKILL)
        watcher.look()
        media = watcher.last.get("video.m3u8")
        begun += media is not None and media.text != (before.text if before else "")
    folder = hls_check.Folder("out")
    folder.check_files()
    media = folder.media["video.m3u8"]
    assert media.ended, name
    numbers = media.segments[-1]["discontinuity"]
    # Each run that published anything adds a discontinuity; a run that was killed earlier adds none.
    assert begun - 1 <= numbers <= ROUNDS - 1, (name, begun, numbers)
    hidden = [file for file in os.listdir("out") if file.startswith(".") and file != ".sl-hls"]
    assert not hidden, (name, hidden)
    if "--event" in options:
        # All frames in the playlist decode without a message, and each kill lost at most a segment.
        played = subprocess.run(["ffmpeg", "-v", "error", "-i", "out/index.m3u8", "-map", "0:v", "-fps_mode", "passthrough",
                                 "-f", "framemd5", "-"], capture_output=True, text=True)
        frames = sum(not line.startswith("#") for line in played.stdout.splitlines())
        assert played.returncode == 0 and abs(frames - media.total() * 50) <= 1, (name, frames, media.total(), played.stderr)
    print(f"{name}: {watcher.looks} looks, {len(media.segments)} segments, {numbers} discontinuities", file=sys.stderr)

"""Parts of scripts/bench_live: the pipeline, the server, the browser, and the reader of test cards."""

import json
import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATTERN = ["sl-pattern", "--live", "--size", "640x360", "--rate", "30"]


class Trouble(Exception):
    pass


def wait(is_so, seconds):
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise Trouble("it did not come about")
        time.sleep(0.05)


class Sink:
    """A source | sl-hls FOLDER."""

    def __init__(self, source, folder, options):
        self.camera = subprocess.Popen(source, stdout=subprocess.PIPE)
        self.process = subprocess.Popen(["sl-hls", folder, *options], stdin=self.camera.stdout, stderr=subprocess.PIPE, text=True)
        self.camera.stdout.close()

    def wait(self):
        """Return the status of sl-hls and its messages."""
        said = self.process.communicate()[1]
        self.camera.wait()
        return self.process.returncode, said


class Server:
    """The folder server of --serve as a separate process."""

    def __init__(self, folder):
        self.process = subprocess.Popen(["test-serve", folder, "0"], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip().rstrip("/")

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Player:
    """tests/browser/play.mjs: Chromium with the page of --serve."""

    def __init__(self, url, seconds, build, folder, shots=0):
        self.command = ["node", ROOT / "tests/browser/play.mjs", url + "/", str(seconds), build / "npm/browser-modules", str(shots)]
        self.folder = folder

    def start(self):
        self.process = subprocess.Popen(self.command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def result(self):
        out, errors = self.process.communicate()
        if self.process.returncode != 0:
            raise Trouble(f"the browser: {errors[-500:]}")
        return json.loads(out)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.result()


def read_cards(source, words="error"):
    """UTC in seconds that each picture of a film shows, and what ffmpeg said while it decoded it."""
    decoder = subprocess.Popen(["ffmpeg", "-v", words, *source, "-map", "0:v", "-fps_mode", "passthrough", "-f", "yuv4mpegpipe", "-"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=False)
    said = []
    listener = threading.Thread(target=lambda: said.append(decoder.stderr.read().decode()))
    listener.start()
    reader = subprocess.run(["sl-pattern", "--read", "--json", "-"], stdin=decoder.stdout, capture_output=True, text=True)
    decoder.stdout.close()
    decoder.wait()
    listener.join()
    cards = [json.loads(line)["utc_us"] / 1e6 for line in reader.stdout.splitlines()]
    return cards, said[0] + (reader.stderr if reader.returncode != 0 else "")


def latency(work, build, flags, shots):
    """Seconds from a picture's UTC to before and after a screenshot that shows it, each in order, and what hls.js complained of."""
    folder = work / "latency"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    sink = Sink(PATTERN, folder / "out", [*flags, "--serve", port])
    try:
        wait(lambda: (folder / "out/index.m3u8").exists(), 30)
        player = Player(f"http://127.0.0.1:{port}", 25 + 1.5 * shots, build, folder, shots)
        player.start()
        seen = player.result()
    finally:
        sink.camera.terminate()
        sink.process.terminate()
        sink.wait()
    before, after, cost = [], [], []
    for number, picture in enumerate(seen["pictures"]):
        read = subprocess.run(["sl-pattern", "--read", "--json", folder / f"shot-{number}.png"], capture_output=True, text=True)
        if read.returncode != 0:
            raise Trouble(f"screenshot {number}: {read.stderr}")
        utc = json.loads(read.stdout)["utc_us"] / 1e6
        before.append(picture["before"] - utc)
        after.append(picture["after"] - utc)
        cost.append(picture["after"] - picture["before"])
    return {"before": sorted(before), "after": sorted(after), "cost": cost, "said": sorted({one[3][:80] for one in seen["said"]})}

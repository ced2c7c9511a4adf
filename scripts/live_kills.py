"""Row `kills` of scripts/bench_live: live HLS that is killed again and again while a browser plays it, ffmpeg reads it, and a
client that downloads everything looks for missing, partial or changed files."""

import collections
import http.client
import json
import pathlib
import random
import re
import shutil
import signal
import struct
import threading
import time
import urllib.error
import urllib.request

import hls_check
from live_tools import PATTERN, Player, Server, Sink, read_cards, wait

NAMES = {"live": "segments of 2 s", "low": "low latency"}
OPTIONS = {"live": ["--window", "6"], "low": ["--low-latency", "--window", "6"]}
# Seconds that a kill may lose: a segment, and for ordinary segments the encoder's look-ahead.
MAY_LOSE = {"live": 2.75, "low": 2.0}


def random_times(count, first, last, chance):
    """Return `count` random moments in order, at least 0.3 s between two of them."""
    room = last - first - 0.3 * count
    return [first + moment + 0.3 * n for n, moment in enumerate(sorted(chance.random() * room for _ in range(count)))]


class Mortal(threading.Thread):
    """sl-pattern | sl-hls, killed at these times (seconds from now) and started again; it ends well at the last one."""

    def __init__(self, folder, options, times, chance):
        super().__init__()
        self.folder, self.options, self.times, self.chance = folder, options, times, chance
        self.lives, self.reported = [], []  # (start, end) in UTC; what sl-hls said

    def run(self):
        began = time.monotonic()
        for number, moment in enumerate(self.times):
            start, sink = time.time(), Sink(PATTERN, self.folder, self.options)
            time.sleep(max(0, began + moment - time.monotonic()))
            is_last = number == len(self.times) - 1
            sink.camera.send_signal(signal.SIGTERM) if is_last else sink.process.kill()
            self.lives.append((start, time.time()))
            status, said = sink.wait()
            if status != (0 if is_last else -signal.SIGKILL) or said:
                self.reported.append(f"status {status}: {said}")
            time.sleep(0.3 * self.chance.random())


def boxes(data):
    """Return the types of the boxes of an MP4; nothing if a box is cut off."""
    kinds, at = [], 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at) if at + 8 <= len(data) else (0, b"")
        if size < 8 or at + size > len(data):
            return None
        kinds.append(kind)
        at += size
    return kinds


class Loose(hls_check.Media):
    """A playlist whose durations may be wrong: such an error is kept, and the files are checked all the same."""

    wrong = ""

    def check(self):
        try:
            super().check()
        except hls_check.Wrong as wrong:
            self.wrong = str(wrong)


class Taker(threading.Thread):
    """Asks for the playlists again and again, as players have them, and for each file that they name."""

    def __init__(self, url, folder):
        super().__init__()
        self.url, self.folder, self.faults, self.taken = url, folder, [], {}
        self.segments, self.requests, self.on = {}, 0, True
        self.last, self.broken = {}, collections.Counter()

    def get(self, name):
        self.requests += 1
        try:
            with urllib.request.urlopen(f"{self.url}/{name}", timeout=10) as answer:
                return answer.read()
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            self.faults.append(f"{name}: {error!r}")
            return None

    def read(self, name, text):
        media = Loose(None, name, text)
        if media.wrong:
            self.broken[re.sub(r"[\d.]+", "N", media.wrong)] += 1
        return media

    def take(self, name):
        data = self.get(name)
        if data is None:
            return
        kinds = boxes(data) or []
        whole = kinds == [b"ftyp", b"moov"] if "init" in name else kinds and kinds == [b"moof", b"mdat"] * (len(kinds) // 2)
        if not whole:
            self.faults.append(f"{name}: {len(data)} bytes are no whole segment: {kinds}")
        self.taken[name] = data

    def look(self):
        master = self.get("index.m3u8")
        names = [line for line in (master or b"").decode().splitlines() if line and not line.startswith("#")]
        for name in names:
            text = self.get(name)
            if text is None:
                continue
            media = self.read(name, text.decode())
            if name in self.last:
                hls_check.Watcher.compare(self.last[name], media)
            self.last[name] = media
            for file in media.files():
                if file not in self.taken:
                    self.take(file)
                elif (self.folder / file).stat().st_size != len(self.taken[file]):
                    self.faults.append(f"{file} changed its size")
            for segment in media.segments:
                self.segments[segment["number"]] = segment

    def run(self):
        while self.on:
            try:
                self.look()
            except (hls_check.Wrong, OSError, KeyError, ValueError) as error:
                self.faults.append(repr(error))
            time.sleep(0.1)

    def pictures(self, folder):
        """Decode all complete segments and return the UTC of each picture, in order; a complaint of the decoder is a fault."""
        runs = collections.defaultdict(list)
        for _, segment in sorted(self.segments.items()):
            if not segment["gap"]:
                runs[segment["map"]].append(segment["uri"])
        found = []
        for start, names in runs.items():
            path = pathlib.Path(folder, "run.mp4")
            path.write_bytes(b"".join(self.taken.get(name, b"") for name in [start] + names))
            cards, said = read_cards(["-i", path])
            found += cards
            if said:
                self.faults.append(f"{start}: {said}")
        return found


class Reader(threading.Thread):
    """ffmpeg as a client: UTC of each picture that it gives."""

    def __init__(self, url):
        super().__init__()
        self.url, self.cards, self.said = url, [], ""

    def run(self):
        self.cards, self.said = read_cards(["-i", f"{self.url}/index.m3u8"], "warning")


def standstills(looks, start, least=1.0):
    """Return the stretches of at least `least` seconds without progress of the video: seconds after `start`, and duration."""
    found, since, time_then = [], None, None
    for now, look in looks:
        if time_then is not None and look["time"] > time_then:
            if now - since >= least:
                found.append((round(since - start, 1), round(now - since, 1)))
            since = now
        elif since is None:
            since = now
        time_then = look["time"]
    return found


class Trial:
    """One stream, its killer, and its clients."""

    def __init__(self, name, options, seconds, kills, work, build, chance):
        self.name, self.work = name, work / f"kills-{name}"
        self.folder = self.work / "out"
        shutil.rmtree(self.work, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.server = Server(self.folder)
        self.source = Mortal(self.folder, options, random_times(kills, 10, seconds, chance) + [seconds + 5], chance)
        self.taker, self.reader = Taker(self.server.url, self.folder), Reader(self.server.url)
        self.player = Player(self.server.url, seconds + 60, build, self.work)

    def start(self):
        self.source.start()
        wait(lambda: (self.folder / "index.m3u8").exists(), 30)
        self.taker.start()
        self.reader.start()
        self.player.start()

    def finish(self):
        self.source.join()
        time.sleep(12)  # players lag
        seen = self.player.stop()
        self.reader.join(60)
        self.taker.on = False
        self.taker.join()
        self.server.stop()
        return self.account(seen)

    def account(self, seen):
        published = self.taker.pictures(self.work)
        lives = self.source.lives
        lost = []
        for start, end in lives[:-1]:
            known = [utc for utc in published if start <= utc <= end]
            lost.append(end - (known[-1] if known else start))
        shown = set(self.reader.cards)
        expected = [utc for utc in published if shown and utc >= min(shown)]
        still, (_, last) = standstills(seen["looks"], lives[0][0]), seen["looks"][-1]
        result = {
            "kills": len(lives) - 1, "lost": sorted(lost), "requests": self.taker.requests, "faults": self.taker.faults,
            "rules": self.taker.broken,
            "reported": self.source.reported, "pictures": len(published), "in order": published == sorted(set(published)),
            "ffmpeg": {"pictures": len(self.reader.cards), "missing": len(set(expected) - shown),
                       "in order": self.reader.cards == sorted(shown), "said": self.reader.said.splitlines(),
                       "to the end": bool(shown) and max(shown) == published[-1]},
            "player": {"still": sum(length for _, length in still), "missing": lives[-1][1] - lives[0][0] - len(published) / 30,
                       "behind": last["end"] - last["time"], "standstills": still, "last": last, "refused": seen["refused"],
                       "fatal": [one for one in seen["said"] if one[2]], "said": len(seen["said"]),
                       "kinds": collections.Counter(one[3] for one in seen["said"]).most_common(20)},
            "lives": [[start - lives[0][0], end - lives[0][0]] for start, end in lives],
        }
        (self.work / "account.json").write_text(json.dumps(result, indent=1))
        (self.work / "player.json").write_text(json.dumps(seen))
        return result


def measure(work, build, minutes, kills, seed):
    chance = random.Random(seed)
    trials = [Trial(name, options, minutes * 60, kills, work, build, chance)
              for name, options in OPTIONS.items()]
    for trial in trials:
        trial.start()
    return {trial.name: trial.finish() for trial in trials}

"""Checks a folder of HLS against RFC 8216 and draft-pantos-hls-rfc8216bis: hls_check.py FOLDER

Prints, for each media playlist, its name and the sum of its EXTINF; fails with a list of errors. As a module: `Folder` for one
look, `Watcher` for many, as a player has them, and for the values that must not change between two looks.
"""
import math
import os
import re
import sys
import time


class Wrong(Exception):
    pass


def demand(condition, *what):
    if not condition:
        raise Wrong(" ".join(map(str, what)))


def attributes(text):
    found = {}
    for name, quoted, plain in re.findall(r'([A-Z0-9-]+)=(?:"([^"]*)"|([^,"]*))(?:,|$)', text):
        demand(name not in found, "attribute twice:", text)
        found[name] = quoted or plain
    return found


class Media:
    def __init__(self, folder, name, text=None):
        self.folder, self.name = folder, name
        self.text = open(os.path.join(folder, name)).read() if text is None else text
        demand(self.text.startswith("#EXTM3U\n") and self.text.endswith("\n"), name, "is cut off")
        self.tags, self.segments, self.ended, self.hint = {}, [], False, None
        segment, current, version = self.fresh(), None, 1
        for line in self.text.splitlines()[1:]:
            tag, _, value = line.partition(":")
            if not line.startswith("#"):
                demand(segment["duration"] is not None, name, "a URI without EXTINF", line)
                self.segments.append(dict(segment, uri=line, map=current))
                segment = self.fresh()
            elif tag == "#EXTINF":
                demand(re.fullmatch(r"\d+\.\d+,", value), name, "EXTINF", value)
                segment["duration"] = float(value[:-1])
            elif tag == "#EXT-X-DISCONTINUITY":
                segment["discontinuities"] += 1
            elif tag == "#EXT-X-GAP":
                segment["gap"] = True
                version = max(version, 8)
            elif tag == "#EXT-X-MAP":
                current = attributes(value)["URI"]
                version = max(version, 6)
            elif tag == "#EXT-X-PROGRAM-DATE-TIME":
                demand(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value), name, value)
                segment["date"] = value
            elif tag == "#EXT-X-PART":
                segment["parts"].append(attributes(value))
            elif tag == "#EXT-X-PRELOAD-HINT":
                self.hint = attributes(value)["URI"]
            elif tag == "#EXT-X-ENDLIST":
                self.ended = True
            else:
                demand(tag not in self.tags, name, "twice:", tag)
                demand(not self.segments or tag not in ("#EXT-X-MEDIA-SEQUENCE", "#EXT-X-DISCONTINUITY-SEQUENCE"), name,
                       tag, "behind a segment")
                self.tags[tag] = value
        self.open = dict(segment, map=current)
        demand(segment["duration"] is None, name, "EXTINF without a URI")
        demand(int(self.tags["#EXT-X-VERSION"]) >= max(version, 3), name, "its version is too low")
        self.target = int(self.tags["#EXT-X-TARGETDURATION"])
        self.sequence = int(self.tags.get("#EXT-X-MEDIA-SEQUENCE", 0))
        self.discontinuity = int(self.tags.get("#EXT-X-DISCONTINUITY-SEQUENCE", 0))
        number = self.discontinuity
        for offset, segment in enumerate(self.segments):
            number += segment["discontinuities"]
            segment["number"], segment["discontinuity"] = self.sequence + offset, number
        self.check()

    @staticmethod
    def fresh():
        return {"duration": None, "discontinuities": 0, "gap": False, "date": None, "parts": []}

    def parts(self):
        """Those that can be loaded."""
        return [part["URI"] for segment in self.segments + [self.open] for part in segment["parts"]
                if part.get("GAP") != "YES"]

    def total(self):
        return sum(segment["duration"] for segment in self.segments)

    def check(self):
        for segment in self.segments:
            demand(math.floor(segment["duration"] + 0.5) <= self.target, self.name, "longer than TARGETDURATION:", segment)
        kind = self.tags.get("#EXT-X-PLAYLIST-TYPE")
        demand(kind in (None, "EVENT", "VOD"), kind)
        demand(kind != "VOD" or self.ended, "VOD without an end")
        low = self.tags.get("#EXT-X-PART-INF")
        if low is None:
            demand(not any(segment["parts"] for segment in self.segments), self.name, "parts without PART-INF")
            return
        part_target = float(attributes(low)["PART-TARGET"])
        control = attributes(self.tags["#EXT-X-SERVER-CONTROL"])
        demand(control["CAN-BLOCK-RELOAD"] == "YES", control)
        demand(float(control["PART-HOLD-BACK"]) >= 3 * part_target - 1e-6, self.name, "PART-HOLD-BACK")
        demand(float(control["HOLD-BACK"]) >= 3 * self.target, self.name, "HOLD-BACK")
        demand(float(control["CAN-SKIP-UNTIL"]) >= 6 * self.target, self.name, "CAN-SKIP-UNTIL")
        demand(self.ended or self.hint, self.name, "no hint")
        after = sum(float(part["DURATION"]) for part in self.open["parts"])
        for segment in reversed(self.segments):
            parts = [float(part["DURATION"]) for part in segment["parts"]]
            demand(not parts or after < 3 * self.target, self.name, "parts of old segments", segment["uri"])
            after += segment["duration"]
            if parts:
                # A part without pictures is left out of the sum.
                demand(sum(parts) - segment["duration"] < 0.005 * len(parts), self.name, "parts make no segment:", segment)
        for segment in self.segments + [self.open]:
            parts = segment["parts"]
            for index, part in enumerate(parts):
                length = float(part["DURATION"])
                demand(length <= part_target + 1e-6, self.name, "a part longer than PART-TARGET", part, part_target)
                exempt = index == len(parts) - 1 or "YES" in (part.get("GAP"), part.get("INDEPENDENT"))
                demand(exempt or length >= 0.85 * part_target, self.name, "a part shorter than 85 %", part, part_target)

    def files(self):
        """Yield the files that the playlist promises and a player can load."""
        for segment in self.segments + [self.open]:
            if not segment["gap"] and "uri" in segment:
                yield segment["uri"]
            if segment["map"] and ("uri" in segment or segment["parts"]) and not segment["gap"]:
                yield segment["map"]
            for part in segment["parts"]:
                if part.get("GAP") != "YES":
                    yield part["URI"]


class Folder:
    def __init__(self, folder, master="index.m3u8"):
        self.folder = folder
        text = open(os.path.join(folder, master)).read()
        demand(text.startswith("#EXTM3U\n") and text.endswith("\n"), master, "is cut off")
        self.variants, self.sound, pending = [], [], None
        for line in text.splitlines():
            tag, _, value = line.partition(":")
            if tag == "#EXT-X-STREAM-INF":
                pending = attributes(value)
                demand(int(pending["BANDWIDTH"]) >= int(pending["AVERAGE-BANDWIDTH"]) > 0, line)
            elif tag == "#EXT-X-MEDIA":
                self.sound.append(attributes(value))
            elif not line.startswith("#"):
                demand(pending, master, "a URI without STREAM-INF")
                self.variants.append(dict(pending, uri=line))
                pending = None
        demand(self.variants, "no variants")
        names = [v["uri"] for v in self.variants] + [s["URI"] for s in self.sound]
        self.media = {name: Media(folder, name) for name in dict.fromkeys(names)}
        for tag in ("#EXT-X-TARGETDURATION", "#EXT-X-SERVER-CONTROL", "#EXT-X-PART-INF", "#EXT-X-PLAYLIST-TYPE",
                    "#EXT-X-INDEPENDENT-SEGMENTS"):  # 6.2.4
            reported = {media.tags.get(tag) for media in self.media.values()}
            demand(len(reported) == 1, tag, "differs:", reported)
        dated = {any(segment["date"] for segment in media.segments) for media in self.media.values() if media.segments}
        demand(len(dated) <= 1, "EXT-X-PROGRAM-DATE-TIME is not in all playlists")
        groups = {s["GROUP-ID"] for s in self.sound}
        for variant in self.variants:
            demand(variant.get("AUDIO") in groups | {None}, "AUDIO names no group")

    def check_files(self):
        for media in self.media.values():
            for name in media.files():
                demand(os.path.getsize(os.path.join(self.folder, name)) > 0, media.name, "names", name, "which is empty")


class Watcher:
    """Looks repeatedly and compares: each look must agree with what a player read before."""

    def __init__(self, folder, realtime=True):
        self.realtime = realtime
        self.folder, self.known, self.last, self.looks, self.parting = folder, {}, {}, 0, {}

    def look(self):
        try:
            names = [name for name in os.listdir(self.folder) if name.endswith(".m3u8") and name != "index.m3u8"]
        except FileNotFoundError:
            return
        self.looks += 1
        for name in names:
            media = Media(self.folder, name)
            before = self.last.get(name)
            for file in media.files():
                path = os.path.join(self.folder, file)
                demand(os.path.exists(path), name, "names", file, "which is not there")
                demand(os.path.getsize(path) == self.known.setdefault(file, os.path.getsize(path)), file, "changed its size")
            if before is not None and before.text != media.text:
                self.compare(before, media)
                left = set(before.parts()) - set(media.parts())
                self.parting.update({part: time.monotonic() + 3 * media.target for part in left if self.realtime})
            self.last[name] = media
        for part, until in list(self.parting.items()):  # 6.2.2
            if time.monotonic() > until:
                del self.parting[part]
            else:
                demand(os.path.exists(os.path.join(self.folder, part)), part, "went too early")
        if os.path.exists(os.path.join(self.folder, "index.m3u8")):
            Folder(self.folder)

    @staticmethod
    def compare(before, media):
        demand(media.sequence >= before.sequence, media.name, "MEDIA-SEQUENCE went back")
        for tag in set(media.tags) | set(before.tags):  # 6.2.1
            if tag not in ("#EXT-X-MEDIA-SEQUENCE", "#EXT-X-DISCONTINUITY-SEQUENCE"):
                demand(media.tags.get(tag) == before.tags.get(tag), media.name, tag, "changed:", before.tags.get(tag),
                       media.tags.get(tag))
        if media.sequence > before.sequence and not media.ended:  # 6.2.2
            demand(media.total() >= 3 * media.target - 1e-6, media.name, "is shorter than three target durations")
        demand(media.sequence + len(media.segments) >= before.sequence + len(before.segments), media.name, "segments went away")
        reported = {segment["number"]: segment for segment in before.segments}
        for segment in media.segments:
            old = reported.get(segment["number"])
            if old:
                for key in ("uri", "duration", "discontinuity", "gap", "map", "date"):
                    demand(old[key] == segment[key], media.name, "changed", key, "of", segment["uri"], old[key], segment[key])


if __name__ == "__main__":
    try:
        folder = Folder(sys.argv[1])
        folder.check_files()
    except Wrong as wrong:
        sys.exit(f"{sys.argv[1]}: {wrong}")
    for name, media in sorted(folder.media.items()):
        print(f"{name} {len(media.segments)} {media.total():.6f}")

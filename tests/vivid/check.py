#!/usr/bin/python3
"""The recordings that guest.sh made with sl-webcam hold the virtual cameras' pictures: check.py FOLDER. Prints the age of frames."""

import json
import pathlib
import re
import sys

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "bindings/python"))
import streamlib  # noqa: E402

folder = pathlib.Path(sys.argv[1])
failures = []
RED = {"rgb24": [255, 0, 0], "rgba": [255, 0, 0, 255], "gray": [54], "gray16le": [54 << 8]}  # luma by BT.709
RED_YUV = (82, 90, 240)  # BT.601, limited range


def check(what, good, reported=""):
    if not good:
        failures.append(f"{what}: {reported}")


class Recording:
    """All of a recorded stream; a Reader checks order and counts."""

    def __init__(self, name):
        self.name = name
        with open(folder / name, "rb", buffering=0) as file:
            (stream,) = [self._take(stream) for stream in streamlib.Reader(file)]
        self.track, self.end = stream.tracks[1], stream.end
        self.pts = [frame.pts for frame in self.frames]

    def _take(self, stream):
        items = list(stream.items())
        self.frames = [item for item in items if isinstance(item, streamlib.Frame)]
        self.events = [item.json for item in items if getattr(item, "type", 0) == streamlib.EVENT]
        return stream

    def events_named(self, event):
        return [one for one in self.events if one["event"] == event]

    def stopped(self):
        return self.end.get("stopped", False)


def check_red(recording):
    track, (frame,) = recording.track, recording.frames
    name = track["pixels"]
    planes = frame.planes
    if name in RED:
        expected = [numpy.array(RED[name])]
    elif name in ("yuyv422", "uyvy422"):
        y, u, v = RED_YUV
        expected = [numpy.array([y, u, y, v] if name == "yuyv422" else [u, y, v, y])]
        planes = [planes[0].reshape(track["height"], -1, 4)]
    elif name == "nv12":
        expected = [numpy.array(RED_YUV[0]), numpy.array(RED_YUV[1:])]
        planes = [planes[0], planes[1].reshape(planes[1].shape[0], -1, 2)]
    else:
        expected = [numpy.array(value) for value in RED_YUV]
    # A driver's 10 bits are made 16 by repeating the upper ones.
    tolerance = 54 if name == "gray16le" else 1
    for plane, value in zip(planes, expected):
        worst = numpy.abs(plane.astype(int) - value).max()
        check(recording.name, worst <= tolerance, f"{name} is {worst} off: {plane[0, 0]} where {value} is due")


def check_list():
    devices = [json.loads(line) for line in (folder / "list.jsonl").read_text().splitlines()]
    check("--list", [device["bus"] for device in devices] == ["platform:vivid-000", "platform:vivid-001"], devices)
    formats = {one["fourcc"]: one for one in devices[0]["formats"]}
    check("--list", formats["YUYV"]["sent_as"] == "yuyv422" and formats["BA81"]["sent_as"] is None, formats.keys())
    sizes = {tuple(size["least"]): size["rates"] for size in formats["YUYV"]["sizes"]}
    check("--list", (640, 360) in sizes and {"least": [25, 2], "most": [25, 2]} in sizes[1280, 720], sizes)
    controls = {one["name"]: one for one in devices[0]["controls"]}
    check("--list", controls["brightness"] == {"name": "brightness", "kind": "integer", "value": 128, "minimum": 0,
                                               "maximum": 255, "default": 128}, controls["brightness"])
    check("--list", {"value": 7, "name": "100% Red"} in controls["test_pattern"]["items"], controls["test_pattern"])
    text = (folder / "list.txt").read_text()
    for line in ("  YUYV, YUYV 4:2:2: sent as yuyv422", "    1280x720: 1, 2, 4, 5, 10, 12.5", "cannot be sent",
                 "    brightness=128  0 to 255, usually 128"):
        check("--list", line in text, f"does not tell \"{line}\"")


def check_formats():
    recordings = sorted(folder.glob("vivid-00?-*.slw"))
    kinds = {path.name[:9] for path in recordings}
    check("formats", len(recordings) >= 35 and kinds == {"vivid-000", "vivid-001"}, f"{len(recordings)} of {kinds}")
    for path in recordings:
        check_red(Recording(path.name))
    multiplanar = {path.name[10:-4] for path in recordings if path.name.startswith("vivid-001")}
    check("formats", {"NM12", "NM21", "YM12", "YM21", "YM24"} <= multiplanar, f"multi-planar: {multiplanar}")
    limited, rec709 = Recording("limited.slw").track["color"], Recording("rec709.slw").track["color"]
    check("colour", (limited["primaries"], limited["transfer"], limited["matrix"]) == (1, 1, 0), limited)
    check("colour", (rec709["primaries"], rec709["transfer"], rec709["matrix"], rec709["range"]) ==
          (1, 1, 1, "limited"), rec709)


def check_times():
    one = Recording("times.slw")
    track = one.track
    check("times", track["live"] and track["time_base"] == [1, 1000000] and track["rate"] == [25, 1], track)
    check("times", track["clock"]["id"].startswith("monotonic:") and track["source"] == "platform:vivid-000", track)
    check("--duration", one.pts[0] == 0 and one.pts[-1] < 1000000 and 15 < len(one.pts) <= 25, one.pts)
    check("--duration", not one.stopped(), "is reported as an interrupt")
    first = one.frames[0].capture
    for frame in one.frames:
        check("times", frame.pts == (frame.capture - first) // 1000 and frame.duration == 40000, frame.pts)
    steps = numpy.diff([frame.capture for frame in one.frames]) / numpy.diff([frame.number for frame in one.frames])
    # The driver's thread may be late, in a busy machine by most of a frame.
    check("times", numpy.all(steps > 0) and abs(steps.mean() - 40e6) < 4e6, f"frames are {steps} ns apart")
    check("times", all(abs((frame.wall - one.frames[0].wall) - (frame.capture - first)) < 50e6 for frame in one.frames),
          "wall clock and capture times do not agree")
    check("stamps", track["meta"]["stamp"] == "end of frame" and track["clock"]["uncertainty_ns"] == 40000000, track)
    late = Recording("exposure.slw").track
    check("stamps", late["meta"]["stamp"] == "start of exposure" and late["clock"]["uncertainty_ns"] == 1000000, late)


def check_numbers():
    """Check that every number from the first to the last is a frame, or is in an EVENT for dropped frames."""
    for name in ("dropped.slw", "slow.slw", "times.slw", "back.slw"):
        one = Recording(name)
        numbers = [frame.number for frame in one.frames]
        lost = [number for event in one.events_named("dropped") for number in range(event["from"], event["to"] + 1)]
        check(name, sorted(numbers + lost) == list(range(numbers[0], numbers[-1] + 1)), f"{numbers}, lost {lost}")
        if name in ("dropped.slw", "slow.slw"):
            check(name, lost, "no frame is reported as dropped")


def check_ends():
    check("an interrupt", Recording("stopped.slw").stopped(), "END does not say so")
    check("photo.jpg", (folder / "photo.jpg").read_bytes()[:2] == b"\xff\xd8")
    # The first two went to files, which keep their whole frames but get no ABORT.
    for name, status in (("error.slw", 65), ("unplugged.slw", 65), ("silent.slw", 79)):
        reader, frames, ticks = streamlib.Reader(open(folder / name, "rb", buffering=0)), [], 0
        try:
            while (record := reader.next()) is not None:
                ticks += record.type == streamlib.EVENT and record.json["event"] == "tick"
                if record.type in (streamlib.ROWS, streamlib.BYTES) and (done := reader.gather(record)) is not None:
                    frames.append(done)
            check(name, False, "is a whole stream")
        except streamlib.StreamError as error:
            check(name, error.status == status, f"{error.status}: {error}")
        if name == "silent.slw":
            check(name, not frames and ticks >= 2, f"{len(frames)} frames, {ticks} ticks")
        else:
            check(name, len(frames) >= 2, f"only {len(frames)} frames were kept")
        if name == "error.slw":
            check(name, any(frame.damaged for frame in frames), "no frame is damaged")


def check_fields():
    one = Recording("fields.slw")
    check("fields", one.track["fields"] == "bottom" and one.track["width"] == 720, one.track)
    check("fields", one.track["sample_aspect"] == [10, 11] and one.track["rate"] == [30000, 1001], one.track)
    pal = Recording("pal.slw")
    check("fields", pal.track["fields"] == "top" and pal.track["rate"] == [25, 1], pal.track)
    check("fields", pal.track["sample_aspect"] == [295, 324], pal.track)  # 59/54, 480 lines of 576
    check("fields", all(frame.flags & streamlib.TOP_FIRST for frame in pal.frames), "flags of frames")
    check("fields", all(frame.flags & streamlib.INTERLACED and not frame.flags & streamlib.TOP_FIRST
                        for frame in one.frames), "flags of frames")


def check_back():
    one = Recording("back.slw")
    gaps = one.events_named("gap")
    after = [frame.pts for frame in one.frames if frame.flags & streamlib.DISCONTINUITY]
    check("--reconnect", len(gaps) == 2 and after == [gap["to"] for gap in gaps], f"{gaps}, {after}")
    check("--reconnect", gaps[1]["to"] - gaps[1]["from"] > 2000000, gaps)
    check("--reconnect", one.events_named("tick"), "was silent meanwhile")
    check("--reconnect", one.stopped() and one.pts == sorted(set(one.pts)), one.pts)


def tell_age():
    lines = [json.loads(line) for line in (folder / "tap.jsonl").read_text().splitlines()]
    ages = sorted(line["age"] * 1000 for line in lines)
    print(f"age at sl-tap over the start of exposure, ms: median {ages[len(ages) // 2]:.1f}, {ages[0]:.1f} to {ages[-1]:.1f}")
    check("age", 0 <= ages[0] and ages[len(ages) // 2] < 500, ages)


for part in (check_list, check_formats, check_times, check_numbers, check_ends, check_fields, check_back, tell_age):
    try:
        part()
    except Exception as error:  # the other parts are looked at all the same
        failures.append(f"{part.__name__}: {type(error).__name__}: {error}")
sys.exit("\n".join(failures) or 0)

"""Writes a film on the wire to standard output, for the tests of encoding: film_wire.py [NAME=VALUE...]

A moving pattern and a tone. Names: size, frames, pixels, base (time base N/D), times (comma-separated pts), step (pts from
one frame to the next), duration, rate, color (primaries,transfer,matrix,range,chroma), track (JSON, merged into the
video's), sound (samples format, or none), sound_rate, channels, seconds, audio_times (offset of each block in samples,
added from that block on: BLOCK:OFFSET,...), fail (ABORT after that frame), stop (END reports an interrupt), live,
raw (a file for the exact samples of the video), streams.
"""
import json
import os
import sys

import numpy

sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import streamlib  # noqa: E402

options = dict(size="64x48", frames="25", pixels="yuv420p", base="1/25", times="", step="1", duration="", rate="",
               color="1,1,1,limited,left", track="{}", sound="none", sound_rate="48000", channels="2", seconds="",
               audio_times="", fail="", stop="", live="", raw="", streams="1", wait="")
for word in sys.argv[1:]:
    name, _, value = word.partition("=")
    assert name in options, name
    options[name] = value

width, height = map(int, options["size"].split("x"))
count = int(options["frames"])
base = [int(part) for part in options["base"].split("/")]
times = [int(time) for time in options["times"].split(",")] if options["times"] else \
    [int(options["step"]) * number for number in range(count)]
primaries, transfer, matrix, span, chroma = options["color"].split(",")
extra = json.loads(options["track"])
if options["rate"]:
    extra["rate"] = [int(part) for part in options["rate"].split("/")]
if options["live"]:
    extra["live"] = True
form = streamlib.pixel_formats[options["pixels"]]
rate, channels = int(options["sound_rate"]), int(options["channels"])
sound = options["sound"] if options["sound"] != "none" else None
seconds = float(options["seconds"] or len(times) * int(options["step"]) * base[0] / base[1])
offsets = dict(map(int, pair.split(":")) for pair in options["audio_times"].split(",") if pair)


def picture(number):
    planes = []
    for shape in form.shapes(width, height):
        y, x = numpy.mgrid[0:shape[0], 0:shape[1]]
        value = (x * 3 + y * 2 + number * 5) % 200 + 20
        if len(shape) == 3:
            value = numpy.stack([(value + 60 * c) % 200 + 20 for c in range(shape[2])], axis=2)
        if form.bits == 32:
            planes.append((value / 255).astype(form.dtype))
        else:
            planes.append((value << (form.bits - 8) if form.bits > 8 else value).astype(form.dtype))
    return planes


def tone(first, samples):
    wave = numpy.sin(2 * numpy.pi * 440 * numpy.arange(first, first + samples) / rate) * 0.5
    wave = numpy.repeat(wave[:, None], channels, axis=1)
    if sound == "f32le":
        return wave.astype("<f4")
    if sound == "u8":
        return (wave * 127 + 128).astype("u1")
    return (wave * (2 ** 15 - 1)).astype("<i2") if sound == "s16le" else (wave * (2 ** 31 - 1)).astype("<i4")


raw = open(options["raw"], "wb") if options["raw"] else None
with streamlib.Writer(1, tool="film_wire") as out:
    for _ in range(int(options["streams"])):
        out.begin()
        if count:
            out.track(1, streamlib.video(options["pixels"], width, height, time_base=base, primaries=int(primaries),
                                         transfer=int(transfer), matrix=int(matrix), range=span, chroma=chroma, **extra))
        if sound:
            out.track(2, {"kind": "audio", "codec": "raw", "time_base": [1, rate], "samples": sound,
                          "sample_rate": rate, "channels": channels})
        block, done, shift = 1024, 0, 0
        total = round(seconds * rate) if sound else 0
        blocks = 0

        def send_sound(until):
            global done, blocks, shift
            while done < min(until, total):
                samples = min(block, total - done)
                shift = offsets.get(blocks, shift)
                out.picture(2, tone(done, samples), number=blocks, pts=done + shift)
                done += samples
                blocks += 1

        for number, pts in enumerate(times if count else []):
            if options["fail"] and number == int(options["fail"]):
                raise RuntimeError("made to fail")
            if options["wait"] and number:
                import time
                time.sleep(float(options["wait"]))
            planes = picture(number)
            if raw:
                for plane in planes:
                    raw.write(plane.tobytes())
            length = int(options["duration"]) if options["duration"] else (
                times[number + 1] - pts if number + 1 < len(times) else int(options["step"]))
            out.picture(1, planes if len(planes) > 1 else planes[0], number=number, pts=pts, duration=length)
            send_sound(round((pts - times[0]) * base[0] / base[1] * rate) + rate // 4)
        send_sound(total)
        out.end(stopped=bool(options["stop"]))

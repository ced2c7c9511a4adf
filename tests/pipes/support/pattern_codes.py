#!/usr/bin/env python3
"""Looks at what sl-pattern made: pattern_codes.py bars | clicks FILM | tone WAV."""
import subprocess
import sys
import wave

import numpy

sys.path.insert(0, f"{__import__('os').environ['SL_SOURCE']}/bindings/python")


def planes(arguments, width, height):
    """Y, U, V of one frame of YUV 4:4:4."""
    pattern = subprocess.Popen(["sl-pattern", *arguments, "--size", f"{width}x{height}", "--pixels", "yuv444p"],
                               stdout=subprocess.PIPE)
    bytes_ = subprocess.run(["sl-encode", ".y4m"], stdin=pattern.stdout, stdout=subprocess.PIPE, check=True).stdout
    assert pattern.wait() == 0
    start = bytes_.index(b"FRAME\n") + 6
    return numpy.frombuffer(bytes_, numpy.uint8, 3 * width * height, start).reshape(3, height, width)


def bars():
    # 75 % bars in 8 bits, white to blue: BT.601 and BT.709 (ITU-R BT.1729 and SMPTE RP 219 give the same codes).
    sd = [(180, 128, 128), (162, 44, 142), (131, 156, 44), (112, 72, 58), (84, 184, 198), (65, 100, 212), (35, 212, 114)]
    hd = [(180, 128, 128), (168, 44, 136), (145, 147, 44), (133, 63, 52), (63, 193, 204), (51, 109, 212), (28, 212, 120)]
    full = [(235, 128, 128), (210, 16, 146), (170, 166, 16), (145, 54, 34), (106, 202, 222), (81, 90, 240), (41, 240, 110)]
    for name, arguments, width, height, y, lefts, expected in (
            ("smpte75", [], 700, 480, 100, range(50, 700, 100), sd),
            ("smpte75", ["--standard", "bt709"], 700, 480, 100, range(50, 700, 100), hd),
            ("smpte100", [], 700, 480, 100, range(50, 700, 100), full),
            ("smpte-hd", [], 1120, 720, 100, range(140 + 60, 980, 120), hd)):
        picture = planes([name, *arguments], width, height)
        found = [tuple(int(v) for v in picture[:, y, x]) for x in lefts]
        if found != expected:
            sys.exit(f"{name} {arguments}: {found} instead of {expected}")
    # PLUGE of EG 1: 4 % below and above black.
    picture = planes(["smpte75"], 840, 480)
    found = [int(picture[0, 450, x]) for x in (620, 660, 700, 740)]
    if found != [7, 16, 25, 16]:
        sys.exit(f"PLUGE: {found}")


def clicks(film):
    """Check that each click begins with the frame that flashes, within the delay of a codec."""
    sound = subprocess.run(["ffmpeg", "-v", "error", "-i", film, "-ac", "1", "-f", "s16le", "-"], check=True,
                           stdout=subprocess.PIPE).stdout
    loud = numpy.abs(numpy.frombuffer(sound, numpy.int16).astype(int)) > 3000
    for second in (0, 1):
        first = int(numpy.argmax(loud[second * 48000 - (4800 if second else 0):])) + second * 48000 - (4800 if second else 0)
        if abs(first - second * 48000) > 480:
            sys.exit(f"the click of second {second} is at sample {first}")
    luma = subprocess.run(["ffmpeg", "-v", "error", "-i", film, "-vf", "crop=64:16:200:500,scale=1:1,format=gray", "-f",
                           "rawvideo", "-"], check=True, stdout=subprocess.PIPE).stdout
    bright = [n for n, value in enumerate(luma) if value > 200]
    if 0 not in bright or 25 not in bright:
        sys.exit(f"flashes at frames {bright}")


def tone(name):
    with wave.open(name) as file:
        samples = numpy.frombuffer(file.readframes(48000), numpy.int16)[::file.getnchannels()] / 32768
    spectrum = numpy.abs(numpy.fft.rfft(samples)) / (len(samples) / 2)
    peak = int(numpy.argmax(spectrum))
    level = 20 * numpy.log10(spectrum[peak])
    if len(samples) != 48000 or peak != 1000 or abs(level + 18) > 0.01:
        sys.exit(f"{len(samples)} samples, {peak} Hz at {level} dBFS")


{"bars": bars, "clicks": clicks, "tone": tone}[sys.argv[1]](*sys.argv[2:])

#!/usr/bin/python3
"""Sound that begins with the picture, later and earlier, in every codec and container: as many samples as the source, at the
same distance from the picture, decoded, as packets in another file, and as packets of the wire."""

import concurrent.futures
import os
import subprocess
import sys

import numpy

sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings/python"))
import streamlib  # noqa: E402

RATE, SAMPLES = 48000, 36000
# A container whose name for a codec says which samples are not heard: the count is exact.
EXACT = {"mp4": "aac mp3 opus", "mov": "aac pcm", "mkv": "opus flac pcm", "webm": "opus", "nut": "flac", "avi": "pcm"}
# The others keep what the encoder added: silence before the start, and the last packet to its end.
OTHERS = {"mp4": "ac3", "mkv": "aac vorbis", "ts": "aac mp3 ac3 opus", "flv": "aac mp3", "nut": "aac opus vorbis"}
MOST_ADDED = 2 * 1152
SOURCES = {"together": "sl-join picture.nut sound.wav", "late": "sl-decode late.nut", "early": "sl-decode early.nut"}


def run(command):
    return subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, stdin=subprocess.DEVNULL)


def measure(command):
    """(samples, seconds from the white picture to the beep) of a stream; a text if it failed."""
    done = run(f"{command} > {(name := f'wire-{hash(command) & 0xffffffff}.slw')}")
    if done.returncode != 0:
        return done.stderr.decode()
    samples, beep, white = 0, None, None
    with open(name, "rb") as file:
        stream = next(iter(streamlib.Reader(file)))
        for item in stream.items():
            if not isinstance(item, streamlib.Frame):
                continue
            track = stream.tracks[item.track]
            time = item.pts * track["time_base"][0] / track["time_base"][1]
            if track["kind"] == "video":
                white = time if white is None and item.planes[0].mean() > 120 else white
                continue
            values = numpy.asarray(item.samples, float).reshape(-1, track["channels"])[:, 0]
            values /= {"s16le": 2**15, "s32le": 2**31, "f32le": 1}[track["samples"]]
            loud = numpy.flatnonzero(numpy.abs(values) > 0.2)
            beep = time + loud[0] / RATE if beep is None and len(loud) else beep
            samples += len(values)
    os.remove(name)
    return samples, beep - white


def make_sources():
    time = numpy.arange(SAMPLES) / RATE
    beep = numpy.where((time >= 0.4) & (time < 0.5), 0.5 * numpy.sin(2000 * numpy.pi * time), 0).astype("<f4")
    subprocess.run("ffmpeg -v error -f f32le -ar 48000 -ac 1 -i - -c:a pcm_s16le sound.wav".split(), input=beep.tobytes(), check=True)
    for command in ("-f lavfi -i color=black:s=64x48:r=25:d=0.76 -vf drawbox=c=white:t=fill:enable='eq(n\\,10)' -c:v ffv1 picture.nut",
                    "-i picture.nut -itsoffset 0.3 -i sound.wav -c copy late.nut", "-itsoffset 0.3 -i picture.nut -i sound.wav -c copy early.nut"):
        done = run(f"ffmpeg -v error -nostdin {command}")
        if done.returncode != 0:
            sys.exit(done.stderr.decode())


def check(case):
    suffix, codec, start, exact = case
    name = f"{start}-{codec}.{suffix}"
    what = f"{codec} in .{suffix}, {start}"
    done = run(f"{SOURCES[start]} | sl-encode --audio-codec {codec} -o {name}")
    if done.returncode != 0:
        return [f"{what}: {done.stderr.decode()}"]
    ways = {"decoded": f"sl-decode {name}", "packed again": f"sl-decode --packets {name} | sl-encode -o again-{name} && sl-decode again-{name}",
            "by the wire": f"sl-decode --packets {name} | sl-decode"}
    failures, found = [], {way: measure(command) for way, command in ways.items()}
    for way, result in found.items():
        if isinstance(result, str):
            failures.append(f"{what}, {way}: {result}")
            continue
        added = result[0] - SAMPLES
        if added if exact else not 0 <= added <= MOST_ADDED:
            failures.append(f"{what}, {way}: {result[0]} samples of {SAMPLES}")
        if result[0] != found["decoded"][0]:
            failures.append(f"{what}, {way}: {result[0]} samples, and decoded {found['decoded'][0]}")
        if abs(result[1] - expected[start]) > 0.0006:  # half a tick of a millisecond, and less than a sample
            failures.append(f"{what}, {way}: the beep is {result[1]:.5f} s after the picture, not {expected[start]:.5f}")
    return failures


make_sources()
expected = {start: measure(command)[1] for start, command in SOURCES.items()}
cases = [(suffix, codec, start, table is EXACT) for table in (EXACT, OTHERS) for suffix, codecs in table.items()
         for codec in codecs.split() for start in SOURCES if suffix != "avi" or start == "together"]  # AVI has no times
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    failures = [line for lines in pool.map(check, cases) for line in lines]
print(f"{len(cases)} cases, {len(failures)} failures")
sys.exit("\n".join(failures[:40]) or 0)

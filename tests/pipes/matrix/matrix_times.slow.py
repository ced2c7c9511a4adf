#!/usr/bin/python3
"""Sound comes out as ffmpeg decodes it, sample after sample, in every container: no rounding of times cuts or fills it."""

import subprocess
import sys

import numpy

failures = []
ATTACKS = "aevalsrc='0.6*sin(2*PI*(300+200*t)*t)*(0.3+0.7*exp(-20*mod(t,0.25)))':s={rate}:d=2"
# Suffix, codec, rates.
SOUNDS = [("ogg", "libvorbis", (16000, 22050, 48000)), ("mkv", "libvorbis", (44100,)), ("opus", "libopus", (48000,)),
          ("webm", "libopus", (48000,)), ("ts", "aac", (44100, 48000)), ("ts", "mp2", (44100,)), ("ts", "ac3", (44100,)),
          ("ac3", "ac3", (44100,)), ("aac", "aac", (22050,)), ("flv", "aac", (44100,)), ("mkv", "aac", (44100,)),
          ("mp3", "libmp3lame", (22050, 44100)), ("avi", "libmp3lame", (44100,)), ("avi", "pcm_s16le", (44100,)),
          ("flac", "flac", (44100,)), ("nut", "flac", (22050,)), ("mkv", "pcm_s16le", (44100,)), ("mpg", "mp2", (44100,))]


def check(what, good, reported=""):
    if not good:
        failures.append(f"{what}: {reported}")


def run(command):
    return subprocess.run(command, shell=True, executable="/bin/bash", capture_output=True, stdin=subprocess.DEVNULL)


def make(name, arguments):
    made = run(f"ffmpeg -v error -y {arguments} {name}")
    check(f"{name} cannot be made", made.returncode == 0, made.stderr.decode())
    return name


def samples(name):
    raw = run(f"ffmpeg -v error -i {name} -map 0:a:0 -f f32le -").stdout
    return numpy.frombuffer(raw[:len(raw) // 4 * 4], "<f4")


def same(ours, theirs):
    """Whether the samples of one are those of the other, within the rounding of 16 bits; an encoder's delay at the start and
    padding at the end may be cut or kept."""
    size = min(len(ours), len(theirs))
    for shift in sorted(range(-2400, 2401), key=abs):
        a, b = ours[max(shift, 0):], theirs[max(-shift, 0):]
        size = min(len(a), len(b))
        if size and numpy.abs(a[3000:3300] - b[3000:3300]).max() < 2 / 32768 and numpy.abs(a[:size] - b[:size]).max() < 2 / 32768:
            return abs(len(ours) - len(theirs)) <= 2400
    return False


for suffix, codec, rates in SOUNDS:
    for rate in rates:
        name = make(f"{codec}-{rate}.{suffix}", f"-f lavfi -i \"{ATTACKS.format(rate=rate)}\" -ac 1 -c:a {codec}")
        wanted = samples(name)
        for way, command in {"decoded": f"sl-encode -o out.wav {name}",
                             "by packets": f"sl-decode --packets {name} | sl-decode | sl-encode -o out.wav"}.items():
            done = run(f"set -o pipefail; {command}")
            check(f"{name} {way}", done.returncode == 0 and not done.stderr, done.stderr.decode())
            got = samples("out.wav")
            check(f"{name} {way}", same(got, wanted), f"{len(got)} samples for {len(wanted)}, or others")

sys.exit("\n".join(failures) or 0)

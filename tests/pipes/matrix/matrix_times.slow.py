#!/usr/bin/python3
"""Times and samples through decoding, packets and encoding.

Sound comes out as ffmpeg decodes it, sample after sample, in every container: no rounding of times cuts or fills it.
Tracks are announced as their first frames are, though the container's header says something else.
"""

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

# The header lacks the colours (VP8), or has other samples than the decoder (layer II as stream type 3, by FFmpeg).
PICTURE = "-f lavfi -i testsrc2=s=96x64:r=25:d=1"
for name, arguments in {"vp8.webm": f"{PICTURE} -f lavfi -i sine=d=1 -c:v libvpx -deadline realtime -cpu-used 8 -c:a libvorbis",
                        "layer2.ts": f"{PICTURE} -f lavfi -i sine=d=1 -c:v libx264 -preset ultrafast -c:a mp2 -ac 1"}.items():
    make(name, arguments)
    for way, command in {"a file": f"sl-encode -o out.mkv {name}", "a pipe": f"cat {name} | sl-decode | sl-encode -o out.mkv",
                         "packets": f"sl-decode --packets {name} | sl-decode | sl-encode -o out.mkv",
                         "a range": f"sl-decode {name} --range 0s:9s | sl-encode -o out.mkv"}.items():
        done = run(f"rm -f out.mkv; set -o pipefail; {command}")
        check(f"{name} from {way}", done.returncode == 0, done.stderr.decode())
        frames = run("ffprobe -v error -select_streams v -count_frames -show_entries stream=nb_read_frames -of csv=p=0 out.mkv")
        check(f"{name} from {way}", frames.stdout.strip() == b"25", f"{frames.stdout} pictures")
        check(f"{name} from {way}", len(samples("out.mkv")) > 40000, f"{len(samples('out.mkv'))} samples")

# Sound without a decoder is left out of a film, and reported.
make("known.mov", f"{PICTURE} -f lavfi -i sine=d=1 -c:v mpeg4 -c:a pcm_f32le")
with open("known.mov", "rb") as known, open("unknown.mov", "wb") as unknown:
    unknown.write(known.read().replace(b"fl32", b"zzzz"))
done = run("sl-encode -o unknown.mkv unknown.mov")
check("sound without a decoder", done.returncode == 0 and done.stderr.count(b"\n") == 1 and b"left out" in done.stderr, done.stderr)
for arguments in "--audio", "--stream 1":
    done = run(f"sl-decode {arguments} unknown.mov > none")
    check(arguments, done.returncode == 65 and b"codec zzzz; --stream" in done.stderr, done.stderr)

sys.exit("\n".join(failures) or 0)

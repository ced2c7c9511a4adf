#!/usr/bin/python3
"""Times and samples through decoding, packets and encoding.

Sound comes out as ffmpeg decodes it, sample after sample, in every container: no rounding of times cuts or fills it.
Tracks are announced as their first frames are, though the container's header says something else. A flash and a click stay
together, whatever container they come from and go to. A stream may begin inside a packet.
"""

import re
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
            check(f"{name} {way}", done.returncode == 0 and b"sound:" not in done.stderr, done.stderr.decode())
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
check("sound without a decoder", done.returncode == 0 and done.stderr.count(b"stream 1, sound, is left out") == 1, done.stderr)
for arguments in "--audio", "--stream 1":
    done = run(f"sl-decode {arguments} unknown.mov > none")
    check(arguments, done.returncode == 65 and b"codec zzzz; --stream" in done.stderr, done.stderr)


def apart(name):
    """Seconds from the flash to the click."""
    shown = run(f"ffmpeg -i {name} -map 0:v -vf scale=1:1,format=gray,showinfo -f null - -map 0:a "
                "-af aresample=48000:async=1:first_pts=0 -ac 1 -f s16le pipe:1")
    frames = re.findall(r"pts_time:(\S+).*?mean:\[(\d+)", shown.stderr.decode())
    flash = next((float(time) for time, mean in frames if int(mean) > 128), None)
    sound = numpy.frombuffer(shown.stdout, "<i2").astype(int)
    click = numpy.flatnonzero(numpy.abs(sound) > 5000)
    return None if flash is None or not len(click) else click[0] / 48000 - flash


# A flash and a click, from starts that are not 0, negative ones (AAC's delay) and with pictures out of order.
EVENT = ("-f lavfi -i \"color=black:s=64x48:r=25:d=2,drawbox=c=white:t=fill:enable='between(n,25,27)'\" "
         "-f lavfi -i \"aevalsrc='if(between(t,1,1.12),0.8*sin(6000*t),0)':s=48000:d=2\" -c:v libx264 -preset veryfast -bf 2")
for name, arguments in {"at-0.mp4": f"{EVENT} -c:a aac", "at-11.ts": f"{EVENT} -c:a mp2 -output_ts_offset 10",
                        "at-1.4.mkv": f"{EVENT} -c:a libopus -output_ts_offset 1.4", "at-0.flv": f"{EVENT} -c:a aac"}.items():
    make(name, arguments)
    wanted = apart(name)
    for way, command in {"encoded": "sl-decode {} | sl-encode -o {}", "by packets": "sl-decode --packets {} | sl-encode -o {}"}.items():
        for suffix in ["mp4", "mkv", "avi"] if way == "encoded" else ["mp4", "mkv"]:
            out = f"out.{suffix}"
            done = run(f"rm -f {out}; set -o pipefail; {command.format(name, out)}")
            check(f"{name} {way} to {suffix}", done.returncode == 0, done.stderr.decode())
            got = apart(out) if done.returncode == 0 else None
            check(f"{name} {way} to {suffix}", got is not None and abs(got - wanted) < 0.03, f"{got} s apart instead of {wanted}")

make("whole.ts", f"-f lavfi -i testsrc2=s=96x64:r=25:d=4 -f lavfi -i sine=d=4 -c:v libx264 -preset veryfast -g 10 -c:a aac")
with open("whole.ts", "rb") as file:
    whole = file.read()
middle = len(whole) // 376 * 188
for begin, end in (0, 0), (1, 0), (60, 0), (187, 0), (0, -100), (60, -100):
    with open("part.ts", "wb") as file:
        file.write(whole[middle + begin:len(whole) + end])
    done = run("set -o pipefail; cat part.ts | sl-decode --video | sl-info --frames --json - > part.json")
    check(f"a part from {begin} to {end}", (done.returncode == 0) == (end == 0), done.stderr.decode())
for suffix, codec in ("ac3", "ac3"), ("aac", "aac"), ("mp3", "libmp3lame"):
    make(f"whole.{suffix}", f"-f lavfi -i sine=d=2 -c:a {codec} -write_xing 0" if suffix == "mp3" else f"-f lavfi -i sine=d=2 -c:a {codec}")
    done = run(f"tail -c +500 whole.{suffix} > part.{suffix}; sl-encode -o part.wav part.{suffix}")
    check(f"{suffix} from inside a frame", done.returncode == 0, done.stderr.decode())
    check(f"{suffix} from inside a frame", len(samples("part.wav")) > 60000, f"{len(samples('part.wav'))} samples")

sys.exit("\n".join(failures) or 0)

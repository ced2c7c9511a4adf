#!/usr/bin/python3
"""sl-filter against ffmpeg with the same graph: every frame's samples, and its time."""

import fractions
import subprocess
import sys

import films

PICTURE_GRAPHS = ["scale=80:-2", "vflip", "hqdn3d,transpose", "fps=10", r"select=not(mod(n\,10))", "setpts=2*PTS",
                  "format=rgb24", "format=gray16le", "bwdif=send_field", "tinterlace", "trim=start=1:end=2", "reverse",
                  "color=red:s=32x32:d=3:r=25[box];[in][box]overlay=shortest=1"]
SOUND_GRAPHS = ["volume=0.5", "aresample=22050", "highpass=f=200,atempo=1.5", "pan=stereo|c0=c0|c1=0.5*c0", "atrim=start=0.5:end=1"]
failures = []


def check(name, what, ours, theirs):
    if ours != theirs:
        failures.append(f"{name}: {what} is {ours!r}, of ffmpeg {theirs!r}")


def lines(command):
    return subprocess.run(command, shell=True, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout.splitlines()


def frames(film, graph, number=1):
    return [line.split() for line in lines(f"sl-filter '{graph}' {film} | $SL_PYTHON $SL_SOURCE/tests/pipes/support/frame_hashes.py {number}")]


def reference(film, graph):
    rows = lines(f"ffmpeg -v error -i {film} -an -vf '{graph}' -fps_mode passthrough -copyts -enc_time_base -1 -f framemd5 -")
    base = [fractions.Fraction(row.split()[2]) for row in rows if row.startswith("#tb 0:")][0]
    return base, [row.replace(" ", "").split(",") for row in rows if not row.startswith("#")]


def time_base(film, graph):
    import json
    track = json.loads(lines(f"sl-filter '{graph}' {film} | sl-info --json")[0])["tracks"][0]
    return fractions.Fraction(*track["time_base"])


def check_pictures(film, graph):
    ours, (base, theirs) = frames(film, graph), reference(film, graph)
    check(f"{film} {graph}", "number of frames", len(ours), len(theirs))
    own_base = time_base(film, graph)
    for own, other in zip(ours, theirs):
        check(f"{film} {graph}", f"frame at {own[0]}", (int(own[0]) * own_base, own[2]), (int(other[2]) * base, other[5]))


made = films.make("b-frames.mp4", "turned.mp4", "full-range.mkv", "odd-10-bit.webm", "variable.mkv", "interlaced.mkv")
for graph in PICTURE_GRAPHS:
    check_pictures("b-frames.mp4", graph)
for film in made:
    for graph in ["scale=100:76", "hflip"]:
        check_pictures(film, graph)

check_pictures("interlaced.mkv", "bwdif=send_frame:deint=interlaced")

# Lengths: those of the pictures if the graph leaves times alone, distances otherwise.
for graph, expected in [("hflip", {"512"}), ("setpts=2*PTS", {"1024"}), ("bwdif=send_field", {"512"}), ("tinterlace", {"1024"})]:
    check(graph, "durations", {row[1] for row in frames("b-frames.mp4", graph)}, expected)
plain = lines("sl-decode --video variable.mkv | $SL_PYTHON $SL_SOURCE/tests/pipes/support/frame_hashes.py 1")
check("variable.mkv", "times", [row[:2] for row in frames("variable.mkv", "negate")], [row.split()[:2] for row in plain])

# FFmpeg plays the padding of the last packet too.
samples = lines("ffprobe -v error -select_streams a:0 -show_entries stream=duration_ts -of csv=p=0 b-frames.mp4")[0]
for graph in SOUND_GRAPHS:
    ours = lines(f"sl-filter '{graph}' b-frames.mp4 | $SL_PYTHON $SL_SOURCE/tests/pipes/support/frame_hashes.py --sound 2")[0].split()
    theirs = lines(f"ffmpeg -v error -i b-frames.mp4 -vn -af 'atrim=end_sample={samples},{graph}' -f f32le - | md5sum")[0].split()[0]
    check(graph, "sound", ours[2], theirs)

# Everything else passes unchanged; sound can become pictures.
untouched = "$SL_PYTHON $SL_SOURCE/tests/pipes/support/frame_hashes.py 2"
check("sound", "beside a filter", lines(f"sl-filter scale=64:-2 b-frames.mp4 | {untouched}"), lines(f"sl-decode b-frames.mp4 | {untouched}"))
check("showwaves", "frames", len(frames("b-frames.mp4", "showwaves=s=64x48:r=25", 2)) > 60, True)
sys.exit("\n".join(failures) or 0)

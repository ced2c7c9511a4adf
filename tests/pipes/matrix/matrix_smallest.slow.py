#!/usr/bin/python3
"""The smallest films and sounds in every container, into a file, a shell's file and a pipe: ffmpeg and sl-decode read them
without an error, and every frame is there. What is smaller than its own index tries how the index gets its place."""

import concurrent.futures
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings/python"))
import streamlib

FILM = "/usr/bin/python3 $SL_SOURCE/tests/pipes/support/film_wire.py size=18x18 rate=25/1"  # no less: FFmpeg's decoder of Theora
WIRES = {  # pictures and samples that are in them
    "still": ("test-photo 18 18 | sl-decode", 1, 0),
    "one": (f"{FILM} frames=1", 1, 0),
    "film": (f"{FILM} frames=4", 4, 0),
    "live": (f"{FILM} frames=4 live=1", 4, 0),
    "talkie": (f"{FILM} frames=4 sound=s16le level=0", 4, 7680),
    "0.3 s": (f"{FILM} frames=0 sound=s16le channels=1 level=0 seconds=0.3", 0, 14400),
    "3 s": (f"{FILM} frames=0 sound=s16le channels=1 level=0 seconds=3", 0, 144000),
    "60 s": (f"{FILM} frames=0 sound=s16le channels=1 level=0 seconds=60", 0, 2880000),
}
NO_PICTURES, NO_SOUND = {"m4a", "mka", "oga", "opus", "wav", "flac", "mp3"}, {"gif", "y4m", "mjpeg"}
PLACES = {
    "file": 'sl-encode -q -o "{file}" {options} "{wire}"',
    "shell": 'sl-encode -q .{suffix} {options} "{wire}" > "{file}"',
    "pipe": 'sl-encode -q .{suffix} {options} "{wire}" | cat > "{file}"',
}
# Other ways in which muxers make room for an index, or write back what they know at the end.
OPTIONS = {
    "flv": ["flvflags=add_keyframe_index"],
    "mp4": ["movflags=frag_keyframe+global_sidx", "movflags=frag_keyframe+empty_moov", "moov_size=20000"],
    "mkv": ["reserve_index_space=20", "reserve_index_space=2000", "cluster_size_limit=300"],
    "wav": ["rf64=always", "write_peak=on", "write_bext=1"],
    "avi": ["reserve_index_space=0", "reserve_index_space=2000"],
}
# In a pipe nothing can be moved: these are refused.
MOVING = {"flvflags=add_keyframe_index", "movflags=frag_keyframe+global_sidx"}


def run(command):
    return subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, stdin=subprocess.DEVNULL)


def by_ffmpeg(file, pictures, samples):
    """Pictures and samples; any error is a failure."""
    read = f"ffmpeg -v error -xerror -err_detect explode -i '{file}'"
    found, errors = [0, 0], b""
    if pictures:
        done = run(f"{read} -map 0:v -fps_mode passthrough -f framecrc -")
        found[0] = sum(not line.startswith(b"#") for line in done.stdout.splitlines())
        errors += done.stderr + b"status" * (done.returncode != 0)
    if samples:
        done = run(f"{read} -map 0:a -ac 1 -ar 48000 -f s16le -")
        found[1] = len(done.stdout) // 2
        errors += done.stderr + b"status" * (done.returncode != 0)
    return *found, errors.decode()


def by_us(file):
    process = subprocess.Popen(["sl-decode", file], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    pictures = samples = 0
    try:
        for stream in streamlib.Reader(process.stdout):
            for frame in stream:
                track = stream.tracks[frame.track]
                if track["kind"] == "video":
                    pictures += 1
                elif track["kind"] == "audio":
                    samples += len(frame.samples) * 48000 // track["sample_rate"]
    except streamlib.StreamError:
        pass
    error = process.stderr.read().decode()
    return pictures, samples, error + "status" * (process.wait() != 0)


def attempt(case):
    suffix, wire, place, options = case
    _, pictures, samples = WIRES[wire]
    if suffix in NO_SOUND:
        samples = 0
    file = f"{suffix} {wire} {place} {options.split('=')[-1]}.{suffix}"
    command = PLACES[place].format(file=file, suffix=suffix, wire=f"{wire}.slw", options=options and f"--option {options}")
    done = run(command)
    if options in MOVING and place != "file":
        told = done.stderr.decode()
        return "" if done.returncode == 64 and "only a file named by -o" in told else f"{case}: {done.returncode}: {told}"
    if done.returncode:
        return f"{case}: status {done.returncode}: {done.stderr.decode()}"
    told = []
    if suffix == "wav" and place != "file":
        # A stream's header cannot state its length, so readers that count take the end for damage.
        data = os.path.getsize(file) - 2 * samples
        return "" if 44 <= data <= 200 else f"{case}: {data} bytes beside the samples"
    for reader, (seen, heard, error) in (("ffmpeg", by_ffmpeg(file, pictures, samples)), ("sl-decode", by_us(file))):
        # Codecs of sound fill their last frame, some with the first one too.
        if seen != pictures or not samples - 200 <= heard <= samples + 2400 * bool(samples) or error:
            told.append(f"{case}: {reader}: {seen} pictures of {pictures}, {heard} samples of {samples} {error.strip()}")
    os.unlink(file)
    return "\n".join(told)


for name, (command, _, _) in WIRES.items():
    run(f"{command} > '{name}.slw'").check_returncode()
text = " ".join(subprocess.run(["sl-encode", "--help"], capture_output=True, text=True, check=True).stdout.split())
suffixes = re.search(r"Film and sound:((?: \.\w+)+)\.", text).group(1).replace(".", "").split()
cases = []
suffixes.remove("pcm")  # bare samples, which say nothing of their form: pcm.sh reads them
for suffix in suffixes:
    for wire, (_, pictures, samples) in WIRES.items():
        if (not pictures and suffix in NO_SOUND) or (not samples and suffix in NO_PICTURES) or (
                pictures and samples and suffix in NO_PICTURES | NO_SOUND):
            continue
        places = ["file"] if wire in ("60 s", "live") else list(PLACES)
        cases += [(suffix, wire, place, "") for place in places]
        if wire in ("one", "talkie", "0.3 s"):
            cases += [(suffix, wire, place, options) for options in OPTIONS.get(suffix, [])
                      for place in (["file", "pipe"] if options in MOVING else ["file"])]
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    failures = [told for told in pool.map(attempt, cases) if told]
print(f"{len(cases)} cases, {len(failures)} failed")
sys.exit("\n".join(failures) or 0)

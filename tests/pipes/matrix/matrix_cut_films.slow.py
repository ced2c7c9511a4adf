#!/usr/bin/python3
"""Every container: whole, cut at 40 places, joined to another one, and with a length that its writer did not know."""

import random
import subprocess

import broken_files
import films

PLACES = 40
SPOOLED = b"its index comes last"


def decode(data, name=None):
    """The bytes on a pipe, or from a file of this name."""
    if name is None:
        return broken_files.run(["sl-decode"], data)
    with open(name, "wb") as file:
        file.write(data)
    return broken_files.run(["sl-decode", name], b"")


def words(result):
    return b"" if SPOOLED in result.stderr and result.stderr.count(b"\n") == 1 else result.stderr


def cut(film, data, size, place, is_boundary, announces, through_pipe):
    result = decode(data[:size], None if through_pipe else f"{place}-{film}")
    name = f"{film} cut at {size} of {len(data)}{' on a pipe' if through_pipe else ''}"
    if result and result.returncode == 0 and not announces and (is_boundary or words(result)):
        return
    if result and result.returncode == 65 and SPOOLED in result.stderr:
        result.stderr = b"\n".join(line for line in result.stderr.split(b"\n") if SPOOLED not in line)
    broken_files.judge(name, result, {65})


def whole(film, data, through_pipe):
    result = decode(data, None if through_pipe else f"whole-{film}")
    if not result or result.returncode != 0 or words(result):
        broken_files.failures.append(f"{film}: a whole one: {result and (result.returncode, result.stderr)}")
    return len(result.stdout) if result else 0


def joined(film, data, through_pipe):
    one = whole(film, data, through_pipe)
    result = decode(data + data, None if through_pipe else f"joined-{film}")
    if not result or result.returncode != 0 or words(result) or len(result.stdout) < 1.9 * one:
        broken_files.failures.append(f"{film}: two joined: {result and (result.returncode, result.stderr, len(result.stdout), one)}")


def with_tail(film, data):
    result = decode(data + b"not a film" * 30)
    if not result or result.returncode != 0 or b"300 bytes after the film are skipped" not in result.stderr:
        broken_files.failures.append(f"{film}: garbage behind it: {result and (result.returncode, result.stderr)}")


def open_length(name, data, samples, through_pipe):
    """A sound whose length is not known gives all its samples; cut inside a sample it fails."""
    result = decode(data, None if through_pipe else name)
    broken_files.judge(f"{name}: open length", result, {0})
    if result and len(result.stdout) < samples:
        broken_files.failures.append(f"{name}: open length: {len(result.stdout)} bytes for {samples} of samples")


films.make_containers()
random.seed(1)
jobs = []
for film, (_, announces) in films.CONTAINERS.items():
    with open(film, "rb") as file:
        data = file.read()
    starts = [place for place in films.packet_places(film) if 0 < place < len(data)]
    chosen = sorted(set(random.sample(starts, min(len(starts), 12)) + starts[-1:]))
    last = [len(data) - 1, len(data) - 2, len(data) - 5]
    between = [len(data) * (2 * i + 1) // (2 * (PLACES - len(chosen) - 3)) for i in range(PLACES - len(chosen) - 3)]
    for place, size in enumerate(chosen + between + last):
        is_boundary = size in starts or (film == "film.mpg" and size % 2048 == 0)  # of its packs
        jobs.append(lambda f=film, d=data, s=size, p=place, b=is_boundary, a=announces: cut(f, d, s, p, b, a, p % 2 == 0))
    jobs += [lambda f=film, d=data, p=pipe: joined(f, d, p) for pipe in (True, False)]
    if film in ("film.mkv", "film.avi", "film.flv", "film.asf", "film.ogv", "sound.wav", "sound.aiff", "sound.mp3"):
        jobs.append(lambda f=film, d=data: with_tail(f, d))

with open("sound.wav", "rb") as file:
    wav = file.read()
at, samples = wav.index(b"data"), len(wav) - 200
for number, (riff, length) in enumerate(((0, 0), (2**32 - 1, 2**32 - 1), (0x7FFFF024, 0x7FFFF000), (0x80000024, 0x80000000))):
    data = wav[:4] + riff.to_bytes(4, "little") + wav[8:at + 4] + length.to_bytes(4, "little") + wav[at + 8:]
    jobs += [lambda n=number, d=data, p=pipe: open_length(f"open-{n}.wav", d, samples, p) for pipe in (True, False)]
for kind in ("w64", "au", "aiff", "wav", "wav -rf64 always"):
    command = f"ffmpeg -v error -i sound.wav -f {kind} - | cat"  # a pipe: FFmpeg cannot go back to the header
    data = subprocess.run(["bash", "-c", command], capture_output=True, check=True, stdin=subprocess.DEVNULL).stdout
    jobs += [lambda k=kind, d=data, p=pipe: open_length(f"open.{k[:3]}{len(k)}", d, samples, p) for pipe in (True, False)]

broken_files.in_parallel(jobs)
broken_files.finish()

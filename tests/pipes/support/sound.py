"""Films and sound for tests of pipes, made with the binding: their samples can be computed again."""

import os
import sys

import numpy

sys.path.insert(0, os.environ["SL_SOURCE"] + "/bindings/python")
import streamlib  # noqa: E402


def audio(samples="s16le", rate=48000, channels=2, **others):
    return {"kind": "audio", "codec": "raw", "time_base": [1, rate], "samples": samples, "sample_rate": rate,
            "channels": channels, **others}


def sound(count, channels=2, seed=1, samples="s16le"):
    """`count` samples of noise in all channels, over the whole range."""
    random = numpy.random.default_rng(seed)
    if samples == "f32le":
        return random.uniform(-1, 1, (count, channels)).astype("<f4")
    kind = streamlib.SAMPLE_TYPES[samples]
    limits = numpy.iinfo(kind)
    return random.integers(limits.min, limits.max, (count, channels), kind, True)


def cut(data, sizes):
    """Yield blocks of these sizes, in turn, each with its start."""
    start, turn = 0, 0
    while start < len(data):
        size = sizes[turn % len(sizes)]
        yield start, data[start:start + size]
        start, turn = start + size, turn + 1


def read(source):
    """Streams of a wire: (tracks, frames by track, events, stages, end) for each."""
    streams = []
    with open(source, "rb") if isinstance(source, str) else os.fdopen(source, "rb") as file:
        for stream in streamlib.Reader(file):
            frames, events = {}, []
            for item in stream.items():
                if isinstance(item, streamlib.Frame):
                    frames.setdefault(item.track, []).append(item)
                elif item.type == streamlib.EVENT:
                    events.append(item.json)
            streams.append((dict(stream.tracks), frames, events, list(stream.stages), stream.end))
    return streams


def joined(frames):
    return numpy.concatenate([frame.samples for frame in frames])

#!/usr/bin/env python3
"""Makes the conformance vectors of the wire format: *.slw beside this script, and vectors.json with their verdicts.

It shares no code with the readers it tests. Each broken vector breaks one rule of docs/wire-format.md. Run it again after
a change of the specification; the result is the same bytes every time."""

import json
import pathlib
import struct
import zlib

HERE = pathlib.Path(__file__).parent
MAGIC = b"\x89SLW\r\n\x1a\n"
TRACK, FRAME, ROWS, BYTES, END, ABORT, CLOSE, ATTACHMENT, EVENT, STAGE = 1, 2, 3, 4, 5, 6, 7, 0x80, 0x81, 0x82
NONE = -(1 << 63)
vectors = []


# ---- Bytes ----

def preamble(major=1, minor=0, flags=0):
    return MAGIC + struct.pack("<HHI", major, minor, flags)


def record(kind, body=b"", track=0, flags=0, length=None, padding=b"\0"):
    if isinstance(body, (dict, list)):
        body = dump(body)
    head = struct.pack("<BBHI", kind, flags, track, len(body) if length is None else length)
    return head + body + padding * (-len(body) % 8)


def dump(value):
    return json.dumps(value, separators=(",", ":")).encode()


def frame(track=1, number=0, pts=0, duration=NONE, dts=NONE, capture=NONE, wall=NONE, flags=1, offset=56, more=b""):
    return record(FRAME, struct.pack("<Q5q2I", number, pts, duration, dts, capture, wall, flags, offset) + more, track)


def rows(first, count, samples, track=1, flags=0, **others):
    return record(ROWS, struct.pack("<II", first, count) + samples, track, flags, **others)


def attachment(name, value, track=1, flags=0):
    return record(ATTACHMENT, name.encode() + b"\0" + value, track, flags)


def end(*counts, **others):
    """END for tracks 1, 2, ... of (frames, bytes[, damaged])."""
    tracks = {str(number): dict(zip(("frames", "bytes", "damaged"), (*count, 0)))
              for number, count in enumerate(counts, 1)}
    return record(END, {"tracks": tracks, "stages": [], **others})


def track(pixels="gray", width=3, height=2, *, number=1, without=(), **others):
    color = {"primaries": 2, "transfer": 2, "matrix": 2, "range": "full", "chroma": "unknown"}
    value = {"kind": "video", "codec": "raw", "time_base": [1, 1], "pixels": pixels, "width": width, "height": height,
             "color": color, "alpha": "none", **others}
    return record(TRACK, {name: member for name, member in value.items() if name not in without}, number)


def sound(number=1, **others):
    return record(TRACK, {"kind": "audio", "codec": "raw", "time_base": [1, 48000], "samples": "s16le",
                          "sample_rate": 48000, "channels": 2, **others}, number)


def data(number=1, **others):
    return record(TRACK, {"kind": "data", "codec": "application/json", "time_base": [1, 1000], **others}, number)


def samples(count, seed=1):
    return bytes((position * 37 + seed * 11) & 255 for position in range(count))


STAGE_RECORD = record(STAGE, {"tool": "vector", "version": "1", "host": "h"})
HEAD = preamble() + STAGE_RECORD
SIX = samples(6)
CLOSED = record(CLOSE)


# ---- The index ----

def save(name, content, entry):
    (HERE / f"{name}.slw").write_bytes(content)
    vectors.append({"file": f"{name}.slw", **entry})


def seen(flags=0, stages=1, stopped=False, **tracks):
    """What a reader finds in a stream: track1=(frames, bytes, damaged, [the samples of each plane])."""
    found = {name.removeprefix("track"): {"frames": count[0], "bytes": count[1], "damaged": count[2],
                                          "crc32": [f"{zlib.crc32(plane):08x}" for plane in count[3]]}
             for name, count in tracks.items()}
    return {"flags": flags, "stages": stages, "stopped": stopped, "tracks": found}


def valid(name, why, content, *streams):
    save(name, content, {"valid": True, "status": 0, "why": why, "streams": list(streams)})


def broken(name, why, content, status=76, pipe=None):
    """`status` from a regular file; from a pipe it is the same unless told."""
    entry = {"valid": False, "status": status, "why": why}
    save(name, content, entry if pipe is None else {**entry, "pipe_status": pipe})


def cut(name, why, content):
    broken(f"truncated-{name}", f"ends {why}", content, 65, 79)


# ---- Valid ----

RGB = bytes([255, 0, 0, 0, 0, 255])
STILL = (preamble() + record(STAGE, {"tool": "sl-decode", "version": "0.1.0", "host": "desk"}) +
         track("rgb24", 2, 1, color={"primaries": 1, "transfer": 13, "matrix": 0, "range": "full",
                                     "chroma": "unknown"}) +
         frame() + rows(0, 1, RGB, flags=1) +
         end((1, 6), stages=[{"tool": "sl-decode", "host": "desk", "command": "sl-decode dot.png", "cpu_seconds": 0.001,
                              "peak_memory": 3145728, "bytes_in": 75, "bytes_out": 360}]) + CLOSED)
valid("still", "the still of the specification's hexdump", STILL, seen(track1=(1, 6, 0, [RGB])))

BODY = HEAD + track() + frame() + rows(0, 2, SIX, flags=1)  # the base of most broken ones
TAIL = end((1, 6)) + CLOSED
valid("base", "the stream that most broken vectors are a change of", BODY + TAIL, seen(track1=(1, 6, 0, [SIX])))


def formats():
    """(name, bytes of a sample, largest value or None for float, planes as (components, shift_x, shift_y), alpha)."""
    def depth(bits):
        return {8: "", 32: "f32le"}.get(bits, f"{bits}le")

    def row(name, bits, planes, alpha):
        return name, {8: 1, 32: 4}.get(bits, 2), None if bits == 32 else (1 << bits) - 1, planes, alpha

    for name, bits, count in (("gray", 8, 1), ("ya8", 8, 2), ("rgb24", 8, 3), ("rgba", 8, 4), ("gray16le", 16, 1),
                              ("ya16le", 16, 2), ("rgb48le", 16, 3), ("rgba64le", 16, 4), ("grayf32le", 32, 1),
                              ("rgbf32le", 32, 3), ("rgbaf32le", 32, 4)):
        yield row(name, bits, [(count, 0, 0)], count in (2, 4))
    for name, shift, depths in (("420", (1, 1), (8, 9, 10, 12, 14, 16)), ("422", (1, 0), (8, 9, 10, 12, 14, 16)),
                                ("444", (0, 0), (8, 9, 10, 12, 14, 16)), ("410", (2, 2), (8,)), ("411", (2, 0), (8,)),
                                ("440", (0, 1), (8, 10, 12))):
        for bits in depths:
            yield row(f"yuv{name}p{depth(bits)}", bits, [(1, 0, 0), (1, *shift), (1, *shift)], False)
    for name, shift, depths in (("420", (1, 1), (8, 9, 10, 16)), ("422", (1, 0), (8, 9, 10, 12, 16)),
                                ("444", (0, 0), (8, 9, 10, 12, 16))):
        for bits in depths:
            yield row(f"yuva{name}p{depth(bits)}", bits, [(1, 0, 0), (1, *shift), (1, *shift), (1, 0, 0)], True)
    yield row("nv12", 8, [(1, 0, 0), (2, 1, 1)], False)
    yield "p010le", 2, 65535, [(1, 0, 0), (2, 1, 1)], False
    yield row("yuyv422", 8, [(4, 1, 0)], False)
    yield row("uyvy422", 8, [(4, 1, 0)], False)
    for bits in (8, 9, 10, 12, 14, 16, 32):
        yield row(f"gbrp{depth(bits)}", bits, [(1, 0, 0)] * 3, False)
    for bits in (8, 10, 12, 16, 32):
        yield row(f"gbrap{depth(bits)}", bits, [(1, 0, 0)] * 4, True)


def values(count, size, largest, seed):
    if largest is None:
        return struct.pack(f"<{count}f", *((position * 3 + seed) / 8 - 1 for position in range(count)))
    mask = 0xFFC0 if size == 2 and seed == 99 else largest
    return b"".join(((position * 2654435761 + seed * 40503 >> 7) & mask).to_bytes(size, "little")
                    for position in range(count))


def make_formats(width=5, height=3):
    table = list(formats())
    assert len(table) == 64  # as many as a stream may have tracks
    head, body, counts, tracks = HEAD, b"", [], {}
    for number, (name, size, largest, shape, alpha) in enumerate(table, 1):
        planes = [values(-(-width >> x) * components * -(-height >> y), size, largest, 99 if name == "p010le" else number)
                  for components, x, y in shape]
        total = sum(map(len, planes))
        head += track(name, width, height, number=number, alpha="straight" if alpha else "none")
        body += frame(number) + rows(0, height, b"".join(planes), number, 1)
        counts.append((1, total))
        tracks[f"track{number}"] = (1, total, 0, planes)
    valid("every-format", "every pixel format at 5x3, each a track: 64 of them", head + body + end(*counts) + CLOSED,
          seen(**tracks))


make_formats()

valid("one-pixel", "1x1", HEAD + track(width=1, height=1) + frame() + rows(0, 1, b"\x7f", flags=1) + end((1, 1)) + CLOSED,
      seen(track1=(1, 1, 0, [b"\x7f"])))

Y, U, V = samples(35, 2), samples(12, 3), samples(12, 4)
STRIPS = (frame() + rows(0, 2, Y[:10] + U[:3] + V[:3]) + rows(2, 4, Y[10:30] + U[3:9] + V[3:9]) +
          rows(6, 1, Y[30:] + U[9:] + V[9:], flags=1))
valid("strips", "yuv420p 5x7 in strips of 2, 4 and 1 rows",
      HEAD + track("yuv420p", 5, 7) + STRIPS + end((1, 59)) + CLOSED, seen(track1=(1, 59, 0, [Y, U, V])))
WHOLE = samples(8, 7)
valid("interlaced", "woven fields: strips of 4 rows in 4:2:0, the last one apart",
      HEAD + track("yuv420p", 1, 6, fields="top") + frame(flags=1 | 16 | 32) + rows(0, 4, Y[:4] + U[:2] + V[:2]) +
      rows(4, 2, Y[4:6] + U[2:3] + V[2:3], flags=1) + end((1, 12)) + CLOSED,
      seen(track1=(1, 12, 0, [Y[:6], U[:3], V[:3]])))

FRAMES = [samples(6, seed) for seed in (5, 6, 7)]
valid("animation", "three frames with durations and a loop count; number 2 was dropped on the way",
      HEAD + track(time_base=[1, 1000], loop=0, rate=[10, 1]) +
      b"".join(frame(number=number, pts=pts, duration=100) + rows(0, 2, picture, flags=1)
               for number, pts, picture in zip((0, 1, 3), (0, 100, 300), FRAMES)) +
      record(EVENT, {"event": "dropped", "from": 2, "to": 2, "count": 1, "why": "late"}, 1) + end((3, 18)) + CLOSED,
      seen(track1=(3, 18, 0, [b"".join(FRAMES)])))

SOUND = samples(24, 8)
valid("picture-and-sound", "two tracks, interleaved between the pieces of a frame",
      HEAD + track(time_base=[1, 25]) + sound(2) + frame() + rows(0, 1, SIX[:3]) + frame(2) + record(BYTES, SOUND[:8], 2) +
      rows(1, 1, SIX[3:], flags=1) + record(BYTES, SOUND[8:16], 2, 1) + frame(number=1, pts=1) + frame(2, 1, 4) +
      record(BYTES, SOUND[16:], 2) + rows(0, 2, FRAMES[0], flags=1) + record(BYTES, b"", 2, 1) + end((2, 12), (2, 24)) +
      CLOSED, seen(track1=(2, 12, 0, [SIX + FRAMES[0]]), track2=(2, 24, 0, [SOUND])))

MESSAGE = b'{"boxes":[]}'
valid("data-track", "data items, one of them empty, with metadata that has a place in the picture",
      HEAD + data(sparse=True) + frame(more=b'{"geometry":{"boxes":[[1,2,3,4]]},"n":"9007199254740993"}') +
      record(BYTES, MESSAGE, 1, 1) + frame(number=1, pts=5) + record(BYTES, b"", 1, 1) + end((2, 12)) + CLOSED,
      seen(track1=(2, 12, 0, [MESSAGE])))

valid("packets", "a compressed track: packets with dts, extradata, bit 0 of the preamble's flags",
      preamble(flags=1) + STAGE_RECORD +
      record(TRACK, {"kind": "video", "codec": "h264", "time_base": [1, 90000], "width": 16, "height": 16}, 1) +
      attachment("extradata", b"\1\x64\0\x0a") + frame(dts=-3003) + record(BYTES, SIX, 1, 1) +
      frame(number=1, pts=6006, dts=0, flags=0) + record(BYTES, WHOLE, 1, 1) + end((2, 14)) + CLOSED,
      seen(flags=1, track1=(2, 14, 0, [SIX + WHOLE])))

valid("packed", "a track that is packed without loss, bit 1 of the preamble's flags; its bytes are not looked at",
      preamble(flags=2) + STAGE_RECORD + track(codec="sl-lossless") + frame() + record(BYTES, SIX, 1, 1) + end((1, 6)) + CLOSED,
      seen(flags=2, track1=(1, 6, 0, [SIX])))

ONE = BODY + end((1, 6))
valid("sequence", "three streams of one writer", ONE + STILL[:-8] + ONE + CLOSED,
      seen(track1=(1, 6, 0, [SIX])), seen(track1=(1, 6, 0, [RGB])), seen(track1=(1, 6, 0, [SIX])))
valid("writers", "three writers share the pipe", ONE + CLOSED + STILL + ONE + CLOSED,
      seen(track1=(1, 6, 0, [SIX])), seen(track1=(1, 6, 0, [RGB])), seen(track1=(1, 6, 0, [SIX])))
valid("no-track", "a stream without tracks", HEAD + end() + CLOSED, seen())
valid("no-frame", "a track without frames", HEAD + track() + end((0, 0)) + CLOSED, seen(track1=(0, 0, 0, [b""])))
valid("no-stage", "no STAGE: ancillary records may be missing", preamble() + track() + end((0, 0)) + CLOSED,
      seen(stages=0, track1=(0, 0, 0, [b""])))
valid("stages", "a stream that came through three stages, one on a second input",
      HEAD + record(STAGE, {"tool": "b", "version": "2", "host": "h"}) +
      record(STAGE, {"tool": "c", "version": "3", "host": "elsewhere", "input": "2.1"}) + BODY[len(HEAD):] +
      end((1, 6), stages=[{"tool": "vector", "host": "h"},
                          {"tool": "b", "host": "h", "bytes_in": "18446744073709551615", "cpu_seconds": 1}]) + CLOSED,
      seen(stages=3, track1=(1, 6, 0, [SIX])))
valid("unknown-ancillary", "ancillary records that nobody knows, on the stream, a track, and a track that is not there",
      BODY[:-24] + record(0xF0, b"anything", 0, 0xFF) + record(0x83, b"x" * 13, 1) + record(0xFF, b"", 9) + BODY[-24:] +
      TAIL, seen(track1=(1, 6, 0, [SIX])))
valid("attachments", "on the stream and the track; replaced, removed, for one frame only, tied to the pixels",
      HEAD + attachment("note", b"hello", 0) + track() + attachment("icc", b"first") + attachment("icc", b"second") +
      attachment("exif", b"II*\0") + attachment("exif", b"") + attachment("gain.map-1_x", b"\0\1", flags=3) +
      BODY[len(HEAD) + len(track()):] + attachment("n" * 64, b"long") + TAIL, seen(track1=(1, 6, 0, [SIX])))
valid("events", "events, known and unknown, of the stream and of a track",
      BODY[:-24] + record(EVENT, {"event": "tick", "pts": 3}, 1) + record(EVENT, {"event": "from the future", "x": None}) +
      BODY[-24:] + TAIL, seen(track1=(1, 6, 0, [SIX])))
valid("minor-version", "a later minor version: unknown flags, members, and bytes before a frame's metadata",
      preamble(minor=7, flags=0xFFFFFFFC) + STAGE_RECORD + track(future={"a": [1, 2.5e3, None, True]}) +
      frame(flags=0xFFFFFFC1, offset=72, more=b"\xff" * 16 + b'{"k":1}') + rows(0, 2, SIX, flags=0xFD) + TAIL,
      seen(flags=0xFFFFFFFC, track1=(1, 6, 0, [SIX])))
BIG, LOW = (1 << 63) - 1, -(1 << 63) + 1
valid("extremes", "the largest and smallest times and numbers",
      HEAD + track(time_base=[2147483647, 2147483647]) + frame(number=0, pts=LOW, duration=BIG, dts=LOW, capture=LOW,
                                                               wall=LOW) + rows(0, 2, SIX, flags=1) +
      frame(number=(1 << 64) - 1, pts=BIG, duration=BIG, dts=BIG, capture=BIG, wall=BIG, flags=0) +
      rows(0, 2, FRAMES[0], flags=1) + end((2, 12)) + CLOSED, seen(track1=(2, 12, 0, [SIX + FRAMES[0]])))
valid("damaged", "a damaged strip, and a frame that was damaged already: two of three frames",
      HEAD + track() + frame() + rows(0, 1, SIX[:3], flags=2) + rows(1, 1, SIX[3:], flags=1) +
      frame(number=1, pts=1, flags=5) + rows(0, 2, FRAMES[0], flags=1) + frame(number=2, pts=2) +
      rows(0, 2, FRAMES[1], flags=1) + end((3, 18, 2)) + CLOSED,
      seen(track1=(3, 18, 2, [SIX + FRAMES[0] + FRAMES[1]])))
valid("stopped", "ended by an interrupt, and whole", BODY + end((1, 6), stopped=True) + CLOSED,
      seen(stopped=True, track1=(1, 6, 0, [SIX])))
valid("track-again", "a TRACK equal to the one in force, then one of another size; a late track",
      BODY + track() + track(width=4) + attachment("icc", b"again") + frame(number=1, pts=1) +
      rows(0, 2, WHOLE, flags=1) + data(2) + frame(2) + record(BYTES, b"!", 2, 1) + end((2, 14), (1, 1)) + CLOSED,
      seen(track1=(2, 14, 0, [SIX + WHOLE]), track2=(1, 1, 0, [b"!"])))
valid("track-members", "every member of a video and an audio TRACK",
      HEAD + track("rgba", 1, 1, alpha="premultiplied", live=True, sparse=False, source="camera 1", language="de",
                   clock={"id": "monotonic:0f3c", "uncertainty_ns": "9007199254740993"}, title="caf\u00e9 \U0001f600",
                   disposition=["default"], meta={"key": "value"}, bits=8, rate=[30000, 1001], sample_aspect=[4, 3],
                   orientation=6, fields="progressive", loop=3, hdr={"max_cll": 1000}) +
      sound(2, layout="stereo", live=True) + frame() + rows(0, 1, b"\1\2\3\4", flags=1) + end((1, 4), (0, 0)) + CLOSED,
      seen(track1=(1, 4, 0, [b"\1\2\3\4"]), track2=(0, 0, 0, [b""])))
valid("json-numbers", "numbers at the edge: 2^53, long fractions and exponents, digits in strings",
      HEAD + record(TRACK, track()[8:].rstrip(b"\0")[:-1] + b',"x":[9007199254740992,-9007199254740992,0.12345678901234567890,'
                    b'1.5e-00000000000000000007,12345678901234567890e2,"\\"12345678901234567890"]}', 1) +
      BODY[len(HEAD) + len(track()):] + TAIL, seen(track1=(1, 6, 0, [SIX])))
DEEP = json.loads("[" * 15 + "]" * 15)
valid("json-deep", "JSON that is 16 deep", HEAD + track(meta_deep=DEEP) + BODY[len(HEAD) + len(track()):] + TAIL,
      seen(track1=(1, 6, 0, [SIX])))
valid("hostile-samples", "values above the depth, NaN and infinities: samples are not checked",
      HEAD + track("yuv420p10le", 2, 2) + track("grayf32le", 2, 2, number=2) + frame() +
      rows(0, 2, b"\xff" * 12, flags=1) + frame(2) +
      rows(0, 2, struct.pack("<4I", 0x7FC00000, 0x7F800000, 0xFF800000, 1), 2, 1) + end((1, 12), (1, 16)) + CLOSED,
      seen(track1=(1, 12, 0, [b"\xff" * 8, b"\xff" * 2, b"\xff" * 2]),
           track2=(1, 16, 0, [struct.pack("<4I", 0x7FC00000, 0x7F800000, 0xFF800000, 1)])))


# ---- Endings ----

CAUSE = {"tool": "sl-decode", "host": "h", "code": 65, "message": "photo.jpg: truncated after row 280 of 442"}
for name, why, content in (
        ("header", "in the header", HEAD + track()), ("frame", "in mid-frame", BODY[:-24]),
        ("after-end", "after END", ONE), ("first", "as the first record", preamble())):
    broken(f"abort-{name}", f"ABORT {why}", content + record(ABORT, CAUSE), 79)
broken("abort-signal", "ABORT of a stage that died of a signal", BODY + record(ABORT, {**CAUSE, "code": None, "signal": 9}), 79)
broken("abort-second-stream", "ABORT in the second stream", ONE + HEAD + record(ABORT, CAUSE), 79)

cut("empty", "before the first byte", b"")
cut("magic", "in the magic", MAGIC[:5])
cut("preamble", "in the preamble", preamble()[:12])
cut("after-preamble", "after the preamble", preamble())
cut("header", "in a record's header", HEAD + track()[:5])
cut("json", "in a TRACK", HEAD + track()[:40])
cut("after-track", "after a TRACK", HEAD + track())
cut("frame", "in a FRAME", HEAD + track() + frame()[:30])
cut("before-rows", "between FRAME and ROWS", HEAD + track() + frame())
cut("rows-prefix", "in the prefix of ROWS", BODY[:-12])
cut("samples", "in the samples", BODY[:-4])
cut("padding", "in the padding of ROWS", BODY[:-1])
cut("before-end", "before END", BODY)
cut("before-close", "after END, before CLOSE", ONE)
cut("close", "in CLOSE", ONE + CLOSED[:3])
cut("second-writer", "in the preamble of the second writer", ONE + CLOSED + preamble()[:3])
cut("between-streams", "in the preamble of the second stream", ONE + preamble()[:9])
cut("mid-frame-writer", "in mid-frame, where another writer begins", BODY[:-24] + BODY + TAIL)


# ---- Damaged starts ----

GOOD = BODY + TAIL
broken("magic-terminal", "a terminal wrote 0D 0A for 0A (ssh -t)", GOOD.replace(b"\n", b"\r\n"))
broken("magic-text-filter", "a text filter wrote 0A for 0D 0A", GOOD.replace(b"\r\n", b"\n"))
broken("magic-latin1", "a text encoding wrote C2 89 for 89", GOOD.decode("latin-1").encode("utf-8"))
broken("magic-replaced", "a text encoding wrote EF BF BD for 89", GOOD.decode("utf-8", "replace").encode("utf-8"))
broken("magic-utf16", "a text encoding wrote UTF-16", b"\xff\xfe" + GOOD.decode("latin-1").encode("utf-16-le"))
broken("magic-seven-bits", "the eighth bits are gone", bytes(byte & 127 for byte in GOOD))
broken("magic-text-before", "text before the magic", b"Welcome to edge-7!\r\n" + GOOD)
broken("magic-foreign", "another format", b"\x89PNG\r\n\x1a\n" + bytes(24))
broken("major-version", "major version 2", preamble(major=2) + GOOD[16:])
broken("major-zero", "major version 0", preamble(major=0) + GOOD[16:])


# ---- Records ----

def instead(old, new):
    """The base stream with one record replaced."""
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


T, F, R = track(), frame(), rows(0, 2, SIX, flags=1)
for kind in (0x00, 0x08, 0x7F):
    broken(f"unknown-critical-{kind:02x}", f"critical type 0x{kind:02x}", HEAD + record(kind, b"?") + GOOD[len(HEAD):])
for kind, name in ((STAGE, "stage"), (END, "end"), (ABORT, "abort"), (CLOSE, "close")):
    body = {STAGE: {"tool": "t", "version": "1", "host": "h"}, END: {"tracks": {"1": {"frames": 1, "bytes": 6, "damaged": 0}},
                                                                     "stages": []}, ABORT: CAUSE, CLOSE: b""}[kind]
    before = {STAGE: preamble(), END: BODY, ABORT: BODY, CLOSE: ONE}[kind]
    broken(f"track-number-{name}", f"{name.upper()} with a track number", before + record(kind, body, 1) +
           {STAGE: GOOD[16:], END: CLOSED}.get(kind, b""))
broken("track-number-zero", "TRACK 0", instead(T, track(number=0)))
for name, piece in (("frame", frame(2)), ("rows", rows(0, 2, SIX, 2, 1)), ("bytes", record(BYTES, b"!", 2, 1)),
                    ("attachment", attachment("icc", b"x", 2)), ("event", record(EVENT, {"event": "tick"}, 2))):
    broken(f"no-such-track-{name}", f"{name.upper()} of a track that does not exist", BODY + piece + TAIL)
broken("padding", "padding that is not zero", instead(R, rows(0, 2, SIX, flags=1, padding=b"\1")))
broken("padding-json", "padding that is not zero after JSON", instead(TAIL, record(
    END, {"tracks": {"1": {"frames": 1, "bytes": 6, "damaged": 0}}, "stages": [], "x": ""}, padding=b" ") + CLOSED))
broken("close-body", "CLOSE with a body", ONE + record(CLOSE, b"bye"))
broken("close-in-stream", "CLOSE before END", BODY + CLOSED)
broken("close-twice", "CLOSE after CLOSE", GOOD + CLOSED)
broken("close-garbage", "a line end after CLOSE", GOOD + b"\n")
broken("close-almost-magic", "the first byte of a magic and another after CLOSE", GOOD + b"\x89P")
broken("close-abort", "ABORT after CLOSE", GOOD + record(ABORT, CAUSE))
broken("end-twice", "END after END", ONE + TAIL)
broken("end-garbage", "text after END", ONE + b"Connection to edge-7 closed.\r\n")
broken("end-frame", "FRAME after END", ONE + frame(number=1) + CLOSED)
broken("end-ancillary", "an ancillary record after END", ONE + record(0xF0, b"late") + CLOSED)

# Frames and their pieces
broken("frame-short", "FRAME of 55 bytes", instead(F, record(FRAME, F[8:63], 1)))
broken("frame-offset-small", "metadata inside the fixed part", instead(F, frame(offset=48)))
broken("frame-offset-large", "metadata beyond the body", instead(F, frame(offset=57)))
broken("frame-metadata", "metadata that is not JSON", instead(F, frame(more=b"{")))
broken("frame-metadata-list", "metadata that is not an object", instead(F, frame(more=b"[]")))
broken("frame-in-frame", "FRAME while one is open", instead(F, F + frame(number=1)))
broken("frame-number-same", "two frames of one number", BODY + F + R + end((2, 12)) + CLOSED)
broken("frame-number-falls", "numbers that fall", instead(F, frame(number=5))[:-len(TAIL)] + frame(number=4) + R +
       end((2, 12)) + CLOSED)
broken("rows-without-frame", "ROWS outside a frame", HEAD + T + R + TAIL)
broken("rows-after-frame", "ROWS after the frame's last", BODY + R + TAIL)
broken("bytes-without-frame", "BYTES outside a frame", HEAD + data() + record(BYTES, b"!", 1, 1) + end((0, 1)) + CLOSED)
broken("rows-on-sound", "ROWS on a track that is not raw video", HEAD + sound() + F + R + TAIL)
broken("bytes-on-video", "BYTES on raw video", instead(R, record(BYTES, SIX, 1, 1)))
broken("rows-order", "strips out of order", instead(R, rows(1, 1, SIX[3:]) + rows(0, 1, SIX[:3], flags=1)))
broken("rows-overlap", "strips that overlap", instead(R, rows(0, 1, SIX[:3]) + rows(0, 2, SIX, flags=1)))
THREE = HEAD + track(width=2, height=3) + F
broken("rows-gap", "a row that is missing", THREE + rows(0, 1, SIX[:2]) + rows(2, 1, SIX[4:], flags=1) + TAIL)
broken("rows-none", "a strip of no rows", instead(R, rows(0, 0, b"") + R))
broken("rows-beyond", "rows beyond the picture", instead(R, rows(0, 3, samples(9), flags=1)))
broken("rows-wrap", "a first row that wraps in 32 bits",
       instead(R, rows(0, 1, SIX[:3]) + rows(0xFFFFFFFF, 2, SIX[3:] + SIX[3:], flags=1)))
broken("rows-short", "fewer samples than the rows it claims", instead(R, rows(0, 2, SIX[:5], flags=1)))
broken("rows-long", "more samples than the rows it claims", instead(R, rows(0, 2, SIX + b"\0", flags=1)))
broken("rows-no-prefix", "ROWS of 4 bytes", instead(R, record(ROWS, bytes(4), 1, 1)))
broken("rows-last-missing", "the last strip is not called the last", instead(R, rows(0, 2, SIX)))
broken("rows-last-early", "a strip is called the last before the end", instead(R, rows(0, 1, SIX[:3], flags=1)))
broken("rows-alignment", "a strip of 1 row in 4:2:0", HEAD + track("yuv420p", 2, 4) + F + rows(0, 1, SIX[:4]) +
       rows(1, 3, samples(10), flags=1) + end((1, 14)) + CLOSED)
broken("rows-alignment-410", "a strip of 2 rows in 4:1:0", HEAD + track("yuv410p", 4, 8) + F + rows(0, 2, samples(10)) +
       rows(2, 6, samples(28), flags=1) + end((1, 38)) + CLOSED)
broken("rows-alignment-interlaced", "a strip of 2 rows in woven 4:2:0", HEAD + track("yuv420p", 2, 4, fields="bottom") + F +
       rows(0, 2, SIX) + rows(2, 2, SIX, flags=1) + end((1, 12)) + CLOSED)
broken("rows-too-large", "a strip over 1 MiB that could be less", HEAD + track(width=1024, height=2048) + F +
       rows(0, 1024, b"", length=(1 << 20) + 8) + bytes(64))
broken("rows-size-wraps", "rows whose size is 2^64", HEAD + track("rgbaf32le", 1 << 30, 1 << 30, alpha="straight") + F +
       rows(0, 1 << 30, b"", flags=1) + end((1, 0)) + CLOSED)
broken("bytes-empty", "empty BYTES that do not end their frame", HEAD + data() + F + record(BYTES, b"", 1) +
       record(BYTES, b"!", 1, 1) + end((1, 1)) + CLOSED)
broken("bytes-part-sample", "BYTES that cut a sample of sound", HEAD + sound() + F + record(BYTES, SIX, 1, 1) + TAIL)

# TRACK
broken("track-in-frame", "TRACK inside a frame of its track", instead(F, F + T))
broken("track-changes-kind", "TRACK that changes the kind", BODY + data(1, time_base=[1, 1]) + TAIL)
broken("track-changes-time-base", "TRACK that changes the time base", BODY + track(time_base=[1, 2]) + TAIL)
for member in ("kind", "codec", "time_base", "pixels", "width", "height", "color", "alpha"):
    broken(f"track-without-{member.replace('_', '-')}", f'TRACK without "{member}"', instead(T, track(without=[member])))
for member in ("pixels", "width", "color", "alpha"):
    broken(f"packed-without-{member}", f'TRACK of packed pictures without "{member}"',
           instead(T, track(codec="sl-lossless", without=[member])))
COLOR = {"primaries": 2, "transfer": 2, "matrix": 2, "range": "full", "chroma": "unknown"}
for member in COLOR:
    broken(f"color-without-{member}", f'"color" without "{member}"',
           instead(T, track(color={name: value for name, value in COLOR.items() if name != member})))
for name, members in (
        ("kind", {"kind": "image"}), ("codec", {"codec": ""}), ("codec-type", {"codec": 1}),
        ("time-base-zero", {"time_base": [0, 1]}), ("time-base-large", {"time_base": [1, 2147483648]}),
        ("time-base-short", {"time_base": [1]}), ("time-base-real", {"time_base": [1, 25.0]}),
        ("live", {"live": "yes"}), ("live-null", {"live": None}), ("pixels", {"pixels": "rgb25"}),
        ("width-zero", {"width": 0}), ("width-negative", {"width": -1}), ("width-large", {"width": 2147483648}),
        ("width-text", {"width": "3"}), ("width-real", {"width": 3.0}), ("width-bool", {"width": True}),
        ("height-zero", {"height": 0}), ("height-large", {"height": 2147483648}),
        ("color-type", {"color": [2, 2, 2]}), ("color-range", {"color": {**COLOR, "range": "pc"}}),
        ("color-chroma", {"color": {**COLOR, "chroma": "right"}}), ("color-matrix", {"color": {**COLOR, "matrix": 256}}),
        ("alpha", {"alpha": "maybe"}), ("alpha-without-component", {"alpha": "straight"}),
        ("alpha-with-component", {"pixels": "ya8"}), ("bits", {"bits": 33}), ("rate", {"rate": [0, 1]}),
        ("sample-aspect", {"sample_aspect": [1, 0]}), ("orientation", {"orientation": 9}), ("fields", {"fields": "both"}),
        ("fields-empty", {"fields": ""}), ("loop", {"loop": -1}), ("source", {"source": 7}), ("clock", {"clock": "utc"}),
        ("clock-without-id", {"clock": {}}), ("sparse", {"sparse": 1}), ("disposition", {"disposition": "default"}),
        ("meta", {"meta": []}), ("hdr", {"hdr": True})):
    broken(f"track-{name}", f"TRACK with {dump(members).decode()}", instead(T, track(**members)))
SOUND_END = end((0, 0)) + CLOSED
for name, members in (("samples", {"samples": "s24le"}), ("sample-rate", {"sample_rate": 0}), ("channels", {"channels": 0}),
                      ("channels-large", {"channels": 65536}), ("layout", {"layout": 2}), ("bits", {"bits": 0})):
    broken(f"sound-{name}", f"an audio TRACK with {dump(members).decode()}", HEAD + sound(**members) + SOUND_END)


# ---- JSON ----

def title(text):
    """The base stream with these bytes as the value of a member of TRACK that nobody knows."""
    return instead(T, record(TRACK, T[8:].rstrip(b"\0")[:-1] + b',"x":' + text + b"}", 1))


for name, why, text in (
        ("nan", "NaN", b"NaN"), ("infinity", "-Infinity", b"-Infinity"), ("overflow", "1e400", b"1e400"),
        ("large-integer", "an integer beyond 2^53", b"9007199254740993"),
        ("huge-integer", "an integer of 25 digits", b"-1000000000000000000000000"), ("octal", "a leading zero", b"01"),
        ("plus", "a leading plus", b"+1"), ("hex", "a hexadecimal number", b"0x10"), ("point", "a bare point", b"1."),
        ("single-quotes", "single quotes", b"'x'"), ("comma", "a comma too many", b"[1,]"), ("word", "a bare word", b"yes"),
        ("comment", "a comment", b"1/* one */"), ("lone-surrogate", "a lone surrogate", b'"\\ud800"'),
        ("lone-low-surrogate", "a lone low surrogate", b'"\\udc00x"'),
        ("encoded-surrogate", "a surrogate in UTF-8", b'"\xed\xa0\x80"'),
        ("invalid-utf8", "a byte that is not UTF-8", b'"\xff"'), ("overlong-utf8", "overlong UTF-8", b'"\xc0\xaf"'),
        ("cut-utf8", "a cut sequence of UTF-8", b'"\xe2\x82"'), ("control", "a raw control character", b'"\n"'),
        ("escape", "an unknown escape", b'"\\x41"'), ("twice-inside", "a name twice, inside", b'{"a":1,"a":1}'),
        ("twice-escaped", "a name twice, once escaped", b'{"a":1,"\\u0061":1}')):
    broken(f"json-{name}", f"JSON with {why}", title(text))
JSON = T[8:].rstrip(b"\0")
for name, why, body in (
        ("twice", "a name twice", JSON[:-1] + b',"width":3}'), ("unfinished", "JSON that does not end", JSON[:-1]),
        ("rest", "text after the object", JSON + b"x"), ("two", "two objects", JSON + b"{}"),
        ("bom", "a byte order mark", b"\xef\xbb\xbf" + JSON), ("zero", "a zero byte after the object", JSON + b"\0"),
        ("list", "a list instead of an object", b"[" + JSON + b"]"), ("empty", "no JSON at all", b"")):
    broken(f"json-{name}", why, instead(T, record(TRACK, body, 1)))
broken("json-too-deep", "JSON that is 17 deep", title(dump([DEEP])), 78)
broken("json-too-deep-unfinished", "17 brackets and nothing else", instead(T, record(TRACK, b"[" * 17, 1)), 78)

# STAGE, EVENT, ABORT, END
for member in ("tool", "version", "host"):
    value = {"tool": "t", "version": "1", "host": "h"}
    del value[member]
    broken(f"stage-without-{member}", f'STAGE without "{member}"', preamble() + record(STAGE, value) + GOOD[16:])
broken("stage-tool", "STAGE with a tool that is not text", preamble() + record(STAGE, {"tool": 1, "version": "1", "host": "h"}) + GOOD[16:])
broken("stage-input", "STAGE with an input that is not text",
       preamble() + record(STAGE, {"tool": "t", "version": "1", "host": "h", "input": 2}) + GOOD[16:])
broken("event-without-event", "EVENT without its name", BODY + record(EVENT, {"pts": 1}) + TAIL)
broken("event-type", "EVENT whose name is a number", BODY + record(EVENT, {"event": 1}) + TAIL)
for member in CAUSE:
    broken(f"abort-without-{member}", f'ABORT without "{member}"',
           BODY + record(ABORT, {name: value for name, value in CAUSE.items() if name != member}))
broken("abort-code", "ABORT with a code that is text", BODY + record(ABORT, {**CAUSE, "code": "65"}))
broken("abort-signal-type", "ABORT with a signal that is text", BODY + record(ABORT, {**CAUSE, "signal": "KILL"}))
broken("attachment-no-zero", "ATTACHMENT without the zero byte", BODY + record(ATTACHMENT, b"icc", 1) + TAIL)
broken("attachment-no-name", "ATTACHMENT without a name", BODY + attachment("", b"x") + TAIL)
broken("attachment-long-name", "ATTACHMENT with a name of 65 letters", BODY + attachment("n" * 65, b"x") + TAIL)
broken("attachment-name", "ATTACHMENT with a capital in its name", BODY + attachment("ICC", b"x") + TAIL)
broken("attachment-path", "ATTACHMENT with a slash in its name", BODY + attachment("../icc", b"x") + TAIL)
broken("end-in-frame", "END inside a frame", BODY[:-24] + end((0, 0)) + CLOSED)
for name, why, counts in (("frames", "a frame too many", (2, 6)), ("bytes", "a byte too few", (1, 5)),
                          ("damaged", "a damaged frame that was not", (1, 6, 1))):
    broken(f"end-count-{name}", f"END that counts {why}", BODY + end(counts) + CLOSED)
broken("end-track-missing", "END that leaves out a track", BODY + end() + CLOSED)
broken("end-track-more", "END that tells of a track there is not", BODY + end((1, 6), (0, 0)) + CLOSED)
COUNT = {"frames": 1, "bytes": 6, "damaged": 0}
for name, why, value in (
        ("without-tracks", 'END without "tracks"', {"stages": []}),
        ("without-stages", 'END without "stages"', {"tracks": {"1": COUNT}}),
        ("without-frames", 'END without "frames"', {"tracks": {"1": {"bytes": 6, "damaged": 0}}, "stages": []}),
        ("track-name", "END with a track that is no number", {"tracks": {"1": COUNT, "one": COUNT}, "stages": []}),
        ("count-real", "END with a count that is no integer", {"tracks": {"1": {**COUNT, "bytes": 6.0}}, "stages": []}),
        ("count-text", "END with a count that is no number", {"tracks": {"1": {**COUNT, "bytes": "six"}}, "stages": []}),
        ("count-negative", "END with a negative count", {"tracks": {"1": {**COUNT, "damaged": -1}}, "stages": []}),
        ("stages-type", "END whose stages are an object", {"tracks": {"1": COUNT}, "stages": {}}),
        ("stage-type", "END with a stage that is text", {"tracks": {"1": COUNT}, "stages": ["x"]}),
        ("stage-without-tool", "END with a stage without tool", {"tracks": {"1": COUNT}, "stages": [{"host": "h"}]}),
        ("stage-cpu", "END with CPU seconds as text",
         {"tracks": {"1": COUNT}, "stages": [{"tool": "t", "host": "h", "cpu_seconds": "1"}]}),
        ("stopped", 'END with "stopped" as text', {"tracks": {"1": COUNT}, "stages": [], "stopped": "yes"})):
    broken(f"end-{name}", why, BODY + record(END, value) + CLOSED)

# Limits: the header alone decides, before anything of the body is there.
for name, kind, track_number, length in (("track", TRACK, 1, (64 << 10) + 1), ("stage", STAGE, 0, (64 << 10) + 1),
                                         ("event", EVENT, 0, (64 << 10) + 1), ("abort", ABORT, 0, (64 << 10) + 1),
                                         ("frame", FRAME, 1, (1 << 20) + 57), ("end", END, 0, (1 << 20) + 1),
                                         ("ancillary", 0xF0, 0, (64 << 20) + 1), ("attachment", ATTACHMENT, 1, (64 << 20) + 1),
                                         ("largest", 0xFF, 0, 0xFFFFFFFF)):
    broken(f"limit-{name}", f"a {name} of {length} bytes", BODY + record(kind, b"", track_number, length=length), 78)
broken("limit-bytes", "BYTES of 64 MiB and 1", HEAD + data() + F + record(BYTES, b"", 1, length=(64 << 20) + 1), 78)
broken("limit-rows", "a row of 64 MiB", HEAD + track(width=64 << 20, height=1) + F +
       rows(0, 1, b"", length=(64 << 20) + 8), 78)
SMALL = {"kind": "data", "codec": "x", "time_base": [1, 1]}
broken("limit-tracks", "65 tracks", HEAD + b"".join(record(TRACK, SMALL, number) for number in range(1, 66)) + CLOSED, 78)
broken("limit-stages", "65 STAGEs", preamble() +
       record(STAGE, {"tool": "t", "version": "", "host": ""}) * 65 + end() + CLOSED, 78)
broken("limit-attachments", "65 attachments of a track", HEAD + data() +
       b"".join(attachment(f"n{number}", b"x") for number in range(65)) + SOUND_END, 78)
broken("limit-stream-attachments", "65 attachments of the stream", HEAD +
       b"".join(attachment(f"n{number}", b"x", 0) for number in range(65)) + end() + CLOSED, 78)


# ---- The index, and nothing beside it ----

names = [vector["file"] for vector in vectors]
assert len(set(names)) == len(names), "a name twice"
for stale in set(path.name for path in HERE.glob("*.slw")) - set(names):
    (HERE / stale).unlink()
lines = ",\n".join(json.dumps(vector) for vector in vectors)
(HERE / "vectors.json").write_text(f"[\n{lines}\n]\n")

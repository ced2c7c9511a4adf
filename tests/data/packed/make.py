#!/usr/bin/env python3
"""Makes the vectors of packed strips (docs/wire-format.md): *.slw beside this script, and vectors.json with the CRC-32 of each
plane's samples over all frames, or the damage that a reader has to find.

It shares no code with the readers it tests. Frames of Zstandard are made by hand, of raw and run-length blocks. Run it again after a change of the specification; the result is the same bytes every time."""

import json
import pathlib
import struct
import zlib

HERE = pathlib.Path(__file__).parent
TRACK, FRAME, BYTES, END, CLOSE, STAGE = 1, 2, 4, 5, 7, 0x82
NONE = -(1 << 63)
DAMAGED, COLOR = 1, 2
LEFT, ABOVE, PLANE, LINE = 1, 2, 3, 4
vectors = []


def record(kind, body=b"", track=0, flags=0):
    if isinstance(body, dict):
        body = json.dumps(body, separators=(",", ":")).encode()
    return struct.pack("<BBHI", kind, flags, track, len(body)) + body + bytes(-len(body) % 8)


def video(pixels, width, height, alpha="none", **others):
    color = {"primaries": 2, "transfer": 2, "matrix": 0 if "rgb" in pixels or "gbr" in pixels else 2, "range": "full",
             "chroma": "unknown"}
    return {"kind": "video", "codec": "sl-lossless", "time_base": [1, 1], "pixels": pixels, "width": width, "height": height,
            "color": color, "alpha": alpha, **others}


def stored(numbers):
    numbers = bytes(numbers)
    return struct.pack("<BI", 0, len(numbers)) + numbers


def constant(number):
    return struct.pack("<BIB", 1, 1, number)


def framed(*blocks):
    """A frame of Zstandard: bytes are a raw block, (byte, count) is a run. The window is 1 KiB, and no size is given."""
    body = b""
    for index, block in enumerate(blocks):
        last = index == len(blocks) - 1
        run = isinstance(block, tuple)
        size, content = (block[1], bytes([block[0]])) if run else (len(block), bytes(block))
        body += struct.pack("<I", last | (1 if run else 0) << 1 | size << 3)[:3] + content
    frame = b"\x28\xb5\x2f\xfd\x00\x00" + body
    return struct.pack("<BI", 2, len(frame)) + frame


def strip(first, rows, *components, flags=0):
    """Components are (predictor, segment, ...)."""
    body = b"".join(bytes([predictor]) + b"".join(segments) for predictor, *segments in components)
    return struct.pack("<4I", first, rows, len(body), flags) + body


def stream(track, *frames):
    """Frames are lists of pieces, each bytes or (bytes, flags)."""
    out = b"\x89SLW\r\n\x1a\n" + struct.pack("<HHI", 1, 0, 2)
    out += record(STAGE, {"tool": "vector", "version": "1", "host": "h"}) + record(TRACK, track, 1)
    size = damaged = 0
    for number, pieces in enumerate(frames):
        out += record(FRAME, struct.pack("<Q5q2I", number, number, NONE, NONE, NONE, NONE, 1, 56), 1)
        hurt = False
        for index, piece in enumerate(pieces):
            piece, flags = piece if isinstance(piece, tuple) else (piece, 0)
            out += record(BYTES, piece, 1, flags | (index == len(pieces) - 1))
            size, hurt = size + len(piece), hurt or flags & 2 != 0
        damaged += hurt
    counts = {"1": {"frames": len(frames), "bytes": size, "damaged": damaged}}
    return out + record(END, {"tracks": counts, "stages": []}) + record(CLOSE)


def valid(name, what, track, *frames, planes):
    (HERE / f"{name}.slw").write_bytes(stream(track, *frames))
    vectors.append({"file": f"{name}.slw", "what": what, "crc32": [f"{zlib.crc32(bytes(plane)):08x}" for plane in planes]})


def broken(name, what, track, *frames, row=0):
    (HERE / f"{name}.slw").write_bytes(stream(track, *frames))
    vectors.append({"file": f"{name}.slw", "what": what, "status": 65, "row": row})


def wrap(numbers, size=1):
    """Differences as they are written: of 8 bits modulo 256, of more folded, as planes of bytes."""
    if size == 1:
        return [stored(number & 255 for number in numbers)]
    folded = [2 * number if number >= 0 else -2 * number - 1 for number in numbers]
    return [stored(number >> 8 * byte & 255 for number in folded) for byte in range(size)]


gray = video("gray", 3, 2)
GRAY = [10, 12, 15, 11, 13, 18]
valid("none", "stored, without a prediction", gray, [strip(0, 2, (0, stored(GRAY)))], planes=[GRAY])
valid("left", "differences to the left; the first of a row to the one above", gray,
      [strip(0, 2, (LEFT, *wrap([10, 2, 3, 1, 2, 5])))], planes=[GRAY])
valid("above", "differences to the row above; those of the first row to the left", gray,
      [strip(0, 2, (ABOVE, *wrap([10, 2, 3, 1, 1, 3])))], planes=[GRAY])
valid("plane", "differences to the plane through three neighbours", gray,
      [strip(0, 2, (PLANE, *wrap([10, 2, 3, 1, 0, 2])))], planes=[GRAY])
valid("line", "differences to the line through two rows above", video("gray", 2, 4),
      [strip(0, 4, (LINE, *wrap([10, 20, -9, -18, 0, 1, 1, 0])))], planes=[[10, 20, 11, 22, 12, 25, 14, 28]])
valid("constant", "one byte for all", gray, [strip(0, 2, (0, constant(7)))], planes=[[7] * 6])
valid("zstd-blocks", "a frame of a run and of raw bytes", video("gray", 16, 4),
      [strip(0, 4, (0, framed((9, 61), b"\x01\x02\x03")))], planes=[[9] * 61 + [1, 2, 3]])
valid("strips", "two strips in one piece, and a third one cut in two", video("gray", 3, 3),
      [strip(0, 1, (0, stored(b"abc"))) + strip(1, 1, (LEFT, *wrap([1, 1, 1]))) + strip(2, 1, (0, constant(5)))[:9],
       strip(2, 1, (0, constant(5)))[9:]], planes=[b"abc\x01\x02\x03\x05\x05\x05"])
valid("last-is-empty", "an empty piece after the last strip", gray, [strip(0, 2, (0, stored(GRAY))), b""], planes=[GRAY])
valid("frames", "three frames", video("gray", 1, 1), *[[strip(0, 1, (0, constant(value)))] for value in (1, 2, 3)],
      planes=[[1, 2, 3]])
valid("damaged", "a strip that is marked as damaged", gray,
      [(strip(0, 2, (0, constant(0)), flags=DAMAGED), 2)], planes=[[0] * 6])
valid("subsampled", "planes of 3x3 and twice 2x2", video("yuv420p", 3, 3),
      [strip(0, 2, (0, stored(range(6))), (0, stored([40, 41])), (0, stored([50, 51]))),
       strip(2, 1, (0, stored([6, 7, 8])), (0, stored([42, 43])), (0, constant(52)))],
      planes=[range(9), range(40, 44), [50, 51, 52, 52]])
valid("side-by-side", "the samples of a pixel apart", video("rgb24", 2, 1),
      [strip(0, 1, (0, stored([1, 4])), (0, stored([2, 5])), (0, stored([3, 6])))], planes=[[1, 2, 3, 4, 5, 6]])
valid("color", "red and blue less green", video("rgb24", 2, 1),
      [strip(0, 1, (LEFT, *wrap([-1, 0])), (LEFT, *wrap([2, 3])), (LEFT, *wrap([1, 0])), flags=COLOR)],
      planes=[[1, 2, 3, 4, 5, 6]])
valid("color-planes", "the same in planes of green, blue and red, of 16 bits", video("gbrp16le", 2, 1),
      [strip(0, 1, (LEFT, *wrap([300, 3], 2)), (LEFT, *wrap([1, 0], 2)), (LEFT, *wrap([-1, 0], 2)), flags=COLOR)],
      planes=[struct.pack("<2H", *pair) for pair in ((300, 303), (301, 304), (299, 302))])
valid("chroma-pairs", "chroma side by side, of 16 bits", video("p010le", 2, 2),
      [strip(0, 2, (ABOVE, *wrap([64, 64, 64, 128], 2)), (0, *wrap([640], 2)), (0, *wrap([-640], 2)))],
      planes=[struct.pack("<4H", 64, 128, 128, 256), struct.pack("<2H", 640, 65536 - 640)])
valid("packed-422", "four samples for two pixels", video("yuyv422", 3, 1),
      [strip(0, 1, (0, stored([1, 5])), (0, stored([2, 6])), (0, stored([3, 7])), (0, stored([4, 8])))],
      planes=[range(1, 9)])
BITS = [struct.unpack("<I", struct.pack("<f", value))[0] for value in (0.5, 0.25)]
valid("floats", "floats by their bits", video("grayf32le", 2, 1), [strip(0, 1, (LEFT, *wrap([BITS[0], BITS[1] - BITS[0]], 4)))],
      planes=[struct.pack("<2f", 0.5, 0.25)])
sound = {"kind": "audio", "codec": "sl-lossless", "time_base": [1, 48000], "samples": "s16le", "sample_rate": 48000, "channels": 2}
valid("sound", "moments of two channels, in two strips; then a frame of none", sound,
      [strip(0, 3, (LINE, *wrap([5, -5, 1 - 5, 5, 0, -1], 2))), strip(3, 1, (0, *wrap([7, 8], 2)))], [b""],
      planes=[struct.pack("<8h", 5, -5, 6, -5, 7, -6, 7, 8)])

broken("unknown-predictor", "a predictor 5", gray, [strip(0, 2, (5, stored(GRAY)))])
broken("unknown-method", "a method 3", gray, [strip(0, 2, (0, b"\x03" + stored(GRAY)[1:]))])
broken("unknown-flags", "a flag that is not known", gray, [strip(0, 2, (0, stored(GRAY)), flags=4)])
broken("color-of-gray", "colour differences without colours", gray, [strip(0, 2, (0, stored(GRAY)), flags=COLOR)])
broken("stored-short", "a stored segment of 5 bytes", gray, [strip(0, 2, (0, stored(GRAY[:5])))])
broken("constant-long", "a constant of two bytes", gray, [strip(0, 2, (0, struct.pack("<BI", 1, 2) + b"77"))])
block = video("gray", 16, 4)
broken("zstd-short", "a frame of 63 bytes", block, [strip(0, 4, (0, framed((1, 63))))])
broken("zstd-long", "a frame of 128 KiB for 64 samples", block, [strip(0, 4, (0, framed((1, 1 << 17))))])
broken("zstd-cut", "a frame without its end", block, [strip(0, 4, (0, struct.pack("<BI", 2, 8) + framed((1, 64))[5:13]))])
broken("zstd-two", "two frames", block,
       [strip(0, 4, (0, struct.pack("<BI", 2, 20) + framed((1, 32))[5:] * 2))])
broken("zstd-skippable", "a skippable frame first", block,
       [strip(0, 4, (0, struct.pack("<BI", 2, 18) + b"\x50\x2a\x4d\x18" + bytes(4) + framed((1, 64))[5:]))])
broken("zstd-garbage", "bytes that are no frame", gray, [strip(0, 2, (0, struct.pack("<BI", 2, 6) + b"abcdef"))])
broken("segment-beyond", "a segment that is longer than its strip", gray, [strip(0, 2, (0, struct.pack("<BI", 0, 60) + bytes(6)))])
broken("left-over", "two bytes after the last segment", gray, [strip(0, 2, (0, constant(1), b"xx"))])
broken("component-missing", "a strip without its last component", video("ya8", 2, 1, "straight"),
       [strip(0, 1, (0, stored(b"ab")))])
broken("too-many-bytes", "a strip of more bytes than its samples need", gray, [strip(0, 2, (0, stored(GRAY), bytes(9)))])
broken("gap", "a row is missing", video("gray", 1, 3), [strip(0, 1, (0, constant(1))), strip(2, 1, (0, constant(1)))], row=1)
broken("no-rows", "a strip of no rows", gray, [strip(0, 0, (0, constant(1)))])
broken("beyond", "rows beyond the height", gray, [strip(0, 3, (0, constant(1)))])
broken("alignment", "a strip of one row of 4:2:0", video("yuv420p", 2, 4), [strip(0, 1, *[(0, constant(1))] * 3)])
broken("too-large", "a strip of over 1 MiB", video("gray", 1 << 20, 4), [strip(0, 2, (0, constant(1)))])
broken("bomb", "a strip of 4 GiB in 6 bytes", video("gray", 1 << 20, 1 << 20), [strip(0, 4096, (0, constant(1)))])
broken("frame-short", "a frame that ends after its first row", video("gray", 1, 2), [strip(0, 1, (0, constant(1)))], row=1)
broken("strip-short", "a frame that ends inside a strip", gray, [strip(0, 2, (0, stored(GRAY)))[:-1]])
broken("after-the-end", "a strip after the last row", video("gray", 1, 1), [strip(0, 1, (0, constant(1))) * 2], row=1)
broken("sound-too-long", "a strip of sound of 2 GiB", sound, [strip(0, 1 << 29, (0, constant(1), constant(1)))])

(HERE / "vectors.json").write_text(json.dumps(vectors, indent=1) + "\n")

#!/usr/bin/env python3
"""Prints a file of the wire field by field, as docs/wire-format.md shows one: hexdump.py FILE.slw"""

import struct
import sys

NAMES = {1: "TRACK", 2: "FRAME", 3: "ROWS", 4: "BYTES", 5: "END", 6: "ABORT", 7: "CLOSE", 0x80: "ATTACHMENT", 0x81: "EVENT",
         0x82: "STAGE"}
FRAME = ((8, "number {}"), (8, "pts {}"), (8, "duration {}"), (8, "dts {}"), (8, "capture time {}"), (8, "wall clock {}"),
         (4, "flags {}"), (4, "metadata at byte {}"))


def integer(field, signed):
    value = int.from_bytes(field, "little", signed=signed)
    return "absent" if value == -(1 << 63) else value


def lines(content):
    place = 0

    def take(count, note=None):
        nonlocal place
        field, start, place = content[place:place + count], place, place + count
        for at in range(0, count, 16):
            piece = field[at:at + 16]
            shown = note if note is not None else "".join(chr(b) if 32 <= b < 127 else "." for b in piece)
            yield f"{start + at:04x}  {piece.hex(' '):<47}  {shown if at == 0 or note is None else ''}".rstrip()

    while place < len(content):
        if content[place:place + 8] == b"\x89SLW\r\n\x1a\n":
            yield from take(8, "magic")
            major, minor, flags = struct.unpack_from("<HHI", content, place)
            yield from take(2, f"major version {major}")
            yield from take(2, f"minor version {minor}")
            yield from take(4, f"flags {flags}")
            continue
        kind, flags, track, length = struct.unpack_from("<BBHI", content, place)
        yield from take(8, f"{NAMES.get(kind, hex(kind))}, flags {flags}, track {track}, {length} bytes")
        end = place + length
        if NAMES.get(kind) == "FRAME":
            for number, (size, note) in enumerate(FRAME):
                yield from take(size, note.format(integer(content[place:place + size], 1 <= number <= 5)))
        elif NAMES.get(kind) == "ROWS":
            first, count = struct.unpack_from("<II", content, place)
            yield from take(4, f"first row {first}")
            yield from take(4, f"number of rows {count}")
        yield from take(end - place, "samples" if NAMES.get(kind) in ("ROWS", "BYTES") else None)
        if -length % 8:
            yield from take(-length % 8, "padding")


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as source:
        print("\n".join(lines(source.read())))

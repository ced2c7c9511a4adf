#!/usr/bin/python3
"""Joins HEIC files of one tile each to one picture, a grid, as phones write them (ISO/IEC 23008-12, 6.6.2.3.2).

  heif_grid.py WIDTHxHEIGHT COLUMNS [--turn N] TILE... > out.heic

The tiles are in the order of rows and have one size; what lies beyond WIDTH and HEIGHT is cut off. --turn: quarters
counterclockwise."""

import pathlib
import struct
import sys


def box(kind, *parts):
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind, version, *parts):
    return box(kind, struct.pack(">I", version << 24), *parts)


def boxes(data):
    """Returns the bodies of boxes, by kind."""
    found = {}
    while data:
        size, kind = struct.unpack_from(">I4s", data)
        found.setdefault(kind, data[8:size])
        data = data[size:]
    return found


def grid(width, height, columns, tiles, turn=0):
    files = [boxes(tile) for tile in tiles]
    meta = boxes(files[0][b"meta"][4:])
    properties = boxes(boxes(meta[b"iprp"])[b"ipco"])
    data, count = [file[b"mdat"] for file in files], len(files)
    shape = struct.pack(">BBBBHH", 0, 0, count // columns - 1, columns - 1, width, height)
    kept = [box(kind, properties[kind]) for kind in (b"hvcC", b"ispe", b"colr", b"pixi") if kind in properties]
    of_both = range(4, len(kept) + 2)  # numbers of properties; 3 is the size of the whole
    of_whole = [*of_both, 0x80 | (len(kept) + 2)] if turn else of_both
    ipco = box(b"ipco", *kept[:2], full(b"ispe", 0, struct.pack(">II", width, height)), *kept[2:], box(b"irot", bytes([turn])))
    names = [full(b"infe", 2, struct.pack(">HH4s", 1, 0, b"grid"), b"\0")]
    names += [box(b"infe", struct.pack(">IHH4s", 2 << 24 | 1, n + 2, 0, b"hvc1"), b"\0") for n in range(count)]  # hidden
    uses = struct.pack(">IHB", count + 1, 1, 1 + len(of_whole)) + bytes([3, *of_whole])
    for n in range(count):
        uses += struct.pack(">HB", n + 2, 2 + len(of_both)) + bytes([0x81, 2, *of_both])
    ftyp = box(b"ftyp", b"heic\0\0\0\0mif1heic")

    def whole_meta(first):
        places = struct.pack(">HHHHII", 1, 1, 0, 1, 0, len(shape))  # in idat
        for n, piece in enumerate(data):
            places += struct.pack(">HHHHII", n + 2, 0, 0, 1, first + sum(map(len, data[:n])), len(piece))
        return full(b"meta", 0, full(b"hdlr", 0, b"\0\0\0\0pict" + bytes(13)), full(b"pitm", 0, struct.pack(">H", 1)),
                    full(b"iinf", 0, struct.pack(">H", count + 1), *names),
                    full(b"iref", 0, box(b"dimg", struct.pack(f">HH{count}H", 1, count, *range(2, count + 2)))),
                    box(b"iprp", ipco, full(b"ipma", 0, uses)), box(b"idat", shape),
                    full(b"iloc", 1, struct.pack(">BBH", 0x44, 0, count + 1), places))

    return ftyp + whole_meta(len(ftyp) + len(whole_meta(0)) + 8) + box(b"mdat", *data)


if __name__ == "__main__":
    width, height = map(int, sys.argv[1].split("x"))
    turn = int(sys.argv[4]) if sys.argv[3] == "--turn" else 0
    tiles = [pathlib.Path(name).read_bytes() for name in sys.argv[5 if turn else 3:]]
    sys.stdout.buffer.write(grid(width, height, int(sys.argv[2]), tiles, turn))

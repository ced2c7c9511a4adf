"""A stream as lines that do not depend on how its strips were cut: all records but STAGEs, and a checksum of each frame's
samples: all_records.py [FILE]. Two streams with the same content have the same lines."""

import json
import os
import sys
import zlib

sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import streamlib  # noqa: E402

sums, damaged = {}, set()
with open(sys.argv[1] if len(sys.argv) > 1 else 0, "rb", buffering=0) as file:
    reader = streamlib.Reader(file)
    while (record := reader.next()) is not None:
        if record.type in (streamlib.ROWS, streamlib.BYTES):
            pieces = reader.strip().planes if record.type == streamlib.ROWS else [reader.piece()]
            planes = sums.setdefault(record.track, {})
            for index, piece in enumerate(pieces):
                planes[index] = zlib.crc32(piece.tobytes() if hasattr(piece, "tobytes") else piece, planes.get(index, 0))
            if record.flags & streamlib.DAMAGED:
                damaged.add(record.track)
            if record.flags & streamlib.LAST:
                print("samples", record.track, "damaged" if record.track in damaged else "whole", sums.pop(record.track))
                damaged.discard(record.track)
        elif record.type == streamlib.END:
            print("end", json.dumps(record.json["tracks"]), record.json.get("stopped"))
        elif record.type == streamlib.TRACK:
            print("track", record.track, json.dumps(record.json, sort_keys=True))
        elif record.type not in (streamlib.STAGE, streamlib.START):
            print(record.type, record.flags, record.track, bytes(record.body))

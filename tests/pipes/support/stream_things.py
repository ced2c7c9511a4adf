"""A recorded stream of pictures as lines of JSON: its tracks, events, frames (with their first pixel) and end."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import streamlib  # noqa: E402

with open(sys.argv[1], "rb") as file:
    reader = streamlib.Reader(file)
    while (record := reader.next()) is not None:
        if record.type == streamlib.TRACK:
            print("track", json.dumps(reader.tracks[record.track]))
        elif record.type == streamlib.EVENT:
            print("event", json.dumps(record.json))
        elif record.type == streamlib.END:
            print("end", json.dumps(record.json["tracks"]), "stopped" if record.json.get("stopped") else "")
        elif record.type == streamlib.ROWS:
            frame = reader.gather(record)
            if frame:
                first = [int(plane.reshape(-1, *plane.shape[2:])[0].max()) if plane.ndim < 3 else plane[0, 0].tolist()
                         for plane in frame.planes]
                print("frame", json.dumps({"number": frame.number, "pts": frame.pts, "capture": frame.capture, "pixel": first}))

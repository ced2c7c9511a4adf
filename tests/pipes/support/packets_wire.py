"""Writes the packets of a film on the wire unchanged, as ffprobe lists them: packets_wire.py FILE"""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import streamlib  # noqa: E402


def bytes_of(dump):
    """Of ffprobe's hexdump: offset, ": ", eight groups of two bytes, and text."""
    return b"".join(bytes.fromhex(line.partition(": ")[2][:40].replace(" ", "")) for line in dump.splitlines() if line)


def ratio(text):
    return [int(part) for part in text.replace(":", "/").split("/")]


asked = ["ffprobe", "-v", "error", "-show_streams", "-show_packets", "-show_data", "-of", "json", sys.argv[1]]
reported = json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)
with streamlib.Writer(1, tool="packets_wire") as out:
    out.begin(1)
    for number, stream in enumerate(reported["streams"], 1):
        track = {"kind": stream["codec_type"], "codec": stream["codec_name"], "time_base": ratio(stream["time_base"])}
        if track["kind"] == "video":
            track.update(width=stream["width"], height=stream["height"], rate=ratio(stream["avg_frame_rate"]))
        else:
            track.update(sample_rate=int(stream["sample_rate"]), channels=stream["channels"])
        out.track(number, track)
        if "extradata" in stream:
            out.attachment(number, "extradata", bytes_of(stream["extradata"]))
    counts = {}
    for packet in reported["packets"]:
        number = packet["stream_index"] + 1
        counts[number] = counts.get(number, -1) + 1
        out.send(streamlib.Frame(number, number=counts[number], pts=packet.get("pts"), dts=packet.get("dts"),
                                 duration=packet.get("duration"), flags=1 if "K" in packet["flags"] else 0),
                 bytes_of(packet["data"]))
    out.end()

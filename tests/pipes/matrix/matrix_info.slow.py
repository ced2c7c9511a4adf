#!/usr/bin/python3
"""sl-info on films of every kind against ffprobe: headers, and the frames with their types."""

import json
import subprocess
import sys

import films

films.FILMS |= {
    "tracks.mkv": "-i b-frames.mp4 -i tracks.srt -map 0 -map 0:a -map 1 -c:v copy -c:a:0 aac -c:a:1 flac -ac:a:1 2 "
                  "-metadata:s:a:0 language=deu -metadata:s:a:1 language=fra -metadata:s:a:1 title=Kommentar "
                  "-disposition:a:0 default -disposition:a:1 comment+forced -metadata title=Film",
    "hdr.mkv": f"-f lavfi -i {films.PICTURE} -pix_fmt yuv420p10le -c:v libx265 -preset ultrafast -x265-params "
               "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:range=limited",
    "squeezed.mp4": f"-f lavfi -i {films.PICTURE} -vf setsar=16/11 {films.X264}",
    "theora.ogv": f"-f lavfi -i {films.PICTURE} -c:v libtheora -g 10",
    "sound.wav": f"-f lavfi -i {films.SOUND} -ac 2 -c:a pcm_s24le",
    "sound.mp3": f"-f lavfi -i {films.SOUND} -ac 1 -ar 44100",
}
with open("tracks.srt", "w") as subtitles:
    subtitles.write("1\n00:00:00,500 --> 00:00:01,500\nHallo\n")
failures = []


def check(film, what, ours, theirs):
    if ours != theirs:
        failures.append(f"{film}: {what} is {ours!r}, ffprobe says {theirs!r}")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout


def ffprobe(film, *options):
    return json.loads(output("ffprobe", "-v", "error", "-of", "json", *options, film))


def pair(text):
    numbers = [int(part) for part in text.replace(":", "/").split("/")]
    return numbers if 0 not in numbers else None


def number(value):
    return None if value is None else round(float(value), 3)


def check_header(film):
    ours, theirs = json.loads(output("sl-info", "--json", film)), ffprobe(film, "-show_format", "-show_streams")
    container = theirs["format"]
    check(film, "format", ours["container"]["format"], container["format_name"])
    for name in ["duration", "bit_rate", "size"]:
        check(film, name, number(ours["container"].get(name)), number(container.get(name)))
    check(film, "start", number(ours["container"].get("start")), number(container.get("start_time")))
    check(film, "tracks", len(ours["tracks"]), len(theirs["streams"]))
    for track, stream in zip(ours["tracks"], theirs["streams"]):
        name = f"{film}#{stream['index']}"
        rows = [("codec", "codec_name"), ("width", "width"), ("height", "height"), ("pixels", "pix_fmt"),
                ("samples", "sample_fmt"), ("channels", "channels"), ("layout", "channel_layout"),
                ("start_ticks", "start_pts"), ("duration_ticks", "duration_ts"), ("profile", "profile")]
        for own, other in rows:
            check(name, own, track.get(own), stream.get(other))
        numbers = [("sample_rate", "sample_rate"), ("frames", "nb_frames")]
        if not film.endswith(".ts"):  # there it is a guess from as much as was read
            numbers.append(("bit_rate", "bit_rate"))
        for own, other in numbers:
            check(name, own, track.get(own), int(stream[other]) if other in stream else None)
        if track["kind"] == "video":
            check(name, "average_rate", track.get("average_rate"), pair(stream["avg_frame_rate"]))
            check(name, "real_rate", track.get("real_rate"), pair(stream["r_frame_rate"]))
            check(name, "sample_aspect", track.get("sample_aspect"), pair(stream.get("sample_aspect_ratio", "0/1")))
            check(name, "display_aspect", track.get("display_aspect"), pair(stream.get("display_aspect_ratio", "0/1")))
            check(name, "range", track["color"]["range"],
                  {"pc": "full", "tv": "limited", None: "full" if "gbr" in stream["pix_fmt"] else "unknown"}[stream.get("color_range")])
            numbers = {"bt709": 1, "bt2020": 9, "smpte2084": 16, "bt2020nc": 9, "gbr": 0, None: 2}
            for own, other in [("primaries", "color_primaries"), ("transfer", "color_transfer"), ("matrix", "color_space")]:
                check(name, own, track["color"][own], numbers.get(stream.get(other)))
            sides = [side["rotation"] for side in stream.get("side_data_list", []) if "rotation" in side]
            check(name, "rotation", track.get("rotation"), -sides[0] if sides else None)
        tags = stream.get("tags", {})
        check(name, "language", track.get("language"), tags.get("language") if tags.get("language") != "und" else None)
        check(name, "title", track.get("title"), tags.get("title"))
        check(name, "disposition", sorted(track.get("disposition", [])),
              sorted(word for word, value in stream["disposition"].items() if value))


def check_frames(film):
    lines = [json.loads(line) for line in output("sl-info", "--json", "--frames", film).splitlines()]
    theirs = ffprobe(film, "-select_streams", "v:0", "-show_entries", "frame=key_frame,best_effort_timestamp,pict_type,pkt_size")
    ours = [line["frame"] for line in lines if "frame" in line and line["frame"]["track"] == 1]
    check(film, "number of frames", len(ours), len(theirs["frames"]))
    check(film, "scanned number", lines[0]["tracks"][0]["scan"]["frames"], len(theirs["frames"]))
    for frame, other in zip(ours, theirs["frames"]):
        known = [frame["pts"], frame["type"], frame["key"], frame["size"]]
        time = frame["pts"] if film.endswith(films.UNTIMED) else other.get("best_effort_timestamp", frame["pts"])
        check(film, f"frame {frame['number']}", known,
              [time, other["pict_type"], other["key_frame"] == 1, int(other["pkt_size"])])


for film in films.make():
    check_header(film)
    if not film.startswith("sound"):
        check_frames(film)
for film in ["b-frames.mp4", "turned.mp4", "tracks.mkv", "hdr.mkv"]:  # the text for users: nothing is left out
    text = output("sl-info", "--scan", film)
    words = {"turned.mp4": "rotation: -90 degrees", "tracks.mkv": "title: Kommentar", "hdr.mkv": "transfer PQ"}
    check(film, "text", words.get(film, "75 frames") in text and "content: 75 frames" in text, True)
sys.exit("\n".join(failures) or 0)

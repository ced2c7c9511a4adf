#!/usr/bin/python3
"""Everything that a film or song says about itself, into each container, encoded anew and as packets, is kept, converted or reported."""

import json
import re
import shutil
import sys

from survives import CONVERTED, KEPT, REPORTED, Section, run

for tool in ("ffmpeg", "ffprobe", "mkvmerge"):
    if shutil.which(tool) is None:
        print(f"skipped: {tool} is not installed", file=sys.stderr)
        sys.exit(77)

# ---- Sources ----


def make(command):
    status, _, said = run(f"ffmpeg -v error -y -nostdin {command}")
    if status != 0:
        sys.exit(f"ffmpeg {command}: {said}")


with open("chapters", "w") as file:
    file.write(";FFMETADATA1\n" + "".join(f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={title}\n"
                                          for start, end, title in ((0, 500, "One"), (500, 1000, "Two"))))
make("-f lavfi -i testsrc2=s=32x32 -frames:v 1 cover.png")
PICTURE, SOUND = "-f lavfi -i testsrc2=s=96x64:r=25:d=1", "-f lavfi -i sine=440:sample_rate=48000:d=1"
TAGS = ("-metadata title=My_Film -metadata artist=Somebody -metadata mood=calm "
        "-metadata:s:a:0 language=deu -metadata:s:a:0 title=Deutsch -disposition:a:0 default+forced")
LOOKS = "-vf setsar=4/3,setfield=tff -flags +ilme+ildct"
HDR = "-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc"
COVER = "-attach cover.png -metadata:s:t mimetype=image/png"
X265 = ("libx265 -preset ultrafast -tag:v hvc1 -x265-params log-level=none:master-display="
        "'G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)':max-cll=1000,400")
# The codecs that each container takes as packets.
CODECS = {"h264": ("libx264 -preset ultrafast -x264-params chromaloc=2", "aac"), "mpeg4": ("mpeg4", "libmp3lame"),
          "vp9": ("libvpx-vp9 -deadline realtime -cpu-used 8", "libopus"), "theora": ("libtheora", "libvorbis")}
for name, (video, audio) in CODECS.items():
    make(f"{PICTURE} {SOUND} -i chapters -map 0 -map 1 -map_chapters 2 {LOOKS} {HDR} -c:v {video} -c:a {audio} {TAGS} {COVER} {name}.mkv")
for name, audio in {"aac": "aac", "opus": "libopus", "vorbis": "libvorbis", "mp3": "libmp3lame", "flac": "flac", "pcm": "pcm_s16le"}.items():
    make(f"{SOUND} -i chapters -map 0 -map_chapters 1 -c:a {audio} {TAGS} {COVER} {name}.mka")
make(f"{PICTURE} {HDR} -pix_fmt yuv420p10le -c:v {X265} light.mkv")
make(f"{PICTURE} -metadata timecode=01:02:03:04 -c:v libx264 -preset ultrafast upright.mp4")
make("-i upright.mp4 -c copy -metadata:s:v rotate=90 turned.mp4")
make(f"{PICTURE} -vf format=rgba,colorchannelmixer=aa=0.5 -c:v libvpx-vp9 -auto-alt-ref 0 -pix_fmt yuva420p -deadline realtime -cpu-used 8 alpha.webm")
make("-f lavfi -i testsrc2=s=32x32:r=5:d=1 -loop 3 -final_delay 70 loop.gif")
make(f"{PICTURE} -c:v libx264 -preset ultrafast -metadata:s:v stereo_mode=left_right stereo.mkv")
make(f"{PICTURE} {SOUND} {SOUND} -map 0 -map 1 -map 2 -c:v libx264 -preset ultrafast -c:a aac second.mkv")
for suffix in ("mp3", "opus"):
    make(f"-f lavfi -i sine=440:sample_rate=48000:d=1,atrim=end_sample=30234 trimmed.{suffix}")
run("mkvmerge -q -o attached.mkv h264.mkv --attachment-mime-type text/plain --attach-file chapters")

# ---- Looking at results ----


def look(path):
    """What ffprobe says of the file, and of its first picture."""
    facts = json.loads(run(f"ffprobe -v error -of json -show_format -show_streams -show_chapters -show_programs {path}")[1] or "{}")
    facts.update(json.loads(run(f"ffprobe -v error -of json -select_streams V -show_frames -read_intervals %+#1 {path}")[1] or "{}"))
    facts["path"] = path
    facts["tags"] = lower(facts.get("format", {}))
    for kind in ("video", "audio"):
        real = (s for s in facts.get("streams", []) if s["codec_type"] == kind and not s["disposition"]["attached_pic"])
        facts[kind] = next(real, {"disposition": {}})
        facts[f"{kind}-tags"] = lower(facts[kind])
    facts["picture"] = {**facts["video"], **{k: v for k, v in next(iter(facts.get("frames", [])), {}).items() if v != "unknown"}}
    facts["side"] = facts["video"].get("side_data_list", []) + facts["picture"].get("side_data_list", [])
    return facts


def lower(entry):
    return {key.lower(): value for key, value in entry.get("tags", {}).items()}


def has_title(facts):
    """Ogg has the film's tags in its streams; transport streams have a name of the service."""
    service = [program.get("tags", {}).get("service_name") for program in facts.get("programs", [])]
    where = [facts["tags"]] + ([facts["video-tags"], facts["audio-tags"]] if is_ogg(facts) else [])
    return any(tags.get("title") == "My_Film" for tags in where) or (CONVERTED if "My_Film" in service else None)


def is_ogg(facts):
    return facts.get("format", {}).get("format_name") == "ogg"


def has_tag(key, value):
    return lambda facts: any(tags.get(key) == value for tags in (facts["tags"], facts["video-tags"], facts["audio-tags"]))


def has_chapters(facts):
    found = [(round(float(c["start_time"]), 2), c.get("tags", {}).get("title")) for c in facts.get("chapters", [])]
    return found == [(0, "One"), (0.5, "Two")]


def has_cover(facts):
    covers = [stream for stream in facts.get("streams", []) if stream["disposition"]["attached_pic"]]
    return len(covers) == 1 and (covers[0]["width"], covers[0]["codec_name"]) == (32, "png")


def has_language(facts):
    return any(tags.get("language") in ("deu", "ger", "de") for tags in (facts["audio-tags"], facts["tags"]))


def has_track_title(facts):
    if facts["audio-tags"].get("title") == "Deutsch":
        return True
    return CONVERTED if facts["audio-tags"].get("handler_name") == "Deutsch" else None


def is_forced(facts):
    return facts["audio"]["disposition"].get("forced") == 1


def has_rotation(facts):
    if any(abs(side.get("rotation", 0)) == 90 for side in facts["side"]):
        return True
    return CONVERTED if (facts["video"].get("width"), facts["video"].get("height")) == (64, 96) else None


def has_aspect(facts):
    return facts["picture"].get("sample_aspect_ratio") == "4:3" or facts["video"].get("sample_aspect_ratio") == "4:3"


def has_fields(facts):
    frame = facts["picture"]
    return facts["video"].get("field_order") in ("tt", "tb") or (frame.get("interlaced_frame"), frame.get("top_field_first")) == (1, 1)


def has_colour(facts):
    return (facts["picture"].get("color_primaries"), facts["picture"].get("color_transfer")) == ("bt2020", "smpte2084")


def has_light(facts):
    if any(side.get("max_content") == 1000 for side in facts["side"]) and any("max_luminance" in side for side in facts["side"]):
        return True
    with open(facts["path"], "rb") as file:  # ffprobe 5.1 does not look for it in H.264: the SEI as such
        data = file.read()
    return bytes.fromhex("33c286c41d4c0bb884d03e80") in data and bytes.fromhex("900403e80190") in data


def has_alpha(facts):
    for decoder in ("-c:v libvpx-vp9", ""):
        status, plane, _ = run(f"ffmpeg -v error -nostdin {decoder} -i {facts['path']} -frames:v 1 -vf format=yuva420p,alphaextract -f rawvideo -pix_fmt gray -")
        if status == 0 and plane and 100 < plane[0] < 150:
            return True
    return None if "packets" in facts["path"] else CONVERTED  # put on a background


def has_stereo(facts):
    if any(side.get("type") == "side by side" for side in facts["side"]):
        return True
    return CONVERTED if "left_right" in (facts["tags"].get("stereo_mode"), facts["video-tags"].get("stereo_mode")) else None


def has_second_sound(facts):
    return sum(stream["codec_type"] == "audio" for stream in facts.get("streams", [])) == 2


def has_loop(_facts):
    return False


def has_delays(facts):
    return abs(float(facts["format"].get("duration", 0)) - 1.5) < 0.011


def has_samples(facts):
    rate = int(facts["audio"].get("sample_rate", 48000))
    count = len(run(f"ffmpeg -v error -nostdin -i {facts['path']} -f s16le -ac 1 -")[1]) // 2
    return count == round(30234 * rate / 48000)


# attribute -> (row of the page, source: a name or a function of the container's codecs, judge, pattern of the report)
FILM, SONG, BOTH = "film", "song", "both"
ATTRIBUTES = {
    "title": ("title", BOTH, has_title, "tags? .*title"),
    "artist": ("artist", BOTH, has_tag("artist", "Somebody"), "tags? .*artist"),
    "other": ("a tag of no standard", BOTH, has_tag("mood", "calm"), "tags? .*mood"),
    "chapters": ("chapters", BOTH, has_chapters, "chapters"),
    "cover": ("cover", BOTH, has_cover, "cover"),
    "language": ("language of a track", BOTH, has_language, "language"),
    "track-title": ("title of a track", FILM, has_track_title, "the title of track"),
    "forced": ("forced track", BOTH, is_forced, "forced"),
    "aspect": ("shape of pixels", FILM, has_aspect, "shape of pixels"),
    "fields": ("order of fields", FILM, has_fields, "fields"),
    "colour": ("colour (BT.2020, PQ)", FILM, has_colour, "colour"),
    "light": ("mastering display and light levels", "light.mkv", has_light, "mastering"),
    "rotation": ("rotation", "turned.mp4", has_rotation, "orientation"),
    "timecode": ("timecode", "turned.mp4", has_tag("timecode", "01:02:03:04"), "timecode"),
    "alpha": ("alpha of VP9", "alpha.webm", has_alpha, "alpha"),
    "stereo": ("arrangement of stereoscopic pictures", "stereo.mkv", has_stereo, "stereo"),
    "second": ("a second sound track, not chosen", "second.mkv", has_second_sound, "stream 2, sound"),
    "loop": ("number of loops", "loop.gif", has_loop, "loops"),
    "delays": ("time of the last picture", "loop.gif", has_delays, "time of the last"),
    "trim-mp3": ("samples that MP3 says to leave out", "trimmed.mp3", has_samples, "samples"),
    "trim-opus": ("samples that Opus says to leave out", "trimmed.opus", has_samples, "samples"),
}
# Container -> what it takes as packets of the sources above.
FILMS = {"mp4": "h264", "mov": "h264", "mkv": "h264", "webm": "vp9", "ts": "h264", "flv": "h264", "avi": "mpeg4", "ogv": "theora",
         "nut": "h264", "y4m": None}
SONGS = {"m4a": "aac", "mka": "opus", "opus": "opus", "oga": "vorbis", "mp3": "mp3", "flac": "flac", "wav": "pcm"}

section = Section(
    "Film and sound",
    "Into each container, through `sl-decode | sl-encode` and, in the rows \"as packets\", through `sl-decode --packets |\n"
    "sl-encode`, where the container takes the codec. Kept: ffprobe finds it in the new file. Converted: it is there in another\n"
    "form (a picture turned upright, the name of a service, the name of a handler). Reported: one line on standard error\n"
    "says so (`left out: …`). `--keep none` leaves out titles, tags, chapters and covers.",
    {f"{name}{how}": row + (", as packets" if how else "") for name, (row, *_) in ATTRIBUTES.items() for how in ("", " packets")},
    list(FILMS) + list(SONGS))


def source_of(which, target, packets):
    """The source of an attribute for a container; None if it has none."""
    film = target in FILMS
    if which in (BOTH, FILM if film else SONG):
        name = (FILMS if film else SONGS)[target]
        if not packets:
            return "h264.mkv" if film else "flac.mka"
        return name and f"{name}.{'mkv' if film else 'mka'}"
    if which in (FILM, SONG) or (which.startswith("trimmed") and not packets):  # decoded, they are left out already
        return None
    return which if film != which.startswith("trimmed") else None


OF_SOUND = (has_language, has_track_title, is_forced)
results = {}  # (source, target, packets): status, facts, lines
for how, packets in ((" packets", "--packets"), ("", "")):
    for target in section.targets:
        for attribute, (_, which, judge, pattern) in ATTRIBUTES.items():
            source = source_of(which, target, packets)
            if source is None or (source == "loop.gif" and packets):  # GIF has no packets
                continue
            key = source, target, packets
            if key not in results:
                path = f"{source.replace('.', '-')}{packets}.{target}"
                codec = "--codec hevc --preset ultrafast" if source == "light.mkv" and target in ("mp4", "mov", "mkv", "ts") and not packets else ""
                status, _, said = run(f"(sl-decode {packets} {source} | sl-encode {codec} -o {path}) < /dev/null")
                results[key] = status, look(path) if status == 0 else None, said
            status, facts, said = results[key]
            if status != 0:
                # A container takes only some codecs as packets, and says so.
                if not packets or status != 65 or not re.search("cannot (hold|be written)", said):
                    section.note(attribute + how, source, target, f"status {status}", said)
                continue
            found = judge(facts)
            if ATTRIBUTES[attribute][2] in OF_SOUND and f"sound is left out of .{target}" in said:
                section.note(attribute + how, "", target, REPORTED)
                continue
            if attribute == "delays" and "moved to the constant rate" in said and not found:
                section.note(attribute + how, "", target, REPORTED)
                continue
            lines = [line for line in said.splitlines() if re.search(f"left out: .*({pattern})", line, re.IGNORECASE)]
            if found:
                section.note(attribute + how, "", target, CONVERTED if found == CONVERTED else KEPT)
                if lines:
                    section.note(attribute + how, source, target, "there, and reported as left out", said)
            elif len(lines) == 1:
                section.note(attribute + how, "", target, REPORTED)
            else:
                section.note(attribute + how, source, target, "reported twice" if lines else "SILENT", said)

section.finish()

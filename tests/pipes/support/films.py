"""Films that tests make themselves with ffmpeg, and what ffmpeg says is in them."""

import hashlib
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ.get("SL_SOURCE", "."), "bindings/python"))
import streamlib

# Without times of display: the frames follow one another by the rate.
UNTIMED = ".avi", ".h264", ".hevc", ".m2v"
PICTURE = "testsrc2=size=160x120:rate=25:duration=3"
SOUND = "sine=frequency=440:duration=3"
X264 = "-c:v libx264 -preset veryfast -bf 2 -g 12"
# Name: what ffmpeg is given. Later ones are made of earlier ones.
FILMS = {
    "b-frames.mp4": f"-f lavfi -i {PICTURE} -f lavfi -i {SOUND} {X264} -c:a aac",
    "index-first.mp4": "-i b-frames.mp4 -c copy -movflags faststart",
    "fragmented.mp4": "-i b-frames.mp4 -c copy -movflags frag_keyframe+empty_moov",
    "b-frames.mkv": "-i b-frames.mp4 -c copy",
    "b-frames.ts": "-i b-frames.mp4 -c copy",
    "b-frames.flv": "-i b-frames.mp4 -c copy",
    "open-groups.mp4": f"-f lavfi -i {PICTURE} -c:v libx264 -bf 3 -x264opts open-gop=1:keyint=10",
    "open-groups.ts": "-i open-groups.mp4 -c copy",
    "hevc.mp4": f"-f lavfi -i {PICTURE} -c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=10:open-gop=1",
    "odd-10-bit.webm": "-f lavfi -i testsrc2=size=161x121:rate=25:duration=1 -c:v libvpx-vp9 -deadline realtime -pix_fmt yuv420p10le",
    "alpha.mov": "-f lavfi -i testsrc2=size=64x48:rate=10:duration=1,format=yuva444p10le -c:v prores_ks -profile:v 4444",
    "full-range.mkv": f"-f lavfi -i {PICTURE},scale=out_range=full,format=yuv420p -color_range pc -colorspace bt709 {X264}",
    "variable.mkv": f"-f lavfi -i {PICTURE} -vf settb=1/1000,setpts='N*(40+N)' -fps_mode passthrough -enc_time_base 1/1000 {X264}",
    "turned.mp4": "-i b-frames.mp4 -c copy -metadata:s:v rotate=90",
    "program.mpg": f"-f lavfi -i {PICTURE} -f lavfi -i {SOUND} -c:v mpeg2video -bf 2 -c:a mp2 -f vob",
    "mpeg4.avi": f"-f lavfi -i {PICTURE} -c:v mpeg4 -bf 2",
    "interlaced.mkv": f"-f lavfi -i {PICTURE} -vf interlace -c:v mpeg2video -flags +ilme+ildct",
    "open-groups.h264": "-i open-groups.mp4 -c copy",
    "raw.hevc": "-i hevc.mp4 -c copy",
    "raw.m2v": f"-f lavfi -i {PICTURE} -c:v mpeg2video -bf 2",
    "h264.avi": "-i b-frames.mp4 -c copy",
    "late.mkv": "-i b-frames.mp4 -c copy -output_ts_offset 8.333",
}

TINY = "-f lavfi -i testsrc2=size=64x48:rate=10:duration=0.6"
TONE = "-f lavfi -i sine=frequency=440:sample_rate={}:duration=0.6"
FULL, HALF = TONE.format(48000), TONE.format(8000)
H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
# Of each container and format a small file, for cutting and joining: what ffmpeg is given, and whether it announces its
# length, so that no cut may go unnoticed.
CONTAINERS = {
    "index-last.mp4": (f"{TINY} {FULL} {H264} -c:a aac", True),
    "index-first.m4a": (f"{FULL} -c:a aac -movflags faststart", True),
    "film.mkv": (f"{TINY} {FULL} {H264} -c:a aac", True),
    "film.webm": (f"{TINY} {FULL} -c:v libvpx -c:a libvorbis", True),
    "film.avi": (f"{TINY} {FULL} -c:v mpeg4 -c:a mp2", True),
    "film.flv": (f"{TINY} {FULL} -c:v flv1 -c:a aac", True),
    "film.asf": (f"{TINY} {FULL} -c:v wmv2 -c:a wmav2", True),
    "film.mxf": (f"{TINY} -r 25 -c:v mpeg2video", True),
    "film.gxf": ("-f lavfi -i testsrc2=size=720x576:rate=25:duration=0.2 -c:v mpeg2video", True),
    "film.nut": (f"{TINY} {FULL} -c:v ffv1 -c:a pcm_s16le", True),
    "film.ogv": (f"{TINY} {FULL} -c:v libtheora -c:a libvorbis", True),
    "film.ivf": (f"{TINY} -c:v libvpx", True),
    "film.swf": (f"{TINY} -c:v flv1", True),
    "sound.opus": (f"{FULL} -c:a libopus", True),
    "sound.flac": (FULL, True),
    "sound.wav": (FULL, True),
    "rf64.wav": (f"{FULL} -rf64 always", True),
    "sound.w64": (FULL, True),
    "sound.aiff": (FULL, True),
    "sound.au": (FULL, True),
    "sound.caf": (FULL, True),
    "packed.caf": (f"{FULL} -c:a alac", True),
    "sound.mp3": (FULL, True),
    "sound.wv": (f"{FULL} -c:a wavpack", True),
    "sound.tta": (f"{FULL} -c:a tta", True),
    "sound.voc": (FULL, True),
    "sound.sox": (FULL, True),
    "film.y4m": (f"{TINY} -pix_fmt yuv420p", False),
    "fragments.mp4": (f"{TINY} {H264} -g 2 -movflags frag_keyframe+empty_moov", False),
    "film.ts": (f"{TINY} {FULL} {H264} -c:a mp2", False),
    "film.mpg": (f"{TINY} {FULL} -r 25 -c:v mpeg1video -c:a mp2", False),
    "sound.aac": (f"{FULL} -c:a aac", False),
    "sound.ac3": (f"{FULL} -c:a ac3", False),
    "film.dv": ("-f lavfi -i testsrc2=size=720x576:rate=25:duration=0.12 -c:v dvvideo -pix_fmt yuv420p", False),
}


def make(*names):
    for name in FILMS:
        needed = [word for word in FILMS[name].split() if word in FILMS]
        if names and name not in names and not any(name in FILMS[other] for other in names):
            continue
        if not os.path.exists(name) and all(os.path.exists(other) for other in needed):
            subprocess.run(["bash", "-c", f"ffmpeg -v error -y {FILMS[name]} {name}"], check=True,
                           stdin=subprocess.DEVNULL)
    return names or list(FILMS)


def make_containers():
    for name, (source, _) in CONTAINERS.items():
        if not os.path.exists(name):
            subprocess.run(["bash", "-c", f"ffmpeg -v error -y {source} {name}"], check=True, stdin=subprocess.DEVNULL)


def packet_places(film):
    """Where packets begin in the file, as ffprobe says."""
    command = ["ffprobe", "-v", "error", "-show_entries", "packet=pos", "-of", "csv=p=0", film]
    words = subprocess.run(command, capture_output=True, text=True, check=True).stdout.replace(",", " ").split()
    return sorted({int(word) for word in words if word.isdigit()})


def decoded(arguments, stdin=subprocess.DEVNULL):
    """What sl-decode gives: status, [(pts, hash of the samples)] of the first track, its error line."""
    command = arguments if isinstance(arguments, str) else ["sl-decode", "--video", *arguments]
    process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               shell=isinstance(command, str))
    frames = []
    try:
        for stream in streamlib.Reader(process.stdout):
            for frame in stream:
                frames.append((frame.pts, hashlib.md5(b"".join(plane.tobytes() for plane in frame.planes)).hexdigest()))
    except streamlib.StreamError:
        pass
    error = process.stderr.read().decode()
    return process.wait(), frames, error


def reference(film):
    """The same by ffmpeg."""
    command = ["ffmpeg", "-v", "error", "-noautorotate", "-i", film, "-an", "-map", "0:v:0", "-fps_mode", "passthrough",
               "-copyts", "-enc_time_base", "-1", "-f", "framemd5", "-"]
    lines = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=True).stdout
    rows = [line.split(",") for line in lines.splitlines() if not line.startswith("#")]
    return [(int(row[2]), row[5].strip()) for row in rows]

#!/usr/bin/python3
"""The master playlist of HLS: VIDEO-RANGE and CODECS by range and codec, and NAME, LANGUAGE, DEFAULT and AUTOSELECT of the sounds."""

import shutil
import subprocess
import sys

from hls_check import attributes

RANGES = {"SDR": ("bt709", "bt709", "bt709"), "PQ": ("bt2020", "smpte2084", "bt2020nc"), "HLG": ("bt2020", "arib-std-b67", "bt2020nc")}
# The packets of a film, and options of sl-hls with the codec that they lead to.
PACKETS = {"hevc": ("libx265 -x265-params log-level=none", "yuv420p10le", "hvc1.2."), "vp9": ("libvpx-vp9 -deadline realtime", "yuv420p10le", "vp09.02."),
           "av1": ("libsvtav1 -preset 12", "yuv420p10le", "av01.0."), "h264": ("libx264", "yuv420p", "avc1.64")}
CODECS = {"": {"SDR": "avc1.64", "PQ": "hvc1.2.", "HLG": "hvc1.2."}, "--codec hevc": "hvc1.2.", "--codec av1": "av01.0.", "--codec vp9": "vp09.02.",
          "--rendition 128x96@300k --rendition 64x64@200k": {"SDR": "avc1.", "PQ": "hvc1.2.", "HLG": "hvc1.2."},
          "--low-latency": {"SDR": "avc1.64", "PQ": "hvc1.2.", "HLG": "hvc1.2."},
          "--codec h264": {"SDR": "avc1.64"}, "--segments ts": {"SDR": "avc1.64"}}  # HDR is refused
# Sounds (language, title), which are marked as default, and for each NAME, LANGUAGE, DEFAULT, AUTOSELECT.
SOUNDS = [
    ([("deu", "Deutsch"), ("eng", "")], [0], [("Deutsch", "de", True, True), ("en", "en", False, True)]),
    ([("eng", ""), ("deu", "")], [1], [("en", "en", False, True), ("de", "de", True, True)]),
    ([("eng", "Film"), ("eng", "Commentary"), ("fre", "")], [], [("Film", "en", True, True), ("Commentary", "en", False, False), ("fr", "fr", False, True)]),
    ([("ger", "Ton"), ("ger", "Ton"), ("ger", "")], [1], [("Ton", "de", False, False), ("Ton 2", "de", True, True), ("de", "de", False, False)]),
    ([("pt-br", ""), ("zh_hant_tw", ""), ("haw", "")], [0, 1, 2],
     [("pt-BR", "pt-BR", True, True), ("zh-Hant-TW", "zh-Hant-TW", False, True), ("haw", "haw", False, True)]),
    ([("", ""), ("", ""), ("English", "")], [2], [("audio", None, False, False), ("audio2", None, False, False), ("audio3", None, True, True)]),
    ([("cze", 'a "b" \\ č'), ("dut", "x" * 300)], [1], [("a 'b' \\ č", "cs", False, True), ("x" * 100 + "...", "nl", True, True)]),
]
failures = []


def run(command, status=0):
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != status:
        sys.exit(f"{command}: status {done.returncode}: {done.stderr}")
    return done


def master():
    return [(tag, attributes(value)) for tag, _, value in (line.partition(":") for line in open("out/index.m3u8").read().splitlines()) if value]


def check_range(what, name, codec):
    variants = [value for tag, value in master() if tag == "#EXT-X-STREAM-INF"]
    for variant in variants:
        if not variant["CODECS"].startswith(codec) or variant.get("VIDEO-RANGE", "SDR") != name:
            failures.append(f"{what}: {variant}")
    if not variants:
        failures.append(f"{what}: no variant")
    shutil.rmtree("out")


for name, (primaries, transfer, matrix) in RANGES.items():
    colour = f"-color_primaries {primaries} -color_trc {transfer} -colorspace {matrix} -color_range tv"
    source = f"ffmpeg -v error -y -f lavfi -i testsrc2=s=128x96:r=5:d=1,format=yuv420p10le,setparams=color_primaries={primaries}:color_trc={transfer}:colorspace={matrix}:range=tv"
    for codec, (encoder, pixels, expected) in PACKETS.items():
        run(f"{source} -pix_fmt {pixels} {colour} -c:v {encoder} {codec}.mp4 && sl-decode --packets {codec}.mp4 | sl-hls out")
        check_range(f"{name}, packets of {codec}", name, expected)
    if name != "SDR" and "H.264" not in run("sl-decode --packets h264.mp4 | sl-hls out").stderr:
        failures.append(f"{name}: no warning of HDR in H.264")
    shutil.rmtree("out", ignore_errors=True)
    run(f"{source} {colour} -c:v ffv1 film.mkv && sl-decode film.mkv > film.slw")
    for options, expected in CODECS.items():
        codec = expected.get(name) if isinstance(expected, dict) else expected
        done = run(f"sl-hls out {options} film.slw", 0 if codec else 64)
        if codec:
            check_range(f"{name}, {options}", name, codec)
        elif "--codec hevc" not in done.stderr and "--segments ts" not in done.stderr:
            failures.append(f"{name}, {options}: {done.stderr}")

run("ffmpeg -v error -y -f lavfi -i testsrc2=s=64x48:r=5:d=1 -f lavfi -i sine=d=1 -map 0 -map 1 -map 1 -map 1 -c:v libx264 -c:a aac film.mp4"
    " && sl-decode --stream all --packets film.mp4 > film.slw")
for sounds, marked, expected in SOUNDS:
    # The tracks of the wire, with other descriptions.
    words = ["sl-track", ",".join(str(number) for number in range(1, len(sounds) + 2))]
    for number, (language, title) in enumerate(sounds, 2):
        words += ["--language", f"{number}={language}", "--title", f"{number}={title}"]
    if marked:
        words += ["--default", ",".join(str(number + 2) for number in marked)]
    else:
        words += ["--default", "1"]  # of the pictures
    with open("labelled.slw", "wb") as labelled:
        subprocess.run(words + ["film.slw"], stdout=labelled, check=True)
    for options in ("", "--segments ts --audio-codec aac"):
        run(f"sl-hls out {options} labelled.slw")
        found = [(value["NAME"], value.get("LANGUAGE"), value["DEFAULT"] == "YES", value["AUTOSELECT"] == "YES")
                 for tag, value in master() if tag == "#EXT-X-MEDIA"]
        if found != expected:
            failures.append(f"{sounds}, default {marked} {options}: {found}")
        shutil.rmtree("out")

sys.exit("\n".join(failures) or 0)

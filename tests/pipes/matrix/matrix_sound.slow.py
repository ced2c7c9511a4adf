#!/usr/bin/python3
"""Layouts and depths of sound in every container: each speaker plays its tone, or a line names the mix; samples stay the
same, or a line says what is lost. The second opinion is ffmpeg's."""

import json
import subprocess
import sys
import wave

import numpy

RATE, SAMPLES = 48000, 14400
failures = []


def check(what, good, reported=""):
    if not good:
        failures.append(f"{what}: {reported}")


def run(*command, **options):
    return subprocess.run(command, capture_output=True, **options)


def encode(name, source, *options):
    ran = run("sl-encode", "-o", name, *options, source, text=True)
    return ran.returncode, ran.stderr


def sound(name, kind="f"):
    return numpy.frombuffer(run("ffmpeg", "-v", "error", "-i", name, "-map", "0:a", "-ar", str(RATE), "-f", f"{kind}le", "-").stdout,
                            {"f32": "<f4", "s32": "<i4"}[kind])


def stream(name):
    """Return what ffprobe says of the track of sound."""
    ran = run("ffprobe", "-v", "error", "-select_streams", "a", "-show_streams", "-of", "json", name, text=True)
    return json.loads(ran.stdout)["streams"][0]


# ---- Layouts ----

TONES = {"FL": 300, "FR": 400, "FC": 500, "LFE": 60, "BL": 700, "BR": 900, "SL": 1100, "SR": 1300, "BC": 1500, "FLC": 1700, "FRC": 1900}
LAYOUTS = {"mono": "FC", "stereo": "FL FR", "2.1": "FL FR LFE", "3.0": "FL FR FC", "4.0": "FL FR FC BC", "quad": "FL FR BL BR",
           "3.1": "FL FR FC LFE", "5.0": "FL FR FC BL BR", "5.0(side)": "FL FR FC SL SR", "5.1": "FL FR FC LFE BL BR",
           "5.1(side)": "FL FR FC LFE SL SR", "hexagonal": "FL FR FC BL BR BC", "6.1": "FL FR FC LFE BC SL SR",
           "7.1": "FL FR FC LFE BL BR SL SR", "7.1(wide)": "FL FR FC LFE BL BR FLC FRC", "FL+FR+LFE+BC": "FL FR LFE BC"}
NAMES = {**LAYOUTS, "quad(side)": "FL FR SL SR"}
# Layouts that a reader assumes for a number of channels without names.
COUNTED = {1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
CONTAINERS = [("m4a",), ("mka",), ("ogg",), ("flac",), ("nut",), ("wav",), ("mp3",), ("mka", "pcm"), ("mp4", "ac3")]
OTHERS = {"5.1(side)": [("ts",), ("flv",), ("avi",), ("webm",), ("nut", "pcm"), ("mka", "flac")], "7.1": [("ts",), ("avi",)]}


def paired(speaker):
    return {"BL": "SL", "BR": "SR", "SL": "BL", "SR": "BR"}.get(speaker)


def loudest(samples):
    spectrum = numpy.abs(numpy.fft.rfft(samples * numpy.hanning(len(samples))))
    at = int(numpy.argmax(spectrum)) * RATE / len(samples)
    return min(TONES.values(), key=lambda tone: abs(tone - at))


time = numpy.arange(SAMPLES) / RATE
for layout, text in LAYOUTS.items():
    speakers = text.split()
    tones = numpy.stack([0.3 * numpy.sin(2 * numpy.pi * TONES[speaker] * time) for speaker in speakers], 1).astype("<f4")
    made = run("ffmpeg", "-v", "error", "-y", "-f", "f32le", "-ar", str(RATE), "-channel_layout", layout, "-ac", str(len(speakers)),
               "-i", "-", "-c:a", "pcm_s16le", "in.wav", input=tones.tobytes())
    if made.returncode != 0:
        failures.append(f"ffmpeg makes no {layout}: {made.stderr}")
        continue
    for suffix, *codec in CONTAINERS + OTHERS.get(layout, []):
        what = f"{layout} in .{suffix} {' '.join(codec)}"
        status, error = encode(f"out.{suffix}", "in.wav", *(["--audio-codec", *codec] if codec else []))
        check(what, status == 0, f"status {status}: {error}")
        if status != 0:
            continue
        facts = stream(f"out.{suffix}")
        channels, name = facts["channels"], facts.get("channel_layout", "unknown")
        name = name.split(" channels (")[-1].rstrip(")") if " channels (" in name else name
        if name not in NAMES:
            name = COUNTED.get(channels, name)
        heard = sound(f"out.{suffix}", "f32").reshape(-1, channels)[SAMPLES // 4:SAMPLES * 3 // 4].T
        if "mixed down" in error:
            check(f"{what}: one line", error.count("\n") == 1, error)
            check(f"{what}: mixed to fewer", channels < len(speakers) and name.split("(")[0] in error, f"{name}: {error}")
            check(f"{what}: no peaks", numpy.abs(heard).max() < 1, numpy.abs(heard).max())
            continue
        check(f"{what}: silence on standard error", not error, error)
        wrong, found = [], set()
        for speaker, samples in zip(NAMES[name].split(), heard):
            if numpy.abs(samples).max() < 0.05:
                continue
            tone = loudest(samples)
            own = [s for s in (speaker, paired(speaker)) if s in speakers and TONES[s] == tone]
            found.add(tone)
            if not own:
                wrong.append(f"{speaker} plays {[s for s in TONES if TONES[s] == tone][0]}")
        check(f"{what} as {name}", not wrong and len(found) == len(speakers), f"{wrong}, {len(found)} of {len(speakers)} tones")

# ---- Depth ----

numpy.random.seed(1)


def pcm(codec, values, name="in.wav"):
    """Write samples (floats, or 32-bit integers) as this codec of FFmpeg."""
    kind = "f32le" if values.dtype == numpy.dtype("<f4") else "s32le"
    run("ffmpeg", "-v", "error", "-y", "-f", kind, "-ar", str(RATE), "-ac", "1", "-i", "-", "-c:a", codec, name, input=values.tobytes(), check=True)


noise = numpy.random.randint(-2**31, 2**31, SAMPLES).astype("<i4")
floats = (numpy.random.rand(SAMPLES) * 1.8 - 0.9).astype("<f4")
SOURCES = {"u8": ("pcm_u8", noise >> 24 << 24), "s16": ("pcm_s16le", noise >> 16 << 16), "s24": ("pcm_s24le", noise >> 8 << 8),
           "24 in 32": ("pcm_s32le", noise >> 8 << 8), "s32": ("pcm_s32le", noise), "float": ("pcm_f32le", floats),
           "loud float": ("pcm_f32le", (floats * 1.5).astype("<f4"))}
# What a WAV of each source is.
KEPT = {"u8": "pcm_u8", "s16": "pcm_s16le", "s24": "pcm_s24le", "24 in 32": "pcm_s32le", "s32": "pcm_s32le", "float": "pcm_f32le",
        "loud float": "pcm_f32le"}
for source, (codec, values) in SOURCES.items():
    pcm(codec, values)
    expected = sound("in.wav", "f32" if "float" in source else "s32")
    for suffix, *chosen in [("wav",), ("flac",), ("nut",), ("avi",), ("mka", "flac"), ("mka", "pcm"), ("mov", "pcm"), ("m4a", "alac"), ("mka", "tta")]:
        what = f"{source} in .{suffix} {' '.join(chosen)}"
        status, error = encode(f"out.{suffix}", "in.wav", *(["--audio-codec", *chosen] if chosen else []))
        check(what, status == 0, f"status {status}: {error}")
        if status != 0:
            continue
        same = numpy.array_equal(sound(f"out.{suffix}", "f32" if "float" in source else "s32")[:SAMPLES], expected)
        check(f"{what}: the same, or one line", same != (error.count("\n") == 1 and ("rounded" in error or "cut off" in error)), f"same: {same}, {error}")
        check(f"{what}: peaks", same or ("beyond full scale" in error) == (source == "loud float"), error)
        if suffix == "wav":
            check(f"{what}: codec", stream("out.wav")["codec_name"] == KEPT[source], stream("out.wav")["codec_name"])
    # Through a lossless codec and the packets of the wire the depth stays known.
    if source == "s24":
        encode("deep.flac", "in.wav")
        for pipe in ("sl-decode deep.flac | sl-encode", "sl-decode --packets deep.flac | sl-decode | sl-encode", "sl-gain 0 deep.flac | sl-encode"):
            run("sh", "-c", pipe + " -o out.wav")
            check(f"24 bits of FLAC: {pipe}", stream("out.wav")["codec_name"] == "pcm_s24le", stream("out.wav")["codec_name"])

# The wire has 32 bits.
for codec, values, lines in (("pcm_f64le", noise, 1), ("pcm_f64le", floats, 0)):
    pcm(codec, values)
    ran = run("sl-decode", "in.wav", text=False)
    check(f"64 bits, {lines} lines", ran.stderr.count(b"64 bits are rounded") == lines and ran.stdout.count(b'"not-carried"') == lines, ran.stderr)

# Lossy sound is a WAV that every program opens.
pcm("pcm_f32le", floats)
for name in ("lossy.m4a", "lossy.mka", "lossy.ogg", "lossy.mp3", "lossy.ts"):
    encode(name, "in.wav")
    status, error = encode("out.wav", name)
    try:
        lines = [line for line in error.splitlines() if "left out: the tags" not in line]  # of a transport stream's service
        check(f"{name} as a WAV", wave.open("out.wav").getsampwidth() == 2 and status == 0 and len(lines) <= 1, error)
    except wave.Error as failure:
        failures.append(f"{name} as a WAV: {failure}")

sys.exit("\n".join(failures) or 0)

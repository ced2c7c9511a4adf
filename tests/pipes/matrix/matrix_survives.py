#!/usr/bin/python3
"""Everything that a still picture says about itself, from each format to each other one and to the wire, is kept, converted or reported."""

import base64
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zlib

import still_files as made
from survives import CONVERTED, KEPT, REPORTED, Section, run

for tool in ("ffmpeg", "exiftool", "webpmux", "cwebp", "img2webp"):
    if shutil.which(tool) is None:
        print(f"skipped: {tool} is not installed", file=sys.stderr)
        sys.exit(77)

TARGETS = {"JPEG": ("jpg", ".jpg[Q=95]"), "PNG": ("png", ".png"), "WebP": ("webp", ".webp[lossless]"), "PPM": ("ppm", ".ppm"),
           "PAM": ("pam", ".pam"), "PFM": ("pfm", ".pfm"), "TIFF": ("tif", ".tif"), "AVIF, HEIC": ("avif", ".avif[speed=9]"),
           "JPEG XL": ("jxl", ".jxl[effort=3,lossless]"), "OpenEXR": ("exr", ".exr"), "Radiance": ("hdr", ".hdr"), "GIF": ("gif", ".gif"),
           "APNG": ("apng", ".apng"), "BMP": ("bmp", ".bmp"), "ICO": ("ico", ".ico"), "TGA": ("tga", ".tga"), "QOI": ("qoi", ".qoi"),
           "the wire": ("slw", None)}
# Judged as a PNG that is made of the file.
THROUGH_PNG = ("jxl", "exr", "hdr", "gif", "apng", "bmp", "ico", "tga", "qoi")
INVERSE = {"jpg": "jpg", "png": "png", "webp": "webp", "ppm": "ppm", "gif": "png", "tif": "png", "avif": "png"}
sources = {}  # attribute -> {name of the source: bytes}


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def read(path):
    with open(path, "rb") as file:
        return file.read()


# ---- Sources ----

write("plain.png", made.png())
run("sl-encode -o plain.jpg plain.png; sl-encode -o 'plain.webp[lossless]' plain.png; sl-encode -o small.jpg plain.png; "
    "sl-encode -o 'plain.avif[lossless]' plain.png")
PLAIN, THUMBNAIL = read("plain.jpg"), read("small.jpg")


def webp(name, **chunks):
    """A WebP with these chunks, by webpmux."""
    shutil.copy("plain.webp", name)
    for kind, data in chunks.items():
        write("chunk", data)
        run(f"webpmux -set {kind} chunk {name} -o muxed.webp && mv muxed.webp {name}")
    return read(name)


def avif(tags):
    """An AVIF with these tags, by exiftool."""
    shutil.copy("plain.avif", "tagged.avif")
    run(f"exiftool -q -q -n -overwrite_original {tags} tagged.avif")
    return read("tagged.avif")


def with_exif(exif):
    return {"jpg": made.with_segments(PLAIN, made.segment(0xE1, b"Exif\0\0" + exif)), "png": made.png(made.chunk(b"eXIf", exif)),
            "webp": webp("exif.webp", exif=exif)}


def with_xmp(packet):
    return {"jpg": made.with_segments(PLAIN, *made.xmp_segments(packet)),
            "png": made.png(made.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)), "webp": webp("xmp.webp", xmp=packet)}


def make_profile():
    """A small profile of Adobe RGB's gamma, made by this project and known to exiftool."""
    write("mac.png", made.png(made.chunk(b"gAMA", struct.pack(">I", 55556))))
    run("sl-decode mac.png | sl-encode -o mac.jpg")
    return run("exiftool -b -icc_profile mac.jpg")[1]


PROFILE = make_profile()
LONG = "opened saved " * 10000
jfif = bytearray(PLAIN)
jfif[13:18] = struct.pack(">BHH", 1, 300, 150)
ADOBE = struct.pack(">8I", 31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)
sources["density"] = {"jpg": bytes(jfif), "png": made.png(made.chunk(b"pHYs", struct.pack(">IIB", 11811, 5906, 1))),
                      "webp": with_exif(made.tiff([(0x11a, 5, [(300, 1)]), (0x11b, 5, [(150, 1)]), (0x128, 3, [2])]))["webp"]}
sources["density"]["tif"] = made.tiff_file((0x11a, 5, [(300, 1)]), (0x11b, 5, [(150, 1)]), (0x128, 3, [2]))
camera, time = (0x110, 2, b"Camera\0"), (0x9003, 2, b"2024:05:01 12:00:00\0")
sources["orientation"] = with_exif(made.tiff([(0x112, 3, [6]), camera]))
sources["density"]["avif"] = avif("-IFD0:XResolution=300 -IFD0:YResolution=150 -IFD0:ResolutionUnit=2")
sources["orientation"]["tif"] = made.tiff_file((0x112, 3, [6]), camera)
sources["exif"] = with_exif(made.tiff([camera], sub=[time]))
sources["exif"]["tif"] = made.tiff_file(camera, sub=[time])
sources["exif"]["avif"] = avif("-IFD0:Model=Camera '-ExifIFD:DateTimeOriginal=2024:05:01 12:00:00'")
sources["size"] = with_exif(made.tiff([(0x110, 2, b"Camera\0")], sub=[(0xa002, 4, [4000]), (0xa003, 4, [3000])]))
sources["thumbnail"] = with_exif(made.tiff([(0x110, 2, b"Camera\0")], THUMBNAIL))
sources["size"]["avif"] = avif("-ExifIFD:ExifImageWidth=4000 -ExifIFD:ExifImageHeight=3000")
sources["thumbnail"]["avif"] = avif("-IFD0:Model=Camera '-ThumbnailImage<=small.jpg'")
sources["xmp"] = with_xmp(made.xmp('xmp:Rating="4"'))
sources["xmp"]["tif"] = made.tiff_file((700, 7, made.xmp('xmp:Rating="4"')))
sources["xmp"]["avif"] = avif("-XMP-xmp:Rating=4")
sources["large-xmp"] = with_xmp(made.xmp(f'xmp:Rating="4" photoshop:History="{LONG}"'))
resources = made.photoshop(made.iptc(b"(c) Agency"))
raw = b"\niptc\n%8d\n" % len(resources) + resources.hex().encode() + b"\n"
sources["iptc"] = {"jpg": made.with_segments(PLAIN, made.segment(0xED, b"Photoshop 3.0\0" + resources)),
                   "png": made.png(made.chunk(b"zTXt", b"Raw profile type iptc\0\0" + zlib.compress(raw)))}
sources["iptc"]["tif"] = made.tiff_file((0x83bb, 7, made.iptc(b"(c) Agency")))
sources["comment"] = {"jpg": made.with_segments(PLAIN, made.segment(0xFE, b"north wall")),
                      "png": made.png(made.chunk(b"tEXt", b"Comment\0north wall")),
                      "ppm": b"P6\n# north wall\n40 20\n255\n" + bytes(2400)}
run("ffmpeg -v error -i plain.png -loop -1 -y plain.gif")
sources["comment"]["gif"] = read("plain.gif")[:-1] + b"\x21\xfe\x0anorth wall\0;"
sources["text"] = {"png": made.png(made.chunk(b"iTXt", b"Author\0\0\0\0\0Zo\xc3\xab"))}
sources["long-text"] = {"png": made.png(made.chunk(b"tEXt", b"Author\0" + LONG.encode()))}
sources["icc"] = {"jpg": made.with_segments(PLAIN, made.segment(0xE2, b"ICC_PROFILE\0\1\1" + PROFILE)),
                  "png": made.png(made.chunk(b"iCCP", b"x\0\0" + zlib.compress(PROFILE))), "webp": webp("icc.webp", icc=PROFILE),
                  "tif": made.tiff_file((0x8773, 7, PROFILE))}
sources["gamma"] = {"png": read("mac.png")}
sources["chromaticities"] = {"png": made.png(made.chunk(b"gAMA", struct.pack(">I", 45455)) + made.chunk(b"cHRM", ADOBE))}
primaries = [(value, 100000) for value in struct.unpack(">8I", ADOBE)]
sources["chromaticities"]["tif"] = made.tiff_file((318, 5, primaries[:2]), (319, 5, primaries[2:]))
sources["linear"] = {"png": made.png(made.chunk(b"gAMA", struct.pack(">I", 100000)))}
sources["p3"] = {"png": made.png(made.chunk(b"cICP", bytes([12, 13, 0, 1])))}
sources["pq"] = {"png": made.png(made.chunk(b"cICP", bytes([9, 16, 0, 1])))}
sources["significant-bits"] = {"png": made.png(made.chunk(b"sBIT", bytes([5, 6, 5])))}
sources["background"] = {"png": made.png(made.chunk(b"bKGD", struct.pack(">HHH", 255, 51, 0)))}
sources["gain-map"] = {"jpg": made.ultra_hdr(PLAIN, THUMBNAIL)}
sources["other-segment"] = {"jpg": made.with_segments(PLAIN, made.segment(0xEC, b"Ducky\0..."))}
sources["other-chunk"] = {"png": made.png(made.chunk(b"tIME", struct.pack(">HBBBBB", 2024, 5, 1, 12, 0, 0)))}
sources["other-tag"] = {"tif": made.tiff_file((269, 2, b"north wall\0"), (50740, 7, b"Adobe\0..."))}
sources["place"] = {"tif": made.tiff_file((34735, 3, [1, 1, 0, 1, 1024, 0, 1, 1]))}

# ---- Looking at results ----


def number(entry, *names):
    return next((entry[name] for name in names if name in entry), None)


def close(value, wanted, tolerance=1):
    return isinstance(value, (int, float)) and abs(value - wanted) <= tolerance


def is_density(entry, path):
    metric = entry.get("JFIF:ResolutionUnit") == 2, entry.get("IFD0:ResolutionUnit") == 3
    pairs = [("JFIF", 2.54 if metric[0] else 1), ("IFD0", 2.54 if metric[1] else 1)]
    found = any(close(entry.get(f"{group}:XResolution"), 300 / unit) and close(entry.get(f"{group}:YResolution"), 150 / unit)
                for group, unit in pairs)
    return found or (close(entry.get("PNG-pHYs:PixelsPerUnitX"), 11811) and close(entry.get("PNG-pHYs:PixelsPerUnitY"), 5906))


def is_turned(entry, path):
    """The picture is upright: its size is in the file."""
    size = tuple(number(entry, *(f"{group}:Image{side}" for group in ("PNG", "RIFF", "File", "IFD0"))) for side in ("Width", "Height"))
    if path.endswith(".avif"):
        size = tuple(map(int, entry.get("QuickTime:ImageSpatialExtent", "0 0").split()))
    if path.endswith((".pam", ".pfm")):
        size = tuple(map(int, re.findall(rb"\d+", read(path)[3:60])[:2]))
    return CONVERTED if size == (20, 40) and entry.get("IFD0:Orientation", 1) == 1 else None


def is_profile(entry, path):
    return CONVERTED if "ICC-header:ColorSpaceData" in entry and not path.endswith(".slw") else None


def png_is(kind, data):
    def judge(entry, path):
        return path.endswith(".png") and made.png_chunks(read(path)).get(kind) == data
    return judge


def is_light(primaries):
    """Formats of light have the same colours with another transfer function."""
    def judge(entry, path):
        found = png_is("cICP", bytes([primaries, 8, 0, 1]))(entry, path)
        return CONVERTED if found else None
    return judge


def avif_is(primaries, transfer):
    return lambda entry, path: (entry.get("QuickTime:ColorPrimaries"), entry.get("QuickTime:TransferCharacteristics")) == (primaries, transfer)


def either(*judges):
    def judge(entry, path):
        return next((outcome for outcome in (judge(entry, path) for judge in judges) if outcome), None)
    return judge


def pnm_comment(entry, path):
    return path.endswith((".ppm", ".pam")) and b"# north wall\n" in read(path)[:100]


def tiff_comment(entry, path):
    return CONVERTED if path.endswith(".tif") and entry.get("IFD0:ImageDescription") == "north wall" else None


def is_thumbnail(entry, path):
    data = run(f"exiftool -b -ThumbnailImage {path}")[1] if "IFD1:ThumbnailLength" in entry else b""
    return data == THUMBNAIL


def claims_nothing(entry, path):
    return "XMP-hdrgm:Version" not in entry


# attribute -> (row of the page, judge of a result: True or an outcome if it is there, pattern of the report)
ATTRIBUTES = {
    "density": ("density: JFIF, pHYs, EXIF", is_density, "density|resolution"),
    "orientation": ("orientation in EXIF (the picture is turned)", is_turned, "orientation"),
    "exif": ("EXIF", lambda entry, path: entry.get("IFD0:Model") == "Camera" and "ExifIFD:DateTimeOriginal" in entry, "EXIF"),
    "size": ("size in EXIF", lambda entry, path: CONVERTED if entry.get("ExifIFD:ExifImageWidth") == 40 else None, "EXIF"),
    "thumbnail": ("thumbnail in EXIF", is_thumbnail, "EXIF"),
    "xmp": ("XMP", lambda entry, path: entry.get("XMP-xmp:Rating") == 4, "XMP"),
    "large-xmp": ("XMP over 64 KiB", lambda entry, path: entry.get("XMP-photoshop:History") == LONG.strip() or entry.get("XMP-photoshop:History") == LONG, "XMP"),
    "iptc": ("IPTC", lambda entry, path: entry.get("IPTC:CopyrightNotice") == "(c) Agency", "IPTC"),
    "comment": ("comment: COM, tEXt Comment, #, GIF's", either(
        lambda entry, path: "north wall" in (entry.get("File:Comment"), entry.get("PNG:Comment")), pnm_comment, tiff_comment), "comment"),
    "text": ("text under another keyword", lambda entry, path: entry.get("PNG:Author") == "Zoë", "text"),
    "long-text": ("text over 64 KiB", lambda entry, path: entry.get("PNG:Author", "").strip() == LONG.strip(), "text"),
    "icc": ("ICC profile", lambda entry, path: run(f"exiftool -b -icc_profile {path}")[1] == PROFILE, "profile"),
    "gamma": ("gAMA of another curve", either(png_is("gAMA", struct.pack(">I", 55556)), is_profile), "colour"),
    "chromaticities": ("cHRM of Adobe RGB", either(png_is("cHRM", ADOBE), is_profile), "colour"),
    "linear": ("linear light (gAMA 1)", either(png_is("gAMA", struct.pack(">I", 100000)), avif_is(2, 8), is_profile), "colour"),
    "p3": ("Display P3 (cICP)", either(png_is("cICP", bytes([12, 13, 0, 1])), avif_is(12, 13), is_light(12), is_profile), "colour"),
    "pq": ("BT.2020 with PQ (cICP)", either(png_is("cICP", bytes([9, 16, 0, 1])), avif_is(9, 16), is_light(9), is_profile), "colour"),
    "significant-bits": ("sBIT", either(png_is("sBIT", bytes([5, 6, 5])), png_is("sBIT", bytes([5, 6, 5, 8]))), "significant"),
    "background": ("bKGD", png_is("bKGD", struct.pack(">HHH", 255, 51, 0)), "background"),
    "loop": ("loop count, times of frames", None, None),
    "gain-map": ("gain map (MPF, Ultra HDR)", lambda entry, path: False, "gain map"),
    "other-segment": ("other segments of JPEG", lambda entry, path: False, "segment"),
    "other-chunk": ("other chunks of PNG", lambda entry, path: False, "chunk"),
    "other-tag": ("other tags of TIFF", lambda entry, path: False, "tags of TIFF"),
    "place": ("place on the earth (GeoTIFF)", lambda entry, path: False, "GeoTIFF"),
}
# What the decoder loses is an EVENT on the wire.
LOST_IN_DECODER = {"gain-map", "other-segment", "other-chunk", "other-tag", "place"}
# With --keep none nothing of these may be left.
METADATA = set(ATTRIBUTES) - {"orientation", "gamma", "chromaticities", "linear", "p3", "pq"} - LOST_IN_DECODER

section = Section(
    "Still pictures",
    "From each format that has the attribute, through `sl-decode | sl-encode`. Kept: it is there as it was. Converted: it is\n"
    "there in another form (a profile for numbers, a picture turned upright, a size that is the new picture's). Reported:\n"
    "the format has no place for it, and one line on standard error says so (`left out: …`); if `sl-decode` cannot put it\n"
    "on the wire, an EVENT `not-carried` says so too. `--keep none` leaves none of it. Filters in between keep everything\n"
    "but the thumbnail, which those drop that change pixels, and report.",
    {name: row for name, (row, _, _) in ATTRIBUTES.items()}, list(TARGETS))

cases = []
for attribute, files in sources.items():
    for kind, data in files.items():
        source = f"{attribute}.{kind}"
        write(source, data)
        status, wire, lines = run(f"sl-decode {source}")
        events = wire.count(b'"event":"not-carried"')
        if status != 0 or events != (attribute in LOST_IN_DECODER) or lines.count("left out: ") != events:
            section.note(attribute, kind, "the wire", f"status {status}, {events} events", lines)
        write(f"{source}.slw", wire)
        for target, (extension, output) in TARGETS.items():
            path = f"{attribute}-{kind}.{extension}"
            if output is None:  # it is on the wire if the format that it came in gets it back
                path = f"{attribute}-{kind}-wire.{INVERSE[kind]}"
                output = TARGETS[{"jpg": "JPEG", "png": "PNG", "webp": "WebP", "ppm": "PPM"}[INVERSE[kind]]][1]
            else:
                output = output.replace(f".{extension}", path, 1)
            output = output.replace(f".{INVERSE[kind]}", path, 1) if output.startswith(".") else output
            status, _, said = run(f"sl-encode -o '{output}' {source}.slw")
            stripped = f"none-{attribute}-{kind}.{path.rsplit('.', 1)[1]}"
            none_status, _, none_said = run(f"sl-encode --keep none -o '{stripped}' {source}.slw")
            if status != 0 or none_status != 0:
                section.note(attribute, kind, target, f"status {status}, {none_status}", said + none_said)
                continue
            if extension in THROUGH_PNG:
                for made_file in (path, stripped):
                    run(f"sl-encode -q -o back-{made_file}.png {made_file}")
                path, stripped = f"back-{path}.png", f"back-{stripped}.png"
            cases.append((attribute, kind, target, path, stripped, lines + said, none_said))

# Filters that change pixels drop the thumbnail, by a line and an EVENT, and nothing else.
for attribute, files in sources.items():
    for kind in files:
        status, wire, said = run(f"sl-invert {attribute}.{kind}.slw")
        lost = int(attribute == "thumbnail")
        before = read(f"{attribute}.{kind}.slw").count(b'"event":"not-carried"')
        if (status, said.count("left out: "), wire.count(b'"event":"not-carried"') - before) != (0, lost, lost):
            section.note(attribute, kind, "sl-invert", f"status {status}", said)

# Animations: times and the number of loops.
for i, colour in enumerate([(255, 0, 0), (0, 255, 0), (0, 0, 255)]):
    write(f"frame{i}.png", made.png(code=colour))
run("img2webp -loop 3 -lossless -d 100 frame0.png -d 200 frame1.png -d 400 frame2.png -o loop.webp")
TIMES, LOOP = [100, 200, 400], 3
for target, (extension, output) in TARGETS.items():
    kept = output is None or extension in ("webp", "gif", "apng", "jxl")
    if kept:
        made_file = "loop.slw" if output is None else f"loop-made.{extension}"
        run(f"sl-decode loop.webp > loop.slw; [ {made_file} = loop.slw ] || sl-encode -o {made_file} loop.slw; sl-encode -o loop-{extension}.webp {made_file}")
        outcome = KEPT if made.read_webp(read(f"loop-{extension}.webp")) == (TIMES, LOOP) else "SILENT"
    else:
        said = run(f"sl-decode loop.webp | sl-encode -o 'loop-%d{output}'")[2]
        outcome = REPORTED if said.count("left out: the loop count and the times") == 1 else "SILENT"
    section.note("loop", "webp", target, outcome)

names = [case[i] for case in cases for i in (3, 4)]
write("names", "\n".join(sorted(set(names))).encode())
entries = {entry["SourceFile"]: entry for entry in json.loads(run("exiftool -q -q -j -n -G1 -@ names")[1])}
for attribute, kind, target, path, stripped, said, none_said in cases:
    _, judge, pattern = ATTRIBUTES[attribute]
    found = judge(entries.get(path, {}), path)
    if attribute == "pq" and "PQ is tone mapped to sRGB" in said:
        found = CONVERTED
    reports = [line.split("left out: ")[1] for line in said.splitlines() if "left out: " in line]
    matching = [line for line in reports if re.search(pattern, line, re.IGNORECASE)]
    if attribute == "gain-map" and not claims_nothing(entries.get(path, {}), path):
        section.note(attribute, kind, target, "the claim is left in XMP")
    elif found:
        section.note(attribute, kind, target, found if isinstance(found, str) else KEPT)
        if matching:
            section.note(attribute, kind, target, "there, and reported as left out", said)
    elif len(matching) == 1:
        section.note(attribute, kind, target, REPORTED)
    else:
        section.note(attribute, kind, target, "SILENT" if not matching else "reported twice", said)
    if attribute in METADATA and attribute != "size" and judge(entries.get(stripped, {}), stripped):
        section.note(attribute, kind, target, "--keep none keeps it")
    if "left out" in none_said and attribute not in ("gamma", "chromaticities", "linear", "p3", "pq"):
        section.note(attribute, kind, target, "--keep none reports it", none_said)

section.finish()

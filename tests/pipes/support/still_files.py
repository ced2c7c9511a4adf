"""Still pictures with metadata, made byte by byte: chunks of PNG, segments of JPEG, EXIF, XMP, IPTC, animated GIF."""

import hashlib
import struct
import zlib

WIDTH, HEIGHT = 40, 20
XMP_OPEN = ('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
            'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" '
            'xmlns:xmpNote="http://ns.adobe.com/xmp/note/"')
XMP_CLOSE = "/></rdf:RDF></x:xmpmeta>"


def xmp(properties):
    return (XMP_OPEN + " " + properties + XMP_CLOSE).encode()


def tiff(entries, thumbnail=b"", sub=()):
    """A big-endian EXIF or TIFF structure of (tag, type, values), with an EXIF directory and a thumbnail if given."""
    def directory(place, entries, following):
        entries = sorted(entries)
        head, data = struct.pack(">H", len(entries)), b""
        free = place + 2 + 12 * len(entries) + 4
        for tag, kind, values in entries:
            raw = values if isinstance(values, bytes) else b"".join(
                struct.pack({3: ">H", 4: ">I"}[kind], v) if kind != 5 else struct.pack(">II", *v) for v in values)
            count = len(raw) // {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 10: 8}[kind]
            if len(raw) > 4:
                value, data = struct.pack(">I", free + len(data)), data + raw + b"\0" * (len(raw) % 2)
            else:
                value = raw.ljust(4, b"\0")
            head += struct.pack(">HHI", tag, kind, count) + value
        return head, data, following
    first = list(entries)
    second = b""
    if sub:
        first.append((0x8769, 4, [0]))
    size = lambda e: (lambda d: len(d[0]) + 4 + len(d[1]))(directory(8, e, 0))
    after = 8 + size(first)
    if sub:
        first[-1] = (0x8769, 4, [after])
        head, data, _ = directory(after, list(sub), 0)
        second = head + bytes(4) + data
    following = after + len(second) if thumbnail else 0
    head, data, _ = directory(8, first, 0)
    out = b"MM\0*" + struct.pack(">I", 8) + head + struct.pack(">I", following) + data + second
    if thumbnail:
        entries = [(0x0103, 3, [6]), (0x0201, 4, [len(out) + 2 + 36 + 4]), (0x0202, 4, [len(thumbnail)])]
        head, _, _ = directory(len(out), entries, 0)
        out += head + bytes(4) + thumbnail
    return out


def tiff_file(*entries, sub=()):
    """A TIFF of RGB whose pixels come last."""
    def whole(offset):
        return tiff([(256, 3, [WIDTH]), (257, 3, [HEIGHT]), (258, 3, [8, 8, 8]), (259, 3, [1]), (262, 3, [2]), (273, 4, [offset]),
                     (277, 3, [3]), (278, 3, [HEIGHT]), (279, 4, [WIDTH * HEIGHT * 3]), *entries], sub=sub)
    return whole(len(whole(0))) + bytes((64, 128, 192)) * WIDTH * HEIGHT


# ---- PNG ----

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(before=b"", after=b"", code=(64, 128, 192)):
    rows = (b"\0" + bytes(code) * WIDTH) * HEIGHT
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)) + before
            + chunk(b"IDAT", zlib.compress(rows)) + after + chunk(b"IEND", b""))


def png_chunks(data):
    at, chunks = 8, {}
    while at + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        chunks[kind.decode()] = data[at + 8:at + 8 + size]
        at += 12 + size
    return chunks


# ---- JPEG ----

def segment(marker, data):
    return bytes([255, marker]) + struct.pack(">H", len(data) + 2) + data


def with_segments(jpeg, *segments):
    """Behind JFIF's segment, which is the first."""
    at = 4 + struct.unpack(">H", jpeg[4:6])[0]
    return jpeg[:at] + b"".join(segments) + jpeg[at:]


def xmp_segments(packet):
    """One segment, or a first packet that names a second."""
    if len(packet) < 65000:
        return [segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)]
    name = hashlib.md5(packet).hexdigest().upper()
    first = xmp(f'xmpNote:HasExtendedXMP="{name}"')
    pieces = [(at, packet[at:at + 60000]) for at in range(0, len(packet), 60000)]
    return [segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + first)] + [
        segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + name.encode() + struct.pack(">II", len(packet), at) + piece)
        for at, piece in pieces]


def ultra_hdr(plain, map_picture):
    """A JPEG with a gain map behind it, listed by XMP and by the index of a multi-picture file."""
    gain_map = with_segments(map_picture, *xmp_segments(xmp('hdrgm:Version="1.0"')))
    claim = xmp_segments(xmp('hdrgm:Version="1.0" xmp:Rating="4"'))

    def index(size, offset):
        return segment(0xE2, b"MPF\0MM\0*" + struct.pack(">IH", 8, 3) + struct.pack(">HHI4s", 0xb000, 7, 4, b"0100")
                       + struct.pack(">HHII", 0xb001, 4, 1, 2) + struct.pack(">HHIII", 0xb002, 7, 32, 50, 0)
                       + struct.pack(">IIIHH", 0x030000, size, 0, 0, 0) + struct.pack(">IIIHH", 0, len(gain_map), offset, 0, 0))

    size = len(with_segments(plain, *claim, index(0, 0)))
    place = 4 + struct.unpack(">H", plain[4:6])[0] + len(claim[0]) + 8
    return with_segments(plain, *claim, index(size, size - place)) + gain_map


def iptc(notice):
    return b"\x1c\x02\x74" + struct.pack(">H", len(notice)) + notice


def photoshop(records):
    return b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records + b"\0" * (len(records) % 2)


# ---- GIF and WebP ----

def gif(delays, loop=None, comment=b"", screen=(16, 16)):
    def lzw(colour):  # 2 bits a pixel, cleared before each: no dictionary is needed
        bits = count = 0
        out = bytearray()
        for code in [x for _ in range(256) for x in (4, colour)] + [5]:
            bits |= code << count
            count += 3
            while count >= 8:
                out.append(bits & 255)
                bits, count = bits >> 8, count - 8
        out.append(bits & 255)
        return b"\2" + b"".join(bytes([len(out[i:i + 255])]) + bytes(out[i:i + 255]) for i in range(0, len(out), 255)) + b"\0"
    data = b"GIF89a" + struct.pack("<HHBBB", *screen, 0xf1, 0, 0) + bytes([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    if loop is not None:
        data += b"\x21\xff\x0bNETSCAPE2.0\3\1" + struct.pack("<H", loop) + b"\0"
    if comment:
        data += b"\x21\xfe" + bytes([len(comment)]) + comment + b"\0"
    for i, delay in enumerate(delays):
        data += b"\x21\xf9\4" + struct.pack("<BHB", 4, delay, 0) + b"\0\x2c" + struct.pack("<HHHHB", 0, 0, 16, 16, 0) + lzw(i % 4)
    return data + b"\x3b"


def read_gif(data):
    """Return delays in hundredths, the loop count (None without one) and comments."""
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 128 else 0)
    delays, loop, comments = [], None, b""
    while data[at] != 0x3b:
        if data[at] == 0x21:
            label, blocks = data[at + 1], []
            at += 2
            while data[at]:
                blocks.append(data[at + 1:at + 1 + data[at]])
                at += 1 + data[at]
            at += 1
            if label == 0xf9:
                delays.append(struct.unpack("<H", blocks[0][1:3])[0])
            if label == 0xff and blocks[0] == b"NETSCAPE2.0":
                loop = struct.unpack("<H", blocks[1][1:3])[0]
            if label == 0xfe:
                comments += b"".join(blocks)
        else:
            at += 10 + (3 << (data[at + 9] & 7) + 1 if data[at + 9] & 128 else 0) + 1
            while data[at]:
                at += 1 + data[at]
            at += 1
    return delays, loop, comments


def read_webp(data):
    """Return durations in ms and the loop count of an animation."""
    at, loop, times = 12, None, []
    while at + 8 <= len(data):
        kind, size = data[at:at + 4], struct.unpack("<I", data[at + 4:at + 8])[0]
        body = data[at + 8:at + 8 + size]
        at += 8 + size + size % 2
        if kind == b"ANIM":
            loop = struct.unpack("<H", body[4:6])[0]
        if kind == b"ANMF":
            times.append(int.from_bytes(body[12:15], "little"))
    return times, loop

"""Reads and writes streamlib's wire with numpy: frames of pictures, film and sound in a Unix pipe.

A filter, to be run as  sl-decode in.jpg | python3 darker.py | sl-encode .png > out.png :

    import streamlib

    def darker(frame):
        for plane in frame.planes:        # uint8, uint16 or float32; height x width [x components]
            plane[...] = plane // 2

    streamlib.filter(darker)

It takes JPEG and the like on its standard input too, by starting sl-decode as every stage does.

Reading, without a filter's frame:

    for stream in streamlib.Reader(0):    # a descriptor, or any object with readinto()
        for frame in stream:
            print(stream.tracks[frame.track]["pixels"], frame.number, frame.pts, frame.data.mean())

Writing:

    with streamlib.Writer(1, tool="my-camera") as out:      # ABORT if the block raises, CLOSE if not
        out.begin()
        out.track(1, streamlib.video("rgb24", 640, 480, time_base=[1, 30]))
        for number, picture in enumerate(pictures):
            out.picture(1, picture, number=number, pts=number)
        out.end()

A picture too big for memory goes strip by strip: Reader.next() and Reader.strip(), Writer.frame() and Writer.rows().
Samples are copied once, from the kernel into the array (os.readv), and not at all on the way out (os.writev). Between
neighbours on one machine strips are handed over in shared memory: copied once from there, and once to there.
Reader.view() gives them without a copy. A process must not exec while it reads.

The specification is docs/wire-format.md. Bytes that break it raise StreamError; `status` is the exit status to end with.
"""

import collections
import contextlib
import dataclasses
import fcntl
import json
import math
import mmap
import os
import re
import resource
import select
import shlex
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import time

import numpy

__all__ = ["Frame", "PixelFormat", "Reader", "Record", "StreamError", "Stream", "Strip", "Writer", "filter",
           "open_input", "pixel_formats", "unpack", "video"]

MAGIC = b"\x89SLW\r\n\x1a\n"
MAJOR, MINOR = 1, 0
TRACK, FRAME, ROWS, BYTES, END, ABORT, CLOSE, SLOT = 1, 2, 3, 4, 5, 6, 7, 8
ATTACHMENT, EVENT, STAGE = 0x80, 0x81, 0x82
COMPRESSED, PACKED = 1, 2  # flags of the preamble
LOSSLESS = "sl-lossless"   # the codec of packed tracks
START = 0  # never on the wire: how Reader.next() reports a preamble
NAMES = {TRACK: "TRACK", FRAME: "FRAME", ROWS: "ROWS", BYTES: "BYTES", END: "END", ABORT: "ABORT", CLOSE: "CLOSE",
         SLOT: "SLOT", ATTACHMENT: "ATTACHMENT", EVENT: "EVENT", STAGE: "STAGE"}
LAST, DAMAGED = 1, 2          # flags of ROWS and BYTES
NEXT_FRAME_ONLY, TIED = 1, 2  # flags of ancillary records
KEY, DISCONTINUITY, FRAME_DAMAGED, HIDDEN, INTERLACED, TOP_FIRST = 1, 2, 4, 8, 16, 32  # flags of FRAME

DATA, BUG, MISSING, WIRE, LIMIT, UPSTREAM = 65, 70, 72, 76, 78, 79  # exit statuses
INTERRUPTED = 130  # in ABORT; the process dies of the signal
NO_TIME = -(1 << 63)
LARGEST = 0x7FFFFFFF  # widths, heights, numerators, denominators
MEBI = 1 << 20
BODY_LIMIT, ROWS_LIMIT, JSON_LIMIT, LONG_JSON_LIMIT, JSON_DEPTH = 64 * MEBI, MEBI, 64 << 10, MEBI, 16
TRACK_LIMIT = ATTACHMENT_LIMIT = STAGE_LIMIT = 64
ATTACHMENT_BYTES_LIMIT = 64 * MEBI


class StreamError(Exception):
    """Bytes that break the specification (76), a limit (78), a truncated file (65), or a failure upstream (79).

    `cause` is then the first cause, as ABORT carries it: tool, host, code, signal, message.
    """

    def __init__(self, status, message, cause=None):
        super().__init__(message)
        self.status, self.cause = status, cause


def _bad(message):
    return StreamError(WIRE, message)


# ---- Pixel formats ----

@dataclasses.dataclass(frozen=True)
class PixelFormat:
    """A row of the closed list: for each plane its components side by side, and the shifts of its width and height."""
    name: str
    dtype: numpy.dtype
    planes: tuple
    bits: int
    alpha: bool

    @property
    def shift_y(self):
        return max(plane[2] for plane in self.planes)

    def shapes(self, width, rows):
        """The array shape of each plane, for `rows` rows of a picture of this width."""
        return [(-(-rows >> y), -(-width >> x)) + ((count,) if count > 1 else ())
                for count, x, y in self.planes]

    def strip_bytes(self, width, rows):
        return sum(math.prod(shape) for shape in self.shapes(width, rows)) * self.dtype.itemsize

    def empty(self, width, rows):
        return [numpy.empty(shape, self.dtype) for shape in self.shapes(width, rows)]


def _table():
    table = {}

    def add(name, bits, planes, alpha=False):
        dtype = numpy.dtype("u1" if bits == 8 else "<f4" if bits == 32 else "<u2")
        table[name] = PixelFormat(name, dtype, tuple(planes), bits, alpha)

    def depth(bits):
        return "" if bits == 8 else "f32le" if bits == 32 else f"{bits}le"

    for bits, names in ((8, "gray ya8 rgb24 rgba"), (16, "gray16le ya16le rgb48le rgba64le"),
                        (32, "grayf32le - rgbf32le rgbaf32le")):
        for components, name in enumerate(names.split(), 1):
            if name != "-":
                add(name, bits, [(components, 0, 0)], components in (2, 4))
    for family, x, y, depths, alpha_depths in (("420", 1, 1, (8, 9, 10, 12, 14, 16), (8, 9, 10, 16)),
                                               ("422", 1, 0, (8, 9, 10, 12, 14, 16), (8, 9, 10, 12, 16)),
                                               ("444", 0, 0, (8, 9, 10, 12, 14, 16), (8, 9, 10, 12, 16)),
                                               ("410", 2, 2, (8,), ()), ("411", 2, 0, (8,), ()),
                                               ("440", 0, 1, (8, 10, 12), ())):
        luma, chroma = (1, 0, 0), (1, x, y)
        for bits in depths:
            add(f"yuv{family}p{depth(bits)}", bits, [luma, chroma, chroma])
        for bits in alpha_depths:
            add(f"yuva{family}p{depth(bits)}", bits, [luma, chroma, chroma, luma], True)
    add("nv12", 8, [(1, 0, 0), (2, 1, 1)])
    add("p010le", 10, [(1, 0, 0), (2, 1, 1)])
    add("yuyv422", 8, [(4, 1, 0)])
    add("uyvy422", 8, [(4, 1, 0)])
    for bits in (8, 9, 10, 12, 14, 16, 32):
        add(f"gbrp{depth(bits)}", bits, [(1, 0, 0)] * 3)
    for bits in (8, 10, 12, 16, 32):
        add(f"gbrap{depth(bits)}", bits, [(1, 0, 0)] * 4, True)
    return table


pixel_formats = _table()
SAMPLE_TYPES = {"u8": numpy.dtype("u1"), "s16le": numpy.dtype("<i2"), "s32le": numpy.dtype("<i4"),
                "f32le": numpy.dtype("<f4")}


# ---- JSON ----

def _parse_json(body, what, limit=JSON_LIMIT):
    """The object in `body`, which must be I-JSON (RFC 7493) within the wire's limits."""
    if len(body) > limit:
        raise StreamError(LIMIT, f"{what}: {len(body)} bytes of JSON are over the limit of {limit}")
    try:
        text = bytes(body).decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad(f"{what}: not UTF-8 at byte {error.start}") from None
    depth = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', text, re.DOTALL):
        depth += (token[0] in "[{") - (token[0] in "]}")
        if depth > JSON_DEPTH:
            raise StreamError(LIMIT, f"{what}: JSON is more than {JSON_DEPTH} deep")

    def members(pairs):
        found = {}
        for name, value in pairs:
            if name in found:
                raise ValueError(f'the name "{name}" twice')
            found[name] = value
        return found

    def integer(digits):
        if len(digits) > 17 or abs(int(digits)) > 1 << 53:
            raise ValueError("an integer beyond 2^53 that is not a string")
        return int(digits)

    def real(digits):
        if not math.isfinite(value := float(digits)):
            raise ValueError("a number that is too large")
        return value

    def constant(name):
        raise ValueError(f"{name} is not JSON")

    try:
        value = json.loads(text, object_pairs_hook=members, parse_int=integer, parse_float=real,
                           parse_constant=constant)
    except ValueError as error:
        raise _bad(f"{what}: bad JSON: {error}") from None
    if not isinstance(value, dict):
        raise _bad(f"{what}: JSON that is not an object")
    _refuse_surrogates(value, what)
    return value


def _refuse_surrogates(value, what):
    if isinstance(value, str):
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise _bad(f"{what}: a lone surrogate in JSON")
    elif isinstance(value, dict):
        for name, member in value.items():
            _refuse_surrogates(name, what)
            _refuse_surrogates(member, what)
    elif isinstance(value, list):
        for member in value:
            _refuse_surrogates(member, what)


def _dump_json(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")


def _is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _between(low, high):
    return lambda value: _is_integer(value) and low <= value <= high


def _one_of(*words):
    return lambda value: isinstance(value, str) and value in words


def _is(kind):
    return lambda value: isinstance(value, kind)


def _is_ratio(value):
    return isinstance(value, list) and len(value) == 2 and all(_between(1, LARGEST)(part) for part in value)


def _wide(value):
    """Whether an unsigned 64-bit integer, as a number or as decimal text."""
    if isinstance(value, str):
        return re.fullmatch(r"0|[1-9][0-9]{0,19}", value) is not None and int(value) < 1 << 64
    return _is_integer(value) and value >= 0


def _is_amount(value):
    return not isinstance(value, bool) and isinstance(value, (int, float)) and value >= 0


def _check_members(json_object, what, required, optional):
    for name, fits in {**required, **optional}.items():
        if name not in json_object:
            if name in required:
                raise _bad(f'{what}: "{name}" is missing')
        elif not fits(json_object[name]):
            raise _bad(f'{what}: "{name}" cannot be {json.dumps(json_object[name])[:80]}')
    return json_object


_COLOR = {"primaries": _between(0, 255), "transfer": _between(0, 255), "matrix": _between(0, 255),
          "range": _one_of("full", "limited", "unknown"), "chroma": _one_of("center", "left", "topleft", "unknown")}
_COMMON = {"kind": _one_of("video", "audio", "data"), "codec": lambda value: isinstance(value, str) and value != "",
           "time_base": _is_ratio}
_COMMON_OPTIONAL = {"live": _is(bool), "sparse": _is(bool), "clock": _is(dict), "source": _is(str),
                    "language": _is(str), "title": _is(str), "disposition": _is(list), "meta": _is(dict)}
_VIDEO = {"pixels": lambda value: isinstance(value, str) and value in pixel_formats,
          "width": _between(1, LARGEST), "height": _between(1, LARGEST), "color": _is(dict),
          "alpha": _one_of("none", "straight", "premultiplied")}
_VIDEO_OPTIONAL = {"bits": _between(1, 32), "rate": _is_ratio, "sample_aspect": _is_ratio,
                   "orientation": _between(1, 8), "fields": _one_of("progressive", "top", "bottom"),
                   "loop": _between(0, LARGEST), "hdr": _is(dict)}
_AUDIO = {"samples": _one_of(*SAMPLE_TYPES), "sample_rate": _between(1, LARGEST), "channels": _between(1, 65535)}
_AUDIO_OPTIONAL = {"layout": _is(str), "bits": _between(1, 32)}
_STAGE_REPORT = {"tool": _is(str), "host": _is(str)}
_STAGE_REPORT_OPTIONAL = {"command": _is(str), "cpu_seconds": _is_amount, "peak_memory": _wide, "bytes_in": _wide,
                          "bytes_out": _wide}


def check_track(track):
    """Raises StreamError unless this object may be sent as a TRACK; gives it back."""
    _check_members(track, "TRACK", _COMMON, _COMMON_OPTIONAL)
    raw = track["codec"] in ("raw", LOSSLESS)
    if track["kind"] == "video":
        required, optional = (_VIDEO, _VIDEO_OPTIONAL) if raw else ({}, {**_VIDEO, **_VIDEO_OPTIONAL})
        _check_members(track, "TRACK", required, optional)
        if "color" in track:
            _check_members(track["color"], "TRACK: color", _COLOR, {})
        if raw and pixel_formats[track["pixels"]].alpha != (track["alpha"] != "none"):
            raise _bad(f'TRACK: "alpha" cannot be "{track["alpha"]}" with {track["pixels"]}')
    elif track["kind"] == "audio":
        required, optional = (_AUDIO, _AUDIO_OPTIONAL) if raw else ({}, {**_AUDIO, **_AUDIO_OPTIONAL})
        _check_members(track, "TRACK", required, optional)
    if "clock" in track:
        _check_members(track["clock"], "TRACK: clock", {"id": _is(str)}, {"uncertainty_ns": _wide})
    if not all(isinstance(word, str) for word in track.get("disposition", [])):
        raise _bad('TRACK: "disposition" is a list of words')
    return track


def video(pixels, width, height, *, time_base=(1, 1), primaries=2, transfer=2, matrix=2, range="unknown",
          chroma="unknown", alpha=None, **others):
    """Returns the TRACK of raw video. Omitted colour is unknown; alpha is straight if the format has it."""
    alpha = alpha or ("straight" if pixel_formats[pixels].alpha else "none")
    return check_track({"kind": "video", "codec": "raw", "time_base": list(time_base), "pixels": pixels,
                        "width": width, "height": height,
                        "color": {"primaries": primaries, "transfer": transfer, "matrix": matrix, "range": range,
                                  "chroma": chroma}, "alpha": alpha, **others})


# ---- Damage ----

def name_damage(head):
    """What happened to a wire whose start is not right, or None if these bytes are something else altogether."""
    for start, what in ((b"\x89SLW\r\r\n", "a terminal changed its line ends (ssh -t, script)"),
                        (b"\x89SLW\r\n\x1a\r\n", "a terminal changed its line ends (ssh -t, script)"),
                        (b"\x89SLW\n", "a text filter changed its line ends"),
                        (b"\x89SLW\r\x1a", "a text filter changed its line ends"),
                        (b"\xc2\x89SLW", "a text encoding was applied to it (PowerShell, a text-mode file)"),
                        (b"\xef\xbf\xbdSLW", "a text encoding was applied to it (PowerShell, a text-mode file)"),
                        (b"\xff\xfe", None), (b"\tSLW", "its eighth bits were cut off")):
        if head.startswith(start) and (what is not None or b"S\0L\0W\0" in head[:16]):
            return what or "a text encoding was applied to it (PowerShell, a text-mode file)"
    place = head[:4096 + len(MAGIC)].find(MAGIC)
    if place > 0:
        return f"{place} bytes of other text come before it: {printable(head[:min(place, 60)])}"
    return None


def printable(text, limit=1000):
    """Text from outside, safe for a terminal and a log."""
    if isinstance(text, (bytes, bytearray)):
        text = bytes(text).decode("utf-8", "backslashreplace")
    text = "".join(letter if letter.isprintable() else letter.encode("unicode_escape", "backslashreplace").decode()
                   for letter in text)
    return text if len(text) <= limit else text[:limit] + "..."


# ---- Handing over (docs/wire-format.md) ----

SLOTS, SLOT_BYTES = 4, MEBI
_ATTACHED = 0xFF  # the credit that is no slot
_LOCK_START, _LOCK_LENGTH = 0x534C5752 << 32, 1 << 32
_LOCK = struct.Struct("hhqqi4x")  # struct flock
_FUTURE_WRITE, _NOT_EXECUTABLE = 0x10, 8  # F_SEAL_FUTURE_WRITE, MFD_NOEXEC_SEAL: Python 3.11 has no names for them
_SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | _FUTURE_WRITE


def _may_hand_over(fd):
    return os.environ.get("SL_HOPS") != "off" and sys.maxsize > 1 << 32 and stat.S_ISFIFO(os.fstat(fd).st_mode)


def _lock(kind, start, length):
    return _LOCK.pack(kind, os.SEEK_SET, start, length, 0)


def _offer_on(fd):
    """The process that offers slots on this pipe, and the numbers of its memory file and of its credit pipe."""
    kind, _, start, _, process = _LOCK.unpack(fcntl.fcntl(fd, fcntl.F_GETLK, _lock(fcntl.F_RDLCK, _LOCK_START, _LOCK_LENGTH)))
    if kind != fcntl.F_WRLCK or start < _LOCK_START or process <= 0:
        raise OSError("no slots are offered")
    return process, (start >> 16) & 0xFFFF, start & 0xFFFF


@contextlib.contextmanager
def _opened(fd):
    try:
        yield fd
    finally:
        os.close(fd)


def _check_alike(named, own):
    """Raises OSError unless both are of one kind of file, and of this user. `own` is one that this process has made."""
    theirs, ours = os.fstat(named), os.fstat(own)
    if (theirs.st_dev, stat.S_IFMT(theirs.st_mode), theirs.st_uid) != (ours.st_dev, stat.S_IFMT(ours.st_mode), os.geteuid()):
        raise OSError("not a descriptor of a writer")


class _AttachedSlots:
    """The slots of the process that writes to a pipe. OSError if there are none: then all comes as bytes."""

    _credits = -1

    def __init__(self, fd):
        offer = process, memory, credits = _offer_on(fd)
        # O_PATH opens nothing of what the writer names, which could be a device.
        with _opened(os.open(f"/proc/{process}/fd/{memory}", os.O_PATH)) as named, _opened(os.memfd_create("streamlib")) as own:
            _check_alike(named, own)
            with _opened(os.open(f"/proc/self/fd/{named}", os.O_RDONLY)) as file:
                seals = fcntl.fcntl(file, fcntl.F_GET_SEALS)
                if os.fstat(file).st_size != SLOTS * SLOT_BYTES or seals & _SEALS != _SEALS:
                    raise OSError("the memory file is not sealed")
                self.memory = memoryview(mmap.mmap(file, SLOTS * SLOT_BYTES, mmap.MAP_SHARED, mmap.PROT_READ))
        reading, writing = os.pipe()
        with _opened(reading), _opened(writing), _opened(os.open(f"/proc/{process}/fd/{credits}", os.O_PATH)) as named:
            _check_alike(named, reading)
            # For reading too: otherwise a credit for a writer that has finished would raise SIGPIPE.
            self._credits = os.open(f"/proc/self/fd/{named}", os.O_RDWR | os.O_NONBLOCK)
        try:
            if _offer_on(fd) != offer:
                raise OSError("the writer has ended")
            os.write(self._credits, bytes([_ATTACHED]))
        except OSError:
            self.close()
            raise

    def give_back(self, slot):
        with contextlib.suppress(BlockingIOError):  # full: the writer waits for no credit
            os.write(self._credits, bytes([slot]))

    def close(self):
        if self._credits >= 0:
            os.close(self._credits)
            self._credits = -1

    __del__ = close


class _OfferedSlots:
    """Slots for the reader of a pipe. `state` is none, offered, attached, or left: for good."""

    FIRST_BYTES, LONG_STREAM, STRIP = MEBI, 64 * MEBI, 256 << 10

    def __init__(self, output):
        self.state, self._output, self._memory, self._credits = "none", output, -1, -1
        self.handed_over = 0
        from_strip = os.environ.get("SL_HOPS", "")
        self._from_strip = int(from_strip) if from_strip.isdecimal() else None
        try:
            if _may_hand_over(output):
                self._offer()
        except OSError:
            self.close()

    def _offer(self):
        most = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
        if most not in (resource.RLIM_INFINITY, -1) and most < SLOTS * SLOT_BYTES:
            return  # SIGXFSZ
        flags = os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING
        try:
            self._memory = os.memfd_create("streamlib", flags | _NOT_EXECUTABLE)
        except OSError:
            self._memory = os.memfd_create("streamlib", flags)
        os.ftruncate(self._memory, SLOTS * SLOT_BYTES)
        self._slots = numpy.frombuffer(mmap.mmap(self._memory, SLOTS * SLOT_BYTES), numpy.uint8)
        fcntl.fcntl(self._memory, fcntl.F_ADD_SEALS, _SEALS | fcntl.F_SEAL_SEAL)
        self._credits, writing = os.pipe()
        os.close(writing)
        os.set_blocking(self._credits, False)
        if max(self._memory, self._credits) > 0xFFFF:
            raise OSError("too many open files")
        place = _LOCK_START | self._memory << 16 | self._credits
        fcntl.fcntl(self._output, fcntl.F_SETLK, _lock(fcntl.F_WRLCK, place, 1))
        self.state, self._free, self._outstanding, self._in_use = "offered", [], set(), 0

    def close(self):
        for fd in (self._memory, self._credits):
            if fd >= 0:
                os.close(fd)
        self._memory = self._credits = -1

    __del__ = close

    def take(self, sent, strips, flush):
        """A free slot, or None if the next strip goes as bytes. Waits for one after flush()."""
        if self.state not in ("offered", "attached"):
            return None
        if strips < self._from_strip if self._from_strip is not None else sent < self.FIRST_BYTES:
            return None
        if self.state == "offered" and self._from_strip is not None:
            flush()
            self._wait_for_reader()
        self._read_credits()
        if self.state == "attached" and not self._free and sent >= self.LONG_STREAM and self._in_use < SLOTS:
            self._free, self._in_use = list(range(self._in_use, SLOTS)), SLOTS
        if self.state == "attached" and not self._free:
            flush()
        while self.state == "attached" and not self._free:
            self._wait_for_credit()
        return self._free.pop() if self.state == "attached" else None

    def fill(self, slot, parts):
        place = slot * SLOT_BYTES
        for part in parts:
            self._slots[place:place + part.nbytes].view(part.dtype).reshape(part.shape)[...] = part
            place += part.nbytes
        self._outstanding.add(slot)
        self.handed_over += 1

    def _read_credits(self):
        try:
            credits = os.read(self._credits, 64)
        except BlockingIOError:
            return
        if not credits and self.state == "attached":
            self.state = "left"  # the reader is gone
        for credit in credits:
            if self.state == "offered" and credit == _ATTACHED:
                self.state, self._free, self._in_use = "attached", [1, 0], 2
            elif self.state == "attached" and credit in self._outstanding:
                self._outstanding.remove(credit)
                self._free.append(credit)
            else:
                self.state = "left"

    def _wait_for_credit(self):
        poll = select.poll()
        poll.register(self._credits, select.POLLIN)
        poll.register(self._output, 0)
        if dict(poll.poll()).get(self._output, 0) & select.POLLERR:
            self.state = "left"  # the next write says so
        else:
            self._read_credits()

    def _wait_for_reader(self):
        for _ in range(200):
            self._read_credits()
            if self.state != "offered":
                return
            time.sleep(0.001)
        self.state = "left"


# ---- Reading ----

class _Input:
    """Fills memory from a descriptor or file object, with at most 24 bytes of read-ahead: padding, the next header and a
    ROWS prefix, so that a strip costs one system call and its samples go straight into its arrays."""

    def __init__(self, source, head=b""):
        self.count, self._source = len(head), source  # an object is kept open as long as its descriptor is read
        self._ahead = bytes(head)
        self._file = None if isinstance(source, int) or _has_descriptor(source) else source
        self._fd = None if self._file is not None else source if isinstance(source, int) else source.fileno()
        self.regular = self._fd is None or stat.S_ISREG(os.fstat(self._fd).st_mode)
        if self._fd is not None:
            _enlarge_pipe(self._fd)

    def attach(self):
        """The slots of the process that writes to this input, or None."""
        if self._fd is None or not _may_hand_over(self._fd):
            return None
        try:
            return _AttachedSlots(self._fd)
        except OSError:
            return None

    def _read(self, views):
        if self._fd is not None:
            return os.readv(self._fd, views)
        return self._file.readinto(views[0]) or 0

    def fill(self, views):
        """Fills the memoryviews one after another; gives the number of bytes, smaller only at the end of input."""
        got, spare = 0, memoryview(bytearray(24))
        views = collections.deque(view for view in views if len(view))
        while views:
            if self._ahead:
                step = min(len(views[0]), len(self._ahead))
                views[0][:step] = self._ahead[:step]
                self._ahead = self._ahead[step:]
            else:
                step = self._read([*views, spare])
                if step == 0:
                    return got
                self.count += step
            while step and views:
                taken = min(step, len(views[0]))
                got, step = got + taken, step - taken
                views[0] = views[0][taken:]
                if len(views[0]) == 0:
                    views.popleft()
            if step:
                self._ahead = bytes(spare[:step])
        return got

    def take(self, count):
        """Returns `count` bytes, fewer only at the end; memory grows with the bytes received, not with the length claimed."""
        body = bytearray()
        while len(body) < count:
            piece = bytearray(min(count - len(body), MEBI))
            got = self.fill([memoryview(piece)])
            body += piece[:got] if got < len(piece) else piece
            if got < len(piece):
                break
        return bytes(body)


def _enlarge_pipe(fd):
    """Makes a pipe 1 MiB large if the user's budget allows; 64 KiB cost a system call for every quarter of a strip."""
    if not stat.S_ISFIFO(os.fstat(fd).st_mode):
        return
    for size in (MEBI, MEBI // 4):
        try:
            fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, size)
            return
        except OSError:
            continue


def _has_descriptor(source):
    try:
        return not hasattr(source, "getbuffer") and isinstance(source.fileno(), int)
    except (AttributeError, OSError, ValueError):
        return False


@dataclasses.dataclass
class Record:
    """A record from Reader.next(). `json` is set if the body is JSON; samples (ROWS, BYTES) are still unread."""
    type: int
    flags: int = 0
    track: int = 0
    body: bytes = b""
    json: dict = None
    first: int = 0  # ROWS: first row
    rows: int = 0   # ROWS: number of rows


@dataclasses.dataclass
class Strip:
    """Rows `first` to `first + rows` of a frame: for each plane an array, height x width [x components]."""
    first: int
    rows: int
    planes: list
    last: bool
    damaged: bool


@dataclasses.dataclass
class Frame:
    """A picture, a block of sound, a packet or a data item. Absent times are None."""
    track: int = 1
    number: int = 0
    pts: int = None
    duration: int = None
    dts: int = None
    capture: int = None
    wall: int = None
    flags: int = KEY
    metadata: dict = None
    attachments: dict = dataclasses.field(default_factory=dict)  # in force for this frame: name to bytes
    planes: list = None    # raw video: an array for each plane
    samples: object = None  # the rest: an array (samples x channels) for raw audio, otherwise bytes
    damaged: bool = False

    @property
    def data(self):
        """The picture's array if it has one plane, otherwise the list of planes; or the samples."""
        if self.planes is None:
            return self.samples
        return self.planes[0] if len(self.planes) == 1 else self.planes


class _Track:
    """The state of a track in a Reader or Writer."""

    def __init__(self, track):
        self.frames = self.bytes = self.damaged = 0
        self.number, self.open, self.attachments, self.once = -1, None, {}, {}
        self.set(track)

    def set(self, track):
        self.track = track
        self.raw_video = track["kind"] == "video" and track["codec"] == "raw"
        self.unit = 1  # bytes that pieces are a multiple of
        if track["kind"] == "audio" and track["codec"] == "raw":
            self.unit = SAMPLE_TYPES[track["samples"]].itemsize * track["channels"]
        if self.raw_video:
            self.format, self.width, self.height = pixel_formats[track["pixels"]], track["width"], track["height"]
            self.alignment = (1 << self.format.shift_y) * (2 if track.get("fields") in ("top", "bottom") else 1)
            self.largest = max(ROWS_LIMIT, 8 + self.format.strip_bytes(self.width, self.alignment))

    def begin(self, frame):
        if self.open is not None:
            raise _bad("FRAME before the one open on its track is complete")
        if frame.number <= self.number:
            raise _bad(f"FRAME {frame.number} after frame {self.number}: numbers rise")
        self.open, self.number, self.next_row = frame, frame.number, 0
        frame.damaged = bool(frame.flags & FRAME_DAMAGED)

    def rows(self, first, rows, flags):
        """Takes note of a strip; raises StreamError if it does not continue the frame."""
        if first != self.next_row:
            raise _bad(f"ROWS from row {first}, but row {self.next_row} is next")
        if rows == 0 or first + rows > self.height:
            raise _bad(f"ROWS: {rows} rows from row {first} of {self.height}")
        reaches_end = first + rows == self.height
        if not reaches_end and rows % self.alignment:
            raise _bad(f"ROWS: {rows} rows are not a multiple of {self.alignment}")
        if reaches_end != bool(flags & LAST):
            raise _bad("ROWS: the flag of the last strip is not on the strip that completes the frame")
        self.next_row += rows

    def piece(self, count, flags):
        """Counts the bytes of a piece; returns the frame if it is complete."""
        self.bytes += count
        self.open.damaged |= bool(flags & DAMAGED)
        if not flags & LAST:
            return None
        done, self.open = self.open, None
        self.frames += 1
        self.damaged += done.damaged
        return done

    def counts(self):
        return {"frames": self.frames, "bytes": self.bytes, "damaged": self.damaged}


def _saved(count):
    """Bytes by which ROWS with so many bytes of samples is longer than a SLOT. They count as if they had come."""
    return 8 + count + -count % 8 - 16


class Reader:
    """Iterates over streams; each Stream iterates over its frames. next() returns single records."""

    def __init__(self, source=0, *, head=b"", name=None, max_memory=2 << 30):
        """`source` is a descriptor, or an object with fileno() or readinto(); `head` are bytes already read from it."""
        self._input = _Input(source, head)
        self.name = name or ("standard input" if source in (0, sys.stdin) else "the input")
        self.max_memory = max_memory
        self.streams = 0  # begun so far
        self.preamble_flags = 0
        self._state, self._record, self._pad, self._left, self._failure = "start", None, 0, 0, None
        self._slots = self._slot = None  # samples of the current record lie in that slot
        self._begin()

    def _begin(self):
        self._tracks, self.stages, self.attachments = {}, [], {}

    @property
    def bytes_in(self):
        return self._input.count

    @property
    def tracks(self):
        """The TRACK object in force, by track number."""
        return {number: state.track for number, state in self._tracks.items()}

    @property
    def live(self):
        return any(state.track.get("live", False) for state in self._tracks.values())

    def __iter__(self):
        while (record := self.next()) is not None:
            if record.type == START:
                yield Stream(self)

    # -- records --

    def next(self):
        """Returns the next record, checked, or None at the end of the input after CLOSE. A preamble comes as START,
        CLOSE not at all. ABORT, truncation and bytes that break the specification raise StreamError."""
        if self._failure:
            raise self._failure
        try:
            self._skip_samples()
            while True:
                record = self._next()
                if record is None or record.type != CLOSE:
                    return record
        except StreamError as error:
            self._failure = error
            raise

    def _next(self):
        head = self._input.take(8)
        if self._state in ("start", "closed"):
            if not head and self._state == "closed":
                return None
            if not MAGIC.startswith(head):
                raise self._not_wire(head)
            if len(head) < 8:
                raise self._truncated()
            return self._preamble()
        if self._state == "ended" and head and head[0] not in (CLOSE, ABORT) and not MAGIC.startswith(head):
            raise _bad(f"trailing bytes after END: {head.hex(' ')}")
        if len(head) < 8 or (head == MAGIC and self._state == "stream"):
            raise self._truncated("another writer began in the middle of its stream" if len(head) == 8 else None)
        if head == MAGIC:
            return self._preamble()
        kind, flags, track, length = struct.unpack("<BBHI", head)
        self._record = record = Record(kind, flags, track)
        self._check_header(kind, track, length)
        self._pad = -length % 8
        if kind in (ROWS, BYTES):
            self._left = length
            self._open_samples(record, length)
            return record
        if kind == SLOT:
            self._open_slot(record, length)
            return record
        record.body = self._input.take(length)
        if len(record.body) < length:
            raise self._truncated()
        self._padding()
        self._take_note(record)
        return record

    def _preamble(self):
        rest = self._input.take(8)
        if len(rest) < 8:
            raise self._truncated()
        major, _, flags = struct.unpack("<HHI", rest)
        if major != MAJOR:
            raise _bad(f"version {major} of the wire; this reader knows version {MAJOR}")
        self._begin()
        if self.streams == 0:
            self._slots = self._input.attach()
        self.streams, self.preamble_flags, self._state = self.streams + 1, flags, "stream"
        return Record(START)

    def _not_wire(self, head):
        if self._state == "closed":
            return _bad(f"trailing bytes after CLOSE: {head.hex(' ')}")
        head += self._input.take(4096)
        damage = name_damage(head)
        if damage:
            return _bad(f"{self.name}: a damaged wire: {damage}")
        return _bad(f"{self.name}: not streamlib's wire; it begins with {head[:8].hex(' ')}")

    def _truncated(self, why=None):
        if self._input.regular:
            return StreamError(DATA, f"{self.name}: truncated after {self._input.count} bytes")
        who = self.stages[0] if self.stages else {"tool": "", "host": ""}
        frames = sum(state.frames for state in self._tracks.values())
        if self.stages:
            message = f"ended without {'CLOSE' if self._state == 'ended' else 'END'} after {frames} frames: " + (
                why or "killed, or its connection was lost")
        else:
            message = "the stage before ended before it said who it is" if self._input.count else (
                "the stage before ended before its first byte")
        cause = {"tool": who["tool"], "host": who["host"], "code": None, "message": message}
        return StreamError(UPSTREAM, _cause_line(cause), cause)

    def _check_header(self, kind, track, length):
        if kind < 0x80 and (kind not in NAMES or (kind == SLOT and self._slots is None)):
            raise _bad(f"record of unknown type 0x{kind:02x}")
        if kind in (END, ABORT, CLOSE, STAGE) and track:
            raise _bad(f"{NAMES[kind]} on track {track}: it is about the whole stream")
        if kind == TRACK and track == 0:
            raise _bad("TRACK without a track number")
        if (kind in (FRAME, ROWS, BYTES, SLOT) or (kind in (ATTACHMENT, EVENT) and track)) and track not in self._tracks:
            raise _bad(f"{NAMES[kind]} on track {track}, which does not exist")
        if kind == CLOSE and self._state != "ended":
            raise _bad("CLOSE before END")
        if kind == CLOSE and length:
            raise _bad("CLOSE with a body")
        limit = {TRACK: JSON_LIMIT, END: LONG_JSON_LIMIT, ABORT: JSON_LIMIT, EVENT: JSON_LIMIT, STAGE: JSON_LIMIT,
                 FRAME: LONG_JSON_LIMIT + 56}.get(kind, BODY_LIMIT)
        if length > limit:
            raise StreamError(LIMIT, f"{NAMES.get(kind, 'record')} of {length} bytes is over the limit of {limit}")
        if kind == ROWS and self._tracks[track].raw_video and length > self._tracks[track].largest:
            raise _bad(f"ROWS of {length} bytes; {self._tracks[track].largest} are the most")
        if kind == ATTACHMENT and length + self._attached_bytes() > ATTACHMENT_BYTES_LIMIT + 65:
            raise StreamError(LIMIT, f"attachments of more than {ATTACHMENT_BYTES_LIMIT} bytes")

    def _attached_bytes(self):
        tables = [self.attachments] + [t for state in self._tracks.values() for t in (state.attachments, state.once)]
        return sum(len(value) for table in tables for value in table.values())

    def _padding(self):
        padding = self._input.take(self._pad)
        if len(padding) < self._pad:
            raise self._truncated()
        if any(padding):
            raise _bad("padding that is not zero")
        self._pad = 0

    def _take_note(self, record):
        """Checks a record without samples, and applies it."""
        kind, body = record.type, record.body
        if kind == TRACK:
            record.json = check_track(_parse_json(body, "TRACK"))
            self._note_track(record.track, record.json)
        elif kind == FRAME:
            self._note_frame(record)
        elif kind == ATTACHMENT:
            self._note_attachment(record)
        elif kind == EVENT:
            record.json = _check_members(_parse_json(body, "EVENT"), "EVENT", {"event": _is(str)}, {})
        elif kind == STAGE:
            record.json = _check_members(_parse_json(body, "STAGE"), "STAGE", {
                "tool": _is(str), "version": _is(str), "host": _is(str)}, {"input": _is(str)})
            if len(self.stages) == STAGE_LIMIT:
                raise StreamError(LIMIT, f"more than {STAGE_LIMIT} STAGEs")
            self.stages.append(record.json)
        elif kind == END:
            record.json = _parse_json(body, "END", LONG_JSON_LIMIT)
            self._note_end(record.json)
            self._state = "ended"
        elif kind == CLOSE:
            self._state = "closed"
        elif kind == ABORT:
            cause = _check_members(_parse_json(body, "ABORT"), "ABORT", {
                "tool": _is(str), "host": _is(str), "message": _is(str),
                "code": lambda value: value is None or _between(0, 255)(value)}, {"signal": _between(1, 64)})
            raise StreamError(UPSTREAM, _cause_line(cause), cause)

    def _note_track(self, number, track):
        state = self._tracks.get(number)
        if state is None:
            if len(self._tracks) == TRACK_LIMIT:
                raise StreamError(LIMIT, f"more than {TRACK_LIMIT} tracks")
            self._tracks[number] = _Track(track)
        elif state.open is not None:
            raise _bad("TRACK inside a frame of its track")
        elif (state.track["kind"], state.track["time_base"]) != (track["kind"], track["time_base"]):
            raise _bad("TRACK that changes the kind or the time base of its track")
        elif state.track != track:
            state.set(track)
            state.attachments, state.once = {}, {}

    def _note_frame(self, record):
        body = record.body
        if len(body) < 56:
            raise _bad(f"FRAME of {len(body)} bytes")
        number, *times, flags, offset = struct.unpack_from("<Q5q2I", body)
        if offset < 56 or offset > len(body):
            raise _bad(f"FRAME: metadata at byte {offset} of {len(body)}")
        metadata = body[offset:]
        record.json = _parse_json(metadata, "FRAME", LONG_JSON_LIMIT) if metadata else None
        state = self._tracks[record.track]
        frame = Frame(record.track, number, *(None if time == NO_TIME else time for time in times), flags, record.json)
        state.begin(frame)
        frame.attachments = {**self.attachments, **state.attachments, **state.once}
        state.once = {}

    def _note_attachment(self, record):
        name, zero, value = record.body[:65].partition(b"\0")
        if not zero or not re.fullmatch(rb"[a-z0-9._-]{1,64}", name):
            raise _bad(f"ATTACHMENT with the name {printable(name[:65])!r}")
        name, value = name.decode(), record.body[len(name) + 1:]
        record.first = len(name)
        state = self._tracks.get(record.track)
        table = self.attachments if state is None else state.attachments
        table.pop(name, None)
        if state is not None:
            state.once.pop(name, None)
        if value and record.flags & NEXT_FRAME_ONLY and state is not None:
            state.once[name] = value
        elif value:
            table[name] = value
        if len(table) + (len(state.once) if state else 0) > ATTACHMENT_LIMIT:
            raise StreamError(LIMIT, f"more than {ATTACHMENT_LIMIT} attachments of a track")

    def _note_end(self, end):
        for number, state in self._tracks.items():
            if state.open is not None:
                raise _bad(f"END inside frame {state.open.number} of track {number}")
        _check_members(end, "END", {"tracks": _is(dict), "stages": _is(list)}, {"stopped": _is(bool)})
        for name, counts in end["tracks"].items():
            if not isinstance(counts, dict):
                raise _bad("END: the counts of a track are an object")
            _check_members(counts, "END", {"frames": _wide, "bytes": _wide, "damaged": _wide}, {})
        for report in end["stages"]:
            if not isinstance(report, dict):
                raise _bad("END: a stage is an object")
            _check_members(report, "END", _STAGE_REPORT, _STAGE_REPORT_OPTIONAL)
        counted = {name: {what: int(counts[what]) for what in ("frames", "bytes", "damaged")}
                for name, counts in end["tracks"].items()}
        seen = {str(number): state.counts() for number, state in self._tracks.items()}
        if counted != seen:
            raise _bad(f"END counts {json.dumps(counted)[:300]}, but {json.dumps(seen)[:300]} came")

    # -- samples --

    def _open_samples(self, record, length):
        state, kind = self._tracks[record.track], NAMES[record.type]
        if (record.type == ROWS) != state.raw_video:
            raise _bad(f"{kind} on a track that is {'' if state.raw_video else 'not '}raw video")
        if state.open is None:
            raise _bad(f"{kind} without a FRAME")
        if record.type == ROWS:
            if length < 8:
                raise _bad(f"ROWS of {length} bytes")
            prefix = self._input.take(8)
            if len(prefix) < 8:
                raise self._truncated()
            self._left -= 8
            record.first, record.rows = struct.unpack("<II", prefix)
            state.rows(record.first, record.rows, record.flags)
            expected = state.format.strip_bytes(state.width, record.rows)
            if self._left != expected:
                raise _bad(f"ROWS: {self._left} bytes of samples where {record.rows} rows are {expected}")
        else:
            if length == 0 and not record.flags & LAST:
                raise _bad("BYTES without a byte that do not end their frame")
            if length % state.unit:
                raise _bad(f"BYTES: {length} bytes are not whole samples of {state.unit} bytes")
        self.completed = state.piece(self._left, record.flags)

    def _open_slot(self, record, length):
        """Makes ROWS of a SLOT, whose samples lie elsewhere."""
        state, body = self._tracks[record.track], self._input.take(16)
        if not state.raw_video:
            raise _bad("SLOT on a track that is not raw video")
        if state.open is None:
            raise _bad("SLOT without a FRAME")
        if length != 16:
            raise _bad(f"SLOT of {length} bytes")
        if len(body) < 16:
            raise self._truncated()
        record.first, record.rows, slot, _ = struct.unpack("<4I", body)
        if slot >= SLOTS:
            raise _bad(f"SLOT {slot} of {SLOTS}")
        state.rows(record.first, record.rows, record.flags)
        count = state.format.strip_bytes(state.width, record.rows)
        if 8 + count > ROWS_LIMIT:
            raise _bad(f"SLOT: {count} bytes, which do not fit one")
        record.type, self._slot, self._left = ROWS, slot, count
        self._input.count += _saved(count)
        self.completed = state.piece(count, record.flags)

    def _give_back(self):
        slot, self._slot, self._left = self._slot, None, 0
        self._slots.give_back(slot)

    def _fill(self, views):
        if self._slot is not None:
            place = self._slot * SLOT_BYTES
            for view in views:
                view[:] = self._slots.memory[place:place + len(view)]
                place += len(view)
            return self._give_back()
        got = self._input.fill(views)
        if got < self._left:
            raise self._truncated()
        self._left = 0
        self._padding()

    def _skip_samples(self):
        if self._slot is not None:
            self._give_back()
        while self._left:
            step = min(self._left, MEBI)
            if len(self._input.take(step)) < step:
                raise self._truncated()
            self._left -= step
        self._padding()

    def strip(self, planes=None):
        """Reads the current ROWS record into new arrays, or straight into the arrays of a whole frame."""
        record = self._record
        state = self._tracks[record.track]
        if planes is None:
            planes = state.format.empty(state.width, record.rows)
            parts = planes
        else:
            parts = [plane[record.first >> y:-(-(record.first + record.rows) >> y)]
                     for plane, (_, _, y) in zip(planes, state.format.planes)]
        self._fill_or_fail([memoryview(part.reshape(-1).view(numpy.uint8)) for part in parts])
        return Strip(record.first, record.rows, parts, bool(record.flags & LAST), bool(record.flags & DAMAGED))

    def view(self):
        """As strip(), but without a copy if the strip was handed over: read-only arrays, valid until next(). The writer is
        another process and may change them at any time: use each sample once, or call strip()."""
        if self._slot is None:
            strip = self.strip()
            for plane in strip.planes:
                plane.flags.writeable = False
            return strip
        record, place, planes = self._record, self._slot * SLOT_BYTES, []
        state = self._tracks[record.track]
        for shape in state.format.shapes(state.width, record.rows):
            count = math.prod(shape)
            planes.append(numpy.frombuffer(self._slots.memory, state.format.dtype, count, place).reshape(shape))
            place += planes[-1].nbytes
        return Strip(record.first, record.rows, planes, bool(record.flags & LAST), bool(record.flags & DAMAGED))

    def piece(self):
        """The bytes of the BYTES record that next() has just given."""
        body = bytearray(self._left)
        self._fill_or_fail([memoryview(body)])
        return bytes(body)

    def _fill_or_fail(self, views):
        try:
            self._fill(views)
        except StreamError as error:
            self._failure = error
            raise

    def gather(self, record):
        """Reads the samples of a ROWS or BYTES record into their frame; gives the frame if that completes it."""
        state, done = self._tracks[record.track], self.completed
        frame = done or state.open
        if record.type == ROWS:
            if frame.planes is None:
                size = state.format.strip_bytes(state.width, state.height)
                if size > self.max_memory:
                    raise StreamError(LIMIT, f"{self.name}: a frame of {size} bytes is over the limit of "
                                             f"{self.max_memory} (max_memory raises it)")
                frame.planes = state.format.empty(state.width, state.height)
            self.strip(frame.planes)
        else:
            frame.samples = frame.samples if frame.samples is not None else bytearray()
            if len(frame.samples) + self._left > self.max_memory:
                raise StreamError(LIMIT, f"{self.name}: a frame is over the limit of {self.max_memory} bytes")
            frame.samples += self.piece()
            if done and state.unit > 1:
                samples = numpy.frombuffer(frame.samples, SAMPLE_TYPES[state.track["samples"]])
                frame.samples = samples.reshape(-1, state.track["channels"])
        return done


class Stream:
    """One stream of a Reader: from its preamble to END. Iterating gives its frames, of all tracks, as they complete."""

    def __init__(self, reader):
        self._reader, self.ended, self.end = reader, False, None

    @property
    def tracks(self):
        """The TRACK object in force, by number; all that are known at the start are there with the first frame."""
        return self._reader.tracks

    @property
    def stages(self):
        return self._reader.stages

    @property
    def attachments(self):
        """Attachments of the whole stream. See Frame.attachments for a frame's."""
        return self._reader.attachments

    def __iter__(self):
        return (item for item in self.items() if isinstance(item, Frame))

    def items(self):
        """Frames as they complete, and every Record between them that a filter passes on."""
        while not self.ended:
            record = self._reader.next()
            if record.type in (ROWS, BYTES):
                if (done := self._reader.gather(record)) is not None:
                    yield done
            elif record.type == END:
                self.ended, self.end = True, record.json
            elif record.type != FRAME:
                yield record


def _cause_line(cause):
    who = cause["tool"] + (f" on {cause['host']}" if cause["host"] not in ("", socket.gethostname()) else "")
    return printable(f"{who}: {cause['message']}" if who else cause["message"])


# ---- Packed strips (docs/wire-format.md) ----

_STORED, _CONSTANT, _ZSTANDARD = range(3)
_PACKED_DAMAGED, _PACKED_COLOR = 1, 2
_SOUND_LIMIT = MEBI


def unpack(track, packed):
    """The samples of one frame of a packed track ("sl-lossless"): an array for each plane, or of sound, samples x channels.

    `packed` are its bytes (Frame.samples). Frames of Zstandard need the module zstandard (Debian's python3-zstandard).
    Raises StreamError on damage."""
    unpacker, next_row, packed = _Unpacker(track), 0, memoryview(packed).cast("B")
    while len(packed):
        if len(packed) < 16:
            raise _damage(next_row, "the frame ends here")
        first, rows, length, flags = struct.unpack_from("<4I", packed)
        unpacker.check(next_row, first, rows, length, flags)
        if len(packed) - 16 < length:
            raise _damage(next_row, "the frame ends here")
        unpacker.strip(first, rows, packed[16:16 + length], bool(flags & _PACKED_COLOR))
        next_row, packed = next_row + rows, packed[16 + length:]
    return unpacker.result(next_row)


def _damage(row, what):
    return StreamError(DATA, f"{LOSSLESS}: damaged in row {row}: {what}")


class _Unpacker:
    def __init__(self, track):
        self.track, self.picture, self.blocks = track, track["kind"] == "video", []
        if self.picture:
            self.format = pixel_formats[track["pixels"]]
            self.dtype, self.components = self.format.dtype, sum(plane[0] for plane in self.format.planes)
            self.alignment = (1 << self.format.shift_y) * (2 if track.get("fields") in ("top", "bottom") else 1)
            names = track["pixels"]
            self.color = names.startswith(("rgb", "gb")) and self.dtype.kind == "u"
            self.green, *self.others = (0, 1, 2) if names.startswith("gb") else (1, 0, 2)
        else:
            self.dtype, self.components, self.color = SAMPLE_TYPES[track["samples"]], 1, False
        self.number = numpy.dtype(f"<u{self.dtype.itemsize}")

    def size(self, rows):
        """The bytes of so many rows, or moments of sound."""
        if self.picture:
            return self.format.strip_bytes(self.track["width"], rows)
        return rows * self.track["channels"] * self.dtype.itemsize

    def check(self, next_row, first, rows, length, flags):
        """Raises StreamError unless a strip can begin so. Nothing is unpacked before that."""
        if flags > (_PACKED_DAMAGED | _PACKED_COLOR) or (flags & _PACKED_COLOR and not self.color):
            raise _damage(next_row, "it has unknown flags")
        end, size = first + rows, self.size(rows)
        if first != next_row or rows == 0 or end > (self.track["height"] if self.picture else 0xFFFFFFFF):
            raise _damage(next_row, f"rows {first} to {end}")
        if self.picture:
            if rows % self.alignment and end != self.track["height"]:
                raise _damage(next_row, f"rows {first} to {end}, not a multiple of {self.alignment}")
            too_large = (size + 8 > ROWS_LIMIT and rows > self.alignment) or size + 8 > BODY_LIMIT
        else:
            too_large = size > _SOUND_LIMIT and rows > 1
        if too_large:
            raise _damage(next_row, f"rows {first} to {end} are over 1 MiB")
        if length > size + self.components * (1 + 5 * self.dtype.itemsize):
            raise _damage(next_row, f"{length} bytes, more than they need")

    def strip(self, row, rows, body, color):
        shapes = self.format.shapes(self.track["width"], rows) if self.picture else [(rows, self.track["channels"])]
        components = []  # differences, and their predictor
        for height, width, *lanes in shapes:
            for _ in range(lanes[0] if lanes else 1):
                if not len(body):
                    raise _damage(row, "bytes are missing")
                predictor, number = body[0], numpy.zeros(height * width, self.number)
                if predictor > 4:
                    raise _damage(row, f"it has an unknown predictor, {predictor}")
                body = body[1:]
                for byte in range(self.dtype.itemsize):
                    segment, body = _segment(row, body, height * width)
                    number |= segment.astype(self.number) << self.number.type(8 * byte)
                if self.dtype.itemsize > 1:
                    number = (number >> self.number.type(1)) ^ (~(number & self.number.type(1)) + self.number.type(1))
                components.append((predictor, number.reshape(height, width)))
        if len(body):
            raise _damage(row, "bytes are left over")
        if color:
            for index in self.others:
                components[index][1][...] += components[self.green][1]
        arrays = iter([_predicted(*component).view(self.dtype) for component in components])
        self.blocks.append([numpy.stack([next(arrays) for _ in range(shape[2])], axis=-1) if len(shape) > 2 else next(arrays)
                            for shape in shapes])

    def result(self, rows):
        if self.picture:
            if rows != self.track["height"]:
                raise _damage(rows, "the frame ends here")
            return [numpy.concatenate(planes) for planes in zip(*self.blocks)]
        if not self.blocks:
            return numpy.empty((0, self.track["channels"]), self.dtype)
        return numpy.concatenate([block[0] for block in self.blocks])


def _segment(row, body, count):
    """The `count` bytes that the segment at the start of `body` holds, and what follows it."""
    if len(body) < 5:
        raise _damage(row, "bytes are missing")
    method, length = struct.unpack_from("<BI", body)
    if method > _ZSTANDARD:
        raise _damage(row, f"it has an unknown method, {method}")
    if length > len(body) - 5:
        raise _damage(row, "bytes are missing")
    packed, rest = body[5:5 + length], body[5 + length:]
    if method == _CONSTANT and length == 1:
        return numpy.full(count, packed[0], numpy.uint8), rest
    whole = _from_zstandard(packed, count) if method == _ZSTANDARD else packed
    if method == _CONSTANT or whole is None or len(whole) != count:
        raise _damage(row, "its bytes do not unpack")
    return numpy.frombuffer(whole, numpy.uint8), rest


def _from_zstandard(packed, count):
    """The bytes of one frame of Zstandard, or None if it is damaged or has more than `count`."""
    try:
        import zstandard
    except ImportError:
        raise StreamError(MISSING, "unpacking needs the Python module zstandard (Debian: python3-zstandard)") from None
    if bytes(packed[:4]) != zstandard.FRAME_HEADER:
        return None  # a skippable frame
    try:
        if zstandard.get_frame_parameters(packed).content_size not in (count, zstandard.CONTENTSIZE_UNKNOWN):
            return None
        whole = zstandard.ZstdDecompressor().decompress(packed, max_output_size=count, allow_extra_data=False)
    except zstandard.ZstdError:
        return None
    return whole


def _predicted(predictor, differences):
    """The samples: sums along columns, rows, or both."""
    along = {"dtype": differences.dtype}
    if predictor == 1:
        differences[:, 0] = numpy.cumsum(differences[:, 0], **along)
        return numpy.cumsum(differences, axis=1, **along)
    if predictor == 2:
        differences[0] = numpy.cumsum(differences[0], **along)
        return numpy.cumsum(differences, axis=0, **along)
    if predictor == 3:
        return numpy.cumsum(numpy.cumsum(differences, axis=1, **along), axis=0, **along)
    if predictor == 4:
        return numpy.cumsum(numpy.cumsum(differences, axis=0, **along), axis=0, **along)
    return differences


# ---- Writing ----

class Writer:
    """Writes streams into a descriptor. As a context: ABORT if the block raises, otherwise CLOSE (and END before it)."""

    def __init__(self, target=1, *, tool=None, version="1", host=None, command=None, reader=None):
        self._fd = target if isinstance(target, int) else target.fileno()
        self.tool = tool or os.path.basename(sys.argv[0]) or "python"
        self.host, self.version = host or socket.gethostname(), version
        self.command = _without_secrets(sys.argv) if command is None else command
        self._reader = reader  # for bytes_in of END
        self._gathered, self._tracks, self.bytes_out, self._state = [], {}, 0, "start"
        self._strips = 0
        _enlarge_pipe(self._fd)
        if os.isatty(self._fd):
            raise StreamError(64, "the wire is binary: not into a terminal")
        self._slots = _OfferedSlots(self._fd)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is None:
            self.close()
        elif not isinstance(error, BrokenPipeError):
            try:
                self.abort(self.cause_of(error))
            except OSError:
                pass  # no reader is left; `error` matters more
        return False

    def cause_of(self, error):
        if isinstance(error, StreamError) and error.cause:
            return error.cause
        if isinstance(error, (KeyboardInterrupt, _Signals.TimeUp)):
            return {"tool": self.tool, "host": self.host, "code": INTERRUPTED, "message": "interrupted"}
        code = error.status if isinstance(error, StreamError) else BUG
        return {"tool": self.tool, "host": self.host, "code": code, "message": str(error) or type(error).__name__}

    # -- the stream --

    def begin(self, flags=0):
        """Preamble and STAGE of a new stream, which go out at once."""
        if self._state == "stream":
            self.end()
        if self._state in ("closed", "aborted"):
            raise ValueError("nothing can be written after CLOSE or ABORT")
        self._gathered.append(MAGIC + struct.pack("<HHI", MAJOR, MINOR, flags))
        self._tracks, self._state = {}, "stream"
        self.stage({"tool": self.tool, "version": self.version, "host": self.host})
        self.flush()

    def stage(self, stage):
        self._record(STAGE, 0, 0, _dump_json(stage))

    def track(self, number, track):
        """Announces or changes a track; one equal to that in force writes nothing."""
        check_track(track)
        state = self._tracks.get(number)
        if state is None:
            self._tracks[number] = _Track(track)
        elif state.track == track:
            return
        elif state.open is not None:
            raise ValueError("TRACK inside a frame of its track")
        else:
            state.set(track)
        self._record(TRACK, 0, number, _dump_json(track))

    def attachment(self, track, name, value, flags=0):
        self._record(ATTACHMENT, flags, track, name.encode() + b"\0" + value)

    def event(self, track, event):
        self._record(EVENT, 0, track, _dump_json(event))

    def ancillary(self, record):
        """Passes on an ancillary record unchanged."""
        self._record(record.type, record.flags, record.track, record.body)

    def frame(self, track, frame):
        """Opens a frame; rows() or piece() must follow until it is complete."""
        self._tracks[track].begin(dataclasses.replace(frame, planes=None, samples=None))
        times = (NO_TIME if time is None else time for time in
                 (frame.pts, frame.duration, frame.dts, frame.capture, frame.wall))
        metadata = _dump_json(frame.metadata) if frame.metadata else b""
        self._record(FRAME, 0, track, struct.pack("<Q5q2I", frame.number, *times, frame.flags, 56) + metadata)

    def rows(self, track, planes, first, damaged=False):
        """Rows from `first` on: an array, or one for each plane. More than a record may hold goes out as several."""
        state = self._tracks[track]
        planes = [planes] if isinstance(planes, numpy.ndarray) else planes
        rows = planes[0].shape[0]
        for plane, shape in zip(planes, state.format.shapes(state.width, rows), strict=True):
            if plane.dtype != state.format.dtype or plane.shape != shape:
                raise ValueError(f"{track}: {plane.dtype} {plane.shape} where {state.format.dtype} {shape} is due")
        if state.largest > BODY_LIMIT:
            raise StreamError(LIMIT, f"rows of {state.largest - 8} bytes do not fit a record of the wire")
        unit, top = state.format.strip_bytes(state.width, state.alignment), 0
        while top < rows:
            slot = self._slots.take(self.bytes_out, self._strips, self.flush) if 8 + unit <= ROWS_LIMIT else None
            # A pipe of 1 MiB takes 960 KiB at once with its headers, so that the next stage wakes once.
            most = 960 << 10 if slot is None else _OfferedSlots.STRIP
            count = min(max(1, most // unit) * state.alignment, rows - top)
            flags = (LAST if first + top + count == state.height else 0) | (DAMAGED if damaged else 0)
            state.rows(first + top, count, flags)
            parts = [plane[top >> y:-(-(top + count) >> y)] for plane, (_, _, y) in zip(planes, state.format.planes)]
            size = sum(part.nbytes for part in parts)
            if slot is not None:
                self._slots.fill(slot, parts)
                self._record(SLOT, flags, track, struct.pack("<4I", first + top, count, slot, 0))
                self.bytes_out += _saved(size)
            else:
                parts = [numpy.ascontiguousarray(part) for part in parts]
                self._record(ROWS, flags, track, struct.pack("<II", first + top, count),
                             *(memoryview(part.reshape(-1).view(numpy.uint8)) for part in parts))
            state.piece(size, flags)
            self.flush()
            self._strips += 1
            top += count

    def piece(self, track, piece, last=True, damaged=False):
        """A piece of a frame that is not raw video."""
        state = self._tracks[track]
        piece = memoryview(piece).cast("B")
        if len(piece) % state.unit:
            raise ValueError(f"{len(piece)} bytes are not whole samples of {state.unit} bytes")
        flags = (LAST if last else 0) | (DAMAGED if damaged else 0)
        self._record(BYTES, flags, track, piece)
        state.piece(len(piece), flags)
        self.flush()

    def picture(self, track, data, **frame):
        """Writes a whole frame: its planes or samples, and the members of Frame."""
        self.send(Frame(track, **frame), data)

    def send(self, frame, data=None):
        """Writes a whole frame from a Reader, with `data` instead of its samples if given."""
        data = frame.data if data is None else data
        damaged = frame.damaged and not frame.flags & FRAME_DAMAGED
        self.frame(frame.track, frame)
        if self._tracks[frame.track].raw_video:
            self.rows(frame.track, data, 0, damaged)
        else:
            data = memoryview(numpy.ascontiguousarray(data) if isinstance(data, numpy.ndarray) else data)
            data = data.cast("B") if data.nbytes else memoryview(b"")
            step = MEBI // self._tracks[frame.track].unit * self._tracks[frame.track].unit or len(data)
            for start in range(0, max(1, len(data)), step or 1):
                self.piece(frame.track, data[start:start + step], start + step >= len(data), damaged)

    def end(self, input_end=None, stopped=False):
        """Writes END, with the counts, and the stages in `input_end` (the END of the input)."""
        if any(state.open for state in self._tracks.values()):
            raise ValueError("END inside a frame")
        usage = resource.getrusage(resource.RUSAGE_SELF)
        report = {"tool": self.tool, "host": self.host, "command": self.command,
                  "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3), "peak_memory": usage.ru_maxrss * 1024,
                  "bytes_in": self._reader.bytes_in if self._reader else 0, "bytes_out": self.bytes_out}
        stages = [report] + (input_end or {}).get("stages", [])
        end = {"tracks": {str(number): state.counts() for number, state in self._tracks.items()},
               "stages": stages[:STAGE_LIMIT]}
        if stopped or (input_end or {}).get("stopped"):
            end["stopped"] = True
        self._record(END, 0, 0, _dump_json(_as_text(end)))
        self._state = "ended"
        self.flush()

    def close(self):
        """No more streams."""
        if self._state == "stream":
            self.end()
        if self._state == "ended":
            self._record(CLOSE, 0, 0)
            self._state = "closed"
        self.flush()

    def abort(self, cause):
        """Says that it all failed, preamble and STAGE first if nothing was said before."""
        if self._state in ("closed", "aborted"):
            return
        if self._state == "start":
            if stat.S_ISREG(os.fstat(self._fd).st_mode):
                return
            self.begin()
        self._record(ABORT, 0, 0, _dump_json(cause))
        self._state = "aborted"
        self.flush()

    # -- bytes --

    def _record(self, kind, flags, track, *body):
        length = sum(len(part) for part in body)
        self._gathered += [struct.pack("<BBHI", kind, flags, track, length), *body, bytes(-length % 8)]

    def flush(self):
        """Sends the gathered bytes. Afterwards the caller may change the arrays given to rows()."""
        views = collections.deque(memoryview(part) for part in self._gathered if len(part))
        self._gathered = []
        while views:
            sent = os.writev(self._fd, [views[index] for index in range(min(len(views), 512))])
            self.bytes_out += sent
            while sent:
                step = min(sent, len(views[0]))
                sent -= step
                views[0] = views[0][step:]
                if len(views[0]) == 0:
                    views.popleft()


def _as_text(value):
    """Integers beyond 2^53 as decimal strings."""
    if isinstance(value, dict):
        return {name: _as_text(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_as_text(member) for member in value]
    return str(value) if _is_integer(value) and abs(value) > 1 << 53 else value


def _without_secrets(arguments):
    return re.sub(r"([a-z][a-z0-9+.-]*://)(?:[^/@\s]*@)?([^?#\s]*)[^\s']*", r"\1\2", shlex.join(arguments))


# ---- A filter ----

def open_input(fd=0):
    """Returns a Reader of a descriptor, and the sl-decode started for it if its bytes are not the wire, or are
    packed, or None.

    sl-decode gets the bytes already read in a memfd, and reads the rest from the descriptor itself."""
    head = b""
    while len(head) < (16 if MAGIC.startswith(head[:8]) and len(head) > 1 else 2) and (piece := os.read(fd, 4096)):
        head += piece
    is_packed = len(head) >= 16 and head.startswith(MAGIC) and struct.unpack_from("<I", head, 12)[0] & PACKED
    if not is_packed and (MAGIC.startswith(head[:2]) or name_damage(head)):
        return Reader(fd, head=head), None
    decoder = shutil.which("sl-decode")
    if decoder is None:
        raise StreamError(MISSING, "sl-decode is not on PATH, and the input is not streamlib's wire")
    memory = os.memfd_create("head")
    os.write(memory, head)
    os.lseek(memory, 0, os.SEEK_SET)
    others = ["--packets"] if is_packed else []  # compressed tracks pass as they are
    child = subprocess.Popen([decoder, "--head", str(memory), *others], stdin=fd, stdout=subprocess.PIPE, pass_fds=[memory])
    os.close(memory)
    return Reader(child.stdout, name="sl-decode"), child


class _Signals:
    """The first SIGINT, SIGTERM or SIGHUP lets the input end by itself, for 2 s; the second ends the process at once."""

    class TimeUp(BaseException):
        pass

    def __init__(self):
        self.caught = None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._catch)
        signal.signal(signal.SIGALRM, self._time_up)

    def _catch(self, number, _):
        if self.caught is not None:
            self.die(number)
        self.caught = number
        signal.setitimer(signal.ITIMER_REAL, 2)

    def _time_up(self, *_):
        raise self.TimeUp

    def die(self, number):
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


def filter(function, *, retrack=None, tool=None):
    """Runs `function` on every raw video frame from standard input to standard output, and ends the process.

    `function(frame)` changes frame.planes in place, or returns an array or list of planes to send instead. If it changes
    the size or the format, `retrack(track)` returns the new TRACK object. Everything else is passed on: other tracks,
    attachments, metadata, unknown records; records tied to the pixels are left out. Exit status: 0; 79 in silence if the
    failure is upstream; if this filter started sl-decode, its status; 70 if `function` raised; SIGPIPE ends it quietly."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signals = _Signals()
    child, status = None, 0
    try:
        with Writer(1, tool=tool) as out:
            reader, child = open_input(0)
            out._reader = reader
            for stream in reader:
                out.begin(reader.preamble_flags & (COMPRESSED | PACKED))
                stopped = _filter_stream(stream, reader, out, function, retrack, signals)
                out.end(stream.end, stopped)
                if stopped:
                    break
    except _Signals.TimeUp:
        status = 128 + signals.caught
    except Exception as error:
        if signals.caught is not None and isinstance(error, StreamError):
            status = 128 + signals.caught  # the input ended by the same interrupt
        else:
            status = _report(error, child, tool)
    if child is not None:
        child.stdout.close()
        code = child.wait()
        status = status or (code if code > 0 else BUG if code < 0 and -code != signal.SIGPIPE else 0)
    if signals.caught is not None and (status > 128 or (status == 0 and not reader.live)):
        signals.die(signals.caught)
    sys.stdout = None
    sys.exit(status)


def _filter_stream(stream, reader, out, function, retrack, signals):
    """Filters one stream. Returns whether an interrupt ended it before its END."""
    held = collections.defaultdict(list)  # records that hold from the next frame on, while one is open
    reported = set()
    try:
        for item in stream.items():
            if not isinstance(item, Frame):
                state = reader._tracks.get(item.track)
                if state is not None and state.open is not None:
                    held[item.track].append(item)
                else:
                    _pass(item, out, retrack, reported)
                continue
            if reader._tracks[item.track].raw_video:
                if retrack and item.metadata and item.metadata.pop("geometry", None) is not None:
                    _not_carried(out, item.track, "geometry", reported)
                out.send(item, function(item))
            else:
                out.send(item)
            for record in held.pop(item.track, []):
                _pass(record, out, retrack, reported)
    except StreamError as error:
        by_the_interrupt = error.status == UPSTREAM and (error.cause or {}).get("code") in (None, INTERRUPTED)
        if signals.caught is None or not reader.live or not by_the_interrupt:
            raise
        return True
    return False


def _pass(record, out, retrack, reported):
    if record.type == TRACK:
        raw = record.json["kind"] == "video" and record.json["codec"] == "raw"
        out.track(record.track, retrack(dict(record.json)) if retrack and raw else record.json)
    elif record.flags & TIED:
        name = record.body[:record.first].decode() if record.type == ATTACHMENT else f"record 0x{record.type:02x}"
        _not_carried(out, record.track, name, reported)
    else:
        out.ancillary(record)


def _not_carried(out, track, what, reported):
    if (track, what) not in reported:
        reported.add((track, what))
        out.event(track if track in out._tracks else 0, {"event": "not-carried", "what": what})


def _report(error, child, tool):
    """Prints the error unless another process does; returns the exit status."""
    status = error.status if isinstance(error, StreamError) else BUG
    upstream = isinstance(error, StreamError) and error.status == UPSTREAM
    if upstream and child is not None:
        child.stdout.close()
        code = child.wait()
        if code > 0:
            return code  # it has printed its own line
        status = BUG
    elif upstream and not stat.S_ISREG(os.fstat(1).st_mode):
        return status
    name = tool or os.path.basename(sys.argv[0]) or "python"
    if not isinstance(error, StreamError):
        import traceback
        traceback.print_exc()
    print(f"{name}: {printable(str(error) or type(error).__name__)}", file=sys.stderr)
    return status

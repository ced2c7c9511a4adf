#!/usr/bin/env python3
"""The Python reader and writer of the wire: over the conformance vectors, cut and flipped streams, and round trips."""

import io
import json
import os
import pathlib
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import unittest
import zlib

SOURCE = pathlib.Path(__file__).resolve().parents[2]
VECTORS = SOURCE / "tests/data/wire"
sys.path.insert(0, str(SOURCE / "bindings/python"))

import hexdump  # noqa: E402
import numpy  # noqa: E402
import streamlib  # noqa: E402
from streamlib import Frame, Reader, StreamError, Writer  # noqa: E402


def read_records(reader):
    """The properties of valid streams in vectors.json, read record by record."""
    streams, crcs = [], {}
    while (record := reader.next()) is not None:
        if record.type == streamlib.START:
            crcs = {}
        elif record.type == streamlib.ROWS:
            planes = crcs.setdefault(record.track, {})
            for index, plane in enumerate(reader.strip().planes):
                planes[index] = zlib.crc32(plane.tobytes(), planes.get(index, 0))
        elif record.type == streamlib.BYTES:
            planes = crcs.setdefault(record.track, {})
            planes[0] = zlib.crc32(reader.piece(), planes.get(0, 0))
        elif record.type == streamlib.END:
            streams.append(summary(reader, record.json, lambda number: [
                f"{crcs.get(number, {}).get(plane, 0):08x}" for plane in range(plane_count(reader, number))]))
    return streams


def read_frames(reader):
    """The same, read frame by frame."""
    streams = []
    for stream in reader:
        frames = list(stream)
        streams.append(summary(reader, stream.end, lambda number: [
            f"{crc_of(plane_of(frame, plane) for frame in frames if frame.track == number):08x}"
            for plane in range(plane_count(reader, number))]))
    return streams


def plane_of(frame, plane):
    data = frame.planes[plane] if frame.planes is not None else frame.samples
    return data.tobytes() if isinstance(data, numpy.ndarray) else bytes(data)


def crc_of(pieces):
    crc = 0
    for piece in pieces:
        crc = zlib.crc32(piece, crc)
    return crc


def plane_count(reader, number):
    track = reader.tracks[number]
    return len(streamlib.pixel_formats[track["pixels"]].planes) if track["codec"] == "raw" and "pixels" in track else 1


def summary(reader, end, crcs):
    return {"flags": reader.preamble_flags, "stages": len(reader.stages), "stopped": end.get("stopped", False),
            "tracks": {str(number): {**end["tracks"][str(number)], "crc32": crcs(number)} for number in reader.tracks}}


def verdict(source, read):
    try:
        return 0, read(Reader(source))
    except StreamError as error:
        return error.status, str(error)


def through_pipe(content, read):
    """The verdict on bytes that come through a pipe."""
    output, into = os.pipe()

    def feed():
        try:
            with open(into, "wb", buffering=0) as sink:
                sink.write(content)
        except BrokenPipeError:
            pass

    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        return verdict(output, read)
    finally:
        os.close(output)
        feeder.join()


class Dribble(io.RawIOBase):
    """One byte a read."""

    def __init__(self, content):
        self.content, self.place = content, 0

    def readable(self):
        return True

    def readinto(self, into):
        piece = self.content[self.place:self.place + 1]
        into[:len(piece)] = piece
        self.place += len(piece)
        return len(piece)


class Vectors(unittest.TestCase):
    vectors = json.loads((VECTORS / "vectors.json").read_text())

    def check(self, vector, found, key="status"):
        status, result = found
        self.assertEqual(status, vector.get(key, vector["status"]), f"{vector['file']}: {vector['why']}: {result}")
        if vector["valid"]:
            self.assertEqual(result, vector["streams"], vector["file"])
        else:
            self.assertTrue(result.isprintable() and 0 < len(result) < 1200, repr(result))

    def test_every_vector_is_in_the_index(self):
        self.assertEqual({vector["file"] for vector in self.vectors}, {path.name for path in VECTORS.glob("*.slw")})
        self.assertGreater(sum(not vector["valid"] for vector in self.vectors), 60)

    def test_from_files(self):
        for vector in self.vectors:
            for read in (read_records, read_frames):
                with self.subTest(vector["file"]), open(VECTORS / vector["file"], "rb") as source:
                    self.check(vector, verdict(source.fileno(), read))

    def test_through_pipes(self):
        for vector in self.vectors:
            with self.subTest(vector["file"]):
                content = (VECTORS / vector["file"]).read_bytes()
                self.check(vector, through_pipe(content, read_records), "pipe_status")

    def test_byte_by_byte(self):
        for vector in self.vectors:
            with self.subTest(vector["file"]):
                content = (VECTORS / vector["file"]).read_bytes()
                self.check(vector, verdict(Dribble(content), read_frames))

    def test_every_format_is_there(self):
        for stream in Reader(io.BytesIO((VECTORS / "every-format.slw").read_bytes())):
            for frame in stream:
                track, size = stream.tracks[frame.track], sum(plane.nbytes for plane in frame.planes)
                self.assertEqual(size, streamlib.pixel_formats[track["pixels"]].strip_bytes(5, 3))
            tracks = stream.tracks
        self.assertEqual({track["pixels"] for track in tracks.values()}, set(streamlib.pixel_formats))

    def test_hexdump_of_the_specification(self):
        whole = (VECTORS / "still.slw").read_bytes()
        dump = list(hexdump.lines(whole))
        shown = b"".join(bytes.fromhex(line[6:53]) for line in dump)
        self.assertEqual(shown, whole)
        self.assertIn("\n".join(["```", *dump, "```"]), (SOURCE / "docs/wire-format.md").read_text())


class Damage(unittest.TestCase):
    still = (VECTORS / "still.slw").read_bytes()

    def test_every_cut_is_refused(self):
        for length in range(len(self.still)):
            self.assertEqual(verdict(io.BytesIO(self.still[:length]), read_frames)[0], 65, length)

    def test_every_cut_in_a_pipe_is_upstream(self):
        for length in range(len(self.still)):
            self.assertEqual(through_pipe(self.still[:length], read_records)[0], 79, length)

    def test_every_flip_is_read_or_refused(self):
        for place in range(len(self.still)):
            for flip in (0x01, 0x20, 0x80, 0xFF):
                broken = bytearray(self.still)
                broken[place] ^= flip
                self.assertIn(verdict(io.BytesIO(broken), read_frames)[0], (0, 65, 76, 78, 79), (place, flip))

    def test_cause_of_a_cut_names_the_stage(self):
        _, message = through_pipe(self.still[:-8], read_records)
        self.assertRegex(message, "sl-decode on desk.*without CLOSE")


def written(write, **options):
    """What `write(Writer)` sends, through a temporary file."""
    with tempfile.TemporaryFile() as target:
        with Writer(target, tool="test", host="h", command="test", **options) as out:
            write(out)
        target.seek(0)
        return target.read()


class Writing(unittest.TestCase):
    def test_every_format_round_trips(self):
        source = Reader(io.BytesIO((VECTORS / "every-format.slw").read_bytes()))
        expected = json.loads((VECTORS / "vectors.json").read_text())
        expected = next(vector for vector in expected if vector["file"] == "every-format.slw")["streams"]

        def copy(out):
            for stream in source:
                out.begin()
                for item in stream.items():
                    if isinstance(item, Frame):
                        out.send(item)
                    elif item.type == streamlib.TRACK:
                        out.track(item.track, item.json)

        self.assertEqual(verdict(io.BytesIO(written(copy)), read_frames), (0, expected))

    def test_large_pictures_go_in_strips_under_the_limit(self):
        picture = numpy.arange(3000 * 1001 * 3, dtype=numpy.uint32).astype(numpy.uint8).reshape(1001, 3000, 3)

        def write(out):
            out.begin()
            out.track(1, streamlib.video("rgb24", 3000, 1001))
            out.picture(1, picture, metadata={"name": "caf\u00e9"}, pts=4)

        reader = Reader(io.BytesIO(written(write)))
        frames = [frame for stream in reader for frame in stream]
        self.assertEqual(len(frames), 1)
        numpy.testing.assert_array_equal(frames[0].data, picture)
        self.assertEqual((frames[0].pts, frames[0].duration, frames[0].metadata), (4, None, {"name": "caf\u00e9"}))

    def test_views_with_strides_are_written_packed(self):
        picture = numpy.arange(60, dtype=numpy.uint8).reshape(6, 10)

        def write(out):
            out.begin()
            out.track(1, streamlib.video("gray", 5, 3))
            out.picture(1, picture[::-2, ::2])

        (frame,) = [frame for stream in Reader(io.BytesIO(written(write))) for frame in stream]
        numpy.testing.assert_array_equal(frame.data, picture[::-2, ::2])

    def test_sound_round_trips(self):
        sound = numpy.arange(400000, dtype="<i2").reshape(-1, 2)
        track = {"kind": "audio", "codec": "raw", "time_base": [1, 8000], "samples": "s16le", "sample_rate": 8000,
                 "channels": 2}

        def write(out):
            out.begin()
            out.track(1, track)
            out.picture(1, sound)
            out.picture(1, sound[:0], number=1)

        frames = [frame for stream in Reader(io.BytesIO(written(write))) for frame in stream]
        numpy.testing.assert_array_equal(frames[0].data, sound)
        self.assertEqual(frames[1].data.shape, (0, 2))

    def test_wrong_shapes_are_refused(self):
        for picture in (numpy.zeros((3, 4), "u1"), numpy.zeros((3, 5), "u2"), numpy.zeros((3, 5, 1), "u1")):
            def write(out, picture=picture):
                out.begin()
                out.track(1, streamlib.video("gray", 5, 3))
                out.picture(1, picture)
            with self.assertRaises(ValueError):
                written(write)

    def test_an_exception_aborts(self):
        with tempfile.TemporaryFile() as target:
            with self.assertRaises(RuntimeError), Writer(target, tool="test", host="h") as out:
                out.begin()
                out.track(1, streamlib.video("gray", 5, 3))
                out.frame(1, Frame())
                raise RuntimeError("the lens fell off")
            target.seek(0)
            with self.assertRaises(StreamError) as raised:
                list(read_records(Reader(target)))
        self.assertEqual(raised.exception.status, 79)
        self.assertEqual(raised.exception.cause, {"tool": "test", "host": "h", "code": 70, "message": "the lens fell off"})

    def test_counts_beyond_doubles_are_strings(self):
        self.assertEqual(streamlib._as_text({"a": [1 << 53, (1 << 53) + 1, True]}), {"a": [1 << 53, "9007199254740993", True]})

    def test_secrets_of_urls_are_cut_out(self):
        self.assertEqual(streamlib._without_secrets(["x", "rtsp://me:pw@cam/live?key=1"]), "x 'rtsp://cam/live'")
        self.assertEqual(streamlib._without_secrets(["x", "http://cam/live"]), "x http://cam/live")


class Filters(unittest.TestCase):
    """streamlib.filter() as a process."""

    INVERT = "lambda frame: [255 - plane for plane in frame.planes]"

    def run_filter(self, content, function=INVERT, file=False, more="", **options):
        program = f"import sys, streamlib; streamlib.filter({function}, tool='py'{more})"
        environment = {**os.environ, "PYTHONPATH": str(SOURCE / "bindings/python"), **options}
        if not file:
            return subprocess.run([sys.executable, "-c", program], input=content, capture_output=True, env=environment)
        with tempfile.TemporaryFile() as source:
            source.write(content)
            source.seek(0)
            return subprocess.run([sys.executable, "-c", program], stdin=source, capture_output=True, env=environment)

    def content(self, name):
        return (VECTORS / f"{name}.slw").read_bytes()

    def test_frames_are_changed_and_the_rest_passes(self):
        run = self.run_filter(self.content("picture-and-sound"))
        self.assertEqual((run.returncode, run.stderr), (0, b""))
        before = [f for stream in Reader(io.BytesIO(self.content("picture-and-sound"))) for f in stream]
        after = [f for stream in Reader(io.BytesIO(run.stdout)) for f in stream]
        self.assertEqual([(f.track, f.number, f.pts) for f in before], [(f.track, f.number, f.pts) for f in after])
        for old, new in zip(before, after):
            numpy.testing.assert_array_equal(255 - old.data if old.track == 1 else old.data, new.data)

    def test_sequences_stages_and_unknown_records_pass(self):
        for name in ("sequence", "writers", "stages", "unknown-ancillary", "events", "minor-version", "packets", "stopped",
                     "data-track", "track-again", "no-track", "extremes"):
            run = self.run_filter(self.content(name), "lambda frame: None")
            self.assertEqual((run.returncode, run.stderr), (0, b""), name)
            streams = next(v for v in Vectors.vectors if v["file"] == f"{name}.slw")["streams"]
            found = read_frames(Reader(io.BytesIO(run.stdout)))
            for old, new in zip(streams, found, strict=True):
                self.assertEqual(new, {**old, "flags": old["flags"] & 1, "stages": old["stages"] + 1}, name)
        passed = self.run_filter(self.content("unknown-ancillary"), "lambda frame: None").stdout
        self.assertIn(b"x" * 13, passed)

    def test_attachments_stay_in_place_and_tied_ones_are_reported(self):
        run = self.run_filter(self.content("attachments"))
        reader = Reader(io.BytesIO(run.stdout))
        events = []
        for stream in reader:
            for item in stream.items():
                if isinstance(item, Frame):
                    self.assertEqual(item.attachments, {"note": b"hello", "icc": b"second"})
                elif item.type == streamlib.EVENT:
                    events.append(item.json)
        self.assertEqual(events, [{"event": "not-carried", "what": "gain.map-1_x"}])

    def test_retrack_changes_the_size(self):
        more = ", retrack=lambda track: {**track, 'width': 1}"
        run = self.run_filter(self.content("animation"), "lambda frame: frame.data[:, :1]", more=more)
        self.assertEqual((run.returncode, run.stderr), (0, b""))
        frames = [f for stream in Reader(io.BytesIO(run.stdout)) for f in stream]
        self.assertEqual([f.data.shape for f in frames], [(2, 1)] * 3)

    def test_upstream_failure_passes_in_silence(self):
        for content, code in ((self.content("abort-frame"), 65), (self.content("base")[:-30], None), (b"", None)):
            run = self.run_filter(content)
            self.assertEqual((run.returncode, run.stderr), (79, b""))
            with self.assertRaises(StreamError) as raised:
                read_frames(Reader(io.BytesIO(run.stdout)))
            self.assertEqual((raised.exception.status, raised.exception.cause["code"]), (79, code))

    def test_frames_before_the_failure_pass(self):
        run = self.run_filter(self.content("abort-second-stream"))
        reader = Reader(io.BytesIO(run.stdout))
        first = next(iter(reader))
        self.assertEqual(len(list(first)), 1)

    def test_own_failures(self):
        for content, function, file, status, line in (
                (self.content("base"), "lambda frame: 1 / 0", False, 70, "py: division by zero"),
                (self.content("base")[:-30], self.INVERT, True, 65, "truncated"),
                (self.content("rows-order"), self.INVERT, False, 76, "ROWS from row 1"),
                (self.content("limit-event"), self.INVERT, False, 78, "limit")):
            run = self.run_filter(content, function, file)
            self.assertEqual(run.returncode, status, run.stderr)
            self.assertIn(line, run.stderr.decode().splitlines()[-1])
            with self.assertRaises(StreamError) as raised:
                read_frames(Reader(io.BytesIO(run.stdout)))
            self.assertEqual((raised.exception.cause["tool"], raised.exception.cause["code"]), ("py", status))

    def test_closed_reader_ends_it_by_sigpipe(self):
        program = "import streamlib; streamlib.filter(lambda frame: None, tool='py')"
        environment = {**os.environ, "PYTHONPATH": str(SOURCE / "bindings/python")}
        output, into = os.pipe()
        os.close(output)
        process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=into,
                                   stderr=subprocess.PIPE, env=environment)
        os.close(into)
        _, errors = process.communicate(self.content("base"))
        self.assertEqual((process.returncode, errors), (-signal.SIGPIPE, b""))

    def test_interrupt_of_a_live_stream_is_a_stop(self):
        for name, live, status in (("track-members", True, 0), ("base", False, -signal.SIGINT)):
            program = ("import streamlib, sys\nprint('ready', file=sys.stderr, flush=True)\n"
                       "streamlib.filter(lambda frame: None, tool='py')")
            environment = {**os.environ, "PYTHONPATH": str(SOURCE / "bindings/python")}
            process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, env=environment)
            content = self.content(name)
            process.stdin.write(content[:-8] if not live else content[:content.index(b'{"tracks"') - 8])
            process.stdin.flush()
            # Its STAGE, TRACK and first frame are out, so its handlers are set.
            head = b""
            while head.count(streamlib.MAGIC) == 0 or len(head) < 500 * live + 300 * (not live):
                head += os.read(process.stdout.fileno(), 65536)
            process.send_signal(signal.SIGINT)
            process.stdin.write(content[-8:] if not live else b"")
            process.stdin.close()
            rest = process.stdout.read()
            process.stdout.close()
            process.stderr.close()
            self.assertEqual(process.wait(), status, name)
            streams = read_frames(Reader(io.BytesIO(head + rest)))
            self.assertEqual(streams[0]["stopped"], live)

    def test_an_interrupted_input_ends_well_only_if_it_is_live(self):
        body = b'{"tool":"t","host":"h","code":130,"message":"interrupted"}'
        abort = struct.pack("<BBHI", streamlib.ABORT, 0, 0, len(body)) + body + bytes(-len(body) % 8)
        for name, status in (("track-members", 0), ("base", -signal.SIGINT)):
            program = ("import os, signal, streamlib\nstreamlib.filter(lambda frame: "
                       "os.kill(os.getpid(), signal.SIGINT) if frame.number == 0 else None, tool='py')")
            content = self.content(name)
            run = subprocess.run([sys.executable, "-c", program], input=content[:content.index(b'{"tracks"') - 8] + abort,
                                 capture_output=True, env={**os.environ, "PYTHONPATH": str(SOURCE / "bindings/python")})
            self.assertEqual((run.returncode, run.stderr), (status, b""), name)
            if status == 0:
                self.assertTrue(read_frames(Reader(io.BytesIO(run.stdout)))[0]["stopped"])
            else:
                with self.assertRaises(StreamError) as raised:
                    read_frames(Reader(io.BytesIO(run.stdout)))
                self.assertEqual(raised.exception.cause["code"], 130)

    def test_a_writer_that_is_interrupted_says_so(self):
        read, write = os.pipe()
        with self.assertRaises(KeyboardInterrupt), streamlib.Writer(write, tool="py") as out:
            out.begin()
            raise KeyboardInterrupt
        os.close(write)
        with open(read, "rb") as file, self.assertRaises(StreamError) as raised:
            read_frames(Reader(file))
        self.assertEqual((raised.exception.cause["code"], raised.exception.cause["message"]), (130, "interrupted"))

    def test_foreign_input_starts_sl_decode(self):
        with tempfile.TemporaryDirectory() as folder:
            stand_in = pathlib.Path(folder) / "sl-decode"
            stand_in.write_text(f"#!{sys.executable}\n" + '''
import os, sys
assert sys.argv[1] == "--head"
foreign = os.fdopen(int(sys.argv[2]), "rb").read() + sys.stdin.buffer.read()
if foreign == b"BAD" * 3000:
    sys.exit(65)
assert foreign == b"ABC" * 3000, len(foreign)
os.write(1, open(os.environ["WIRE"], "rb").read())
''')
            stand_in.chmod(0o755)
            path = folder + os.pathsep + os.environ["PATH"]
            for file in (False, True):
                run = self.run_filter(b"ABC" * 3000, file=file, PATH=path, WIRE=str(VECTORS / "base.slw"))
                self.assertEqual((run.returncode, run.stderr), (0, b""))
                self.assertEqual(len(read_frames(Reader(io.BytesIO(run.stdout)))), 1)
            run = self.run_filter(b"BAD" * 3000, PATH=path)
            self.assertEqual((run.returncode, run.stderr), (65, b""))
            run = self.run_filter(b"ABC", PATH=folder + "/nothing")
            self.assertEqual(run.returncode, 72)



class Packed(unittest.TestCase):
    """The vectors of packed strips."""

    def setUp(self):
        try:
            import zstandard  # noqa: F401
        except ImportError:
            self.skipTest("the module zstandard is not installed")

    def test_vectors(self):
        folder = SOURCE / "tests/data/packed"
        vectors = json.loads((folder / "vectors.json").read_text())
        self.assertGreater(len(vectors), 40)
        for vector in vectors:
            with self.subTest(vector["file"]), open(folder / vector["file"], "rb") as file:
                if "status" in vector:
                    with self.assertRaises(StreamError) as caught:
                        self.planes(file)
                    self.assertEqual(caught.exception.status, vector["status"])
                    self.assertIn(f"row {vector['row']}: ", str(caught.exception))
                else:
                    self.assertEqual([f"{crc_of(plane):08x}" for plane in self.planes(file)], vector["crc32"])

    def planes(self, file):
        """The bytes of each plane of all frames."""
        planes = []
        for stream in Reader(file):
            for frame in stream:
                data = streamlib.unpack(stream.tracks[frame.track], frame.samples)
                for index, plane in enumerate(data if isinstance(data, list) else [data]):
                    if index == len(planes):
                        planes.append([])
                    planes[index].append(plane.tobytes())
        return planes


if __name__ == "__main__":
    unittest.main()

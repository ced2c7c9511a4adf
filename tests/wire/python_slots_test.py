#!/usr/bin/env python3
"""The Python reader and writer hand strips over: what they offer, take, refuse and fall back to."""

import fcntl
import io
import os
import pathlib
import resource
import signal
import struct
import sys
import tempfile
import time
import unittest
import unittest.mock

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "bindings/python"))

import numpy  # noqa: E402
import streamlib  # noqa: E402
from streamlib import MEBI, Reader, StreamError, Writer  # noqa: E402

TRACK = streamlib.video("yuv420p", 640, 360, time_base=[1, 30])


def frame_planes(number, track=TRACK):
    planes = streamlib.pixel_formats[track["pixels"]].empty(track["width"], track["height"])
    for index, plane in enumerate(planes):
        plane[...] = (numpy.arange(plane.size, dtype=numpy.uint32).reshape(plane.shape) * (index + 3) + 7 * number) >> 3
    return planes


def write_frames(fd, count=12, track=TRACK, pause=0):
    """Writes frames; returns how many strips were handed over."""
    with Writer(fd, tool="writer", host="h", command="") as out:
        out.begin()
        out.track(1, track)
        for number in range(count):
            out.picture(1, frame_planes(number, track), number=number)
            time.sleep(pause)
    return out._slots.handed_over


class Neighbour:
    """A child of this process that runs work(fd) at the writing end of a pipe. Its exit status is the result, up to 100."""

    def __init__(self, work, **environment):
        self.fd, into = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            status = 120
            try:
                signal.signal(signal.SIGPIPE, signal.SIG_DFL)
                os.close(self.fd)
                os.environ.update(environment)
                status = min(work(into) or 0, 100)
            finally:
                os._exit(status)
        os.close(into)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()

    def wait(self):
        code, self.pid = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1]), 0
        return code


class HandOver(unittest.TestCase):
    def check_frames(self, reader, count, track=TRACK):
        frames = [frame for stream in reader for frame in stream]
        self.assertEqual(len(frames), count)
        for number, frame in enumerate(frames):
            for plane, expected in zip(frame.planes, frame_planes(number, track), strict=True):
                numpy.testing.assert_array_equal(plane, expected)

    def test_frames_are_the_same_however_they_come(self):
        odd = streamlib.video("rgb48le", 1001, 131)
        for track, switch, least, most in ((TRACK, "off", 0, 0), (TRACK, "0", 24, 24), (TRACK, "3", 18, 18), (TRACK, "", 1, 18),
                                           (odd, "0", 36, 100)):
            with Neighbour(lambda fd: write_frames(fd, track=track), SL_HOPS=switch) as writer:
                reader = Reader(writer.fd)
                with unittest.mock.patch.dict(os.environ, {"SL_HOPS": switch}):
                    self.check_frames(reader, 12, track)
                self.assertEqual(reader._slots is not None, switch != "off")
                handed_over = writer.wait()
                self.assertTrue(least <= handed_over <= most, f"SL_HOPS={switch}: {handed_over}")

    def test_nothing_of_it_is_stored(self):
        stored = {}
        for switch in ("off", "0"):
            with Neighbour(write_frames, SL_HOPS=switch) as writer, open(writer.fd, "rb", closefd=False) as pipe:
                stored[switch] = pipe.read()
                self.assertEqual(writer.wait(), 0)
        self.check_frames(Reader(io.BytesIO(stored["0"])), 12)
        samples = stored["0"].rindex(b'{"tracks"') - 8  # before END, which has times
        self.assertEqual(stored["off"][:samples], stored["0"][:samples])

    def test_counts_are_as_without(self):
        ends = {}
        for switch in ("off", "0"):
            with Neighbour(write_frames, SL_HOPS=switch) as writer, unittest.mock.patch.dict(os.environ, {"SL_HOPS": switch}):
                reader = Reader(writer.fd)
                for stream in reader:
                    list(stream)
                ends[switch] = stream.end["tracks"]
                sent = stream.end["stages"][0]["bytes_out"]
                self.assertTrue(sent < reader.bytes_in < sent + 1024, f"{sent}, {reader.bytes_in}")
        self.assertEqual(ends["off"], ends["0"])

    def test_views_skips_and_strips(self):
        with Neighbour(lambda fd: write_frames(fd, 4), SL_HOPS="0") as writer:
            reader, seen = Reader(writer.fd), 0
            while (record := reader.next()) is not None:
                if record.type == streamlib.FRAME:
                    number = struct.unpack_from("<Q", record.body)[0]
                elif record.type == streamlib.ROWS and number > 0:  # frame 0 is skipped
                    strip = reader.strip() if number == 1 else reader.view()
                    seen += 1
                    for plane, whole, (_, _, y) in zip(strip.planes, frame_planes(number), reader._tracks[1].format.planes):
                        part = whole[strip.first >> y:-(-(strip.first + strip.rows) >> y)]
                        numpy.testing.assert_array_equal(plane, part)
                        self.assertEqual(plane.flags.writeable, number == 1)
            self.assertEqual((seen, writer.wait()), (6, 8))

    def test_views_of_bytes_are_read_only_too(self):
        with Neighbour(lambda fd: write_frames(fd, 1), SL_HOPS="off") as writer:
            reader = Reader(writer.fd)
            while (record := reader.next()).type != streamlib.ROWS:
                pass
            self.assertFalse(any(plane.flags.writeable for plane in reader.view().planes))

    def test_a_late_reader(self):
        with Neighbour(lambda fd: write_frames(fd, 40)) as writer:
            time.sleep(0.3)
            self.check_frames(Reader(writer.fd), 40)
            self.assertGreater(writer.wait(), 20)

    def test_the_writer_gives_up_slots_for_false_credits(self):
        for credits in (b"\xff", b"\x03", b"\x04", b"\x00\x00"):
            with Neighbour(write_frames, SL_HOPS="0") as writer:
                reader = Reader(writer.fd)
                while reader.next().type != streamlib.FRAME:
                    pass
                os.write(reader._slots._credits, credits)
                while (record := reader.next()) is not None:
                    if record.type == streamlib.ROWS:
                        reader.strip()
                self.assertEqual(reader._state, "closed")
                self.assertLess(writer.wait(), 4, credits)

    def test_a_dead_reader_whose_pipe_stays_open(self):
        with Neighbour(lambda fd: write_frames(fd, 40), SL_HOPS="0") as writer:
            reader = os.fork()
            if reader == 0:
                stream = Reader(writer.fd)
                while stream.next().type != streamlib.ROWS:
                    pass
                os.kill(os.getpid(), signal.SIGKILL)
            os.waitpid(reader, 0)
            got = 0
            while piece := os.read(writer.fd, MEBI):
                got += len(piece)
            self.assertLess(writer.wait(), 4)
            self.assertGreater(got, 30 * 640 * 360)

    def test_a_reader_that_leaves_ends_a_writer_that_waits_for_slots(self):
        with Neighbour(lambda fd: write_frames(fd, 40), SL_HOPS="0") as writer:
            reader = Reader(writer.fd)
            while reader.next().type != streamlib.ROWS:
                pass
            time.sleep(0.1)
            os.close(writer.fd)
            writer.fd = os.open("/dev/null", os.O_RDONLY)
            self.assertEqual(writer.wait(), -signal.SIGPIPE)

    def test_a_limit_of_files(self):
        def limited(fd):
            resource.setrlimit(resource.RLIMIT_FSIZE, (MEBI, MEBI))
            return write_frames(fd)
        with Neighbour(limited, SL_HOPS="0") as writer:
            reader = Reader(writer.fd)
            self.check_frames(reader, 12)
            self.assertEqual((reader._slots, writer.wait()), (None, 0))


class Refusals(unittest.TestCase):
    """Locks that name something else than slots: nothing is opened, and all comes as bytes."""

    def offer(self, make, place=None, stays=True):
        """Returns whether a Reader attaches to what a child offers: make() returns its memory file and its credit pipe."""
        def work(fd):
            memory, credits = make()
            where = streamlib._LOCK_START | memory << 16 | credits if place is None else place
            fcntl.fcntl(fd, fcntl.F_SETLK, streamlib._lock(fcntl.F_WRLCK, where, 1))
            os.write(fd, b"x")
            if stays:
                time.sleep(10)
        with Neighbour(work) as child:
            os.read(child.fd, 1)
            if not stays:
                child.wait()
            began = time.monotonic()
            attached = Reader(child.fd)._input.attach() is not None
            self.assertLess(time.monotonic() - began, 1)
            return attached

    @staticmethod
    def memory(size=4 * MEBI, seals=streamlib._SEALS):
        fd = os.memfd_create("streamlib", os.MFD_ALLOW_SEALING)
        os.ftruncate(fd, size)
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, seals)
        return fd

    @staticmethod
    def credits():
        reading, writing = os.pipe()
        os.close(writing)
        return reading

    def test_what_is_offered_as_it_should_be(self):
        self.assertTrue(self.offer(lambda: (self.memory(), self.credits())))

    def test_other_memory(self):
        with tempfile.TemporaryDirectory() as folder:
            os.mkfifo(f"{folder}/fifo")
            with open(f"{folder}/file", "wb") as file:
                file.truncate(4 * MEBI)
            with open("/dev/shm/streamlib-test", "wb") as file:
                os.unlink(file.name)
                file.truncate(4 * MEBI)
                for name, make in (("short", lambda: self.memory(MEBI)), ("long", lambda: self.memory(8 * MEBI)),
                                   ("without seals", lambda: self.memory(seals=0)),
                                   ("without one seal", lambda: self.memory(seals=fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)),
                                   ("a file", lambda: os.open(f"{folder}/file", os.O_RDWR)),
                                   ("/dev/shm", file.fileno), ("a device", lambda: os.open("/dev/zero", os.O_RDWR)),
                                   ("a FIFO", lambda: os.open(f"{folder}/fifo", os.O_RDWR)), ("a pipe", self.credits),
                                   ("a folder", lambda: os.open(folder, os.O_RDONLY)), ("nothing", lambda: 999)):
                    self.assertFalse(self.offer(lambda make=make: (make(), self.credits())), name)

    def test_other_credits(self):
        with tempfile.TemporaryDirectory() as folder:
            os.mkfifo(f"{folder}/fifo")
            for name, make in (("a FIFO", lambda: os.open(f"{folder}/fifo", os.O_RDWR)), ("memory", self.memory),
                               ("a device", lambda: os.open("/dev/null", os.O_RDWR)), ("nothing", lambda: 999)):
                self.assertFalse(self.offer(lambda make=make: (self.memory(), make())), name)

    def test_other_locks(self):
        for name, place in (("before", streamlib._LOCK_START - 1), ("behind", streamlib._LOCK_START + streamlib._LOCK_LENGTH),
                            ("at the start", 0)):
            self.assertFalse(self.offer(lambda: (self.memory(), self.credits()), place), name)
        self.assertFalse(self.offer(lambda: (self.memory(), self.credits()), stays=False), "the writer has ended")

    def test_no_pipe(self):
        with tempfile.TemporaryFile() as file:
            self.assertIsNone(Reader(file)._input.attach())


class Slots(unittest.TestCase):
    """SLOT records, in a stream whose slots are this test's."""

    def read(self, *bodies, attached=True, track=streamlib.video("gray", 8, 4)):
        """The frames of a stream of these SLOT bodies; and the slots given back."""
        stream = io.BytesIO()
        with tempfile.TemporaryFile() as target:
            out = Writer(target, tool="t", host="h", command="")
            out.begin()
            out.track(1, track)
            out.frame(1, streamlib.Frame())
            for body, flags in bodies:
                out._record(streamlib.SLOT, flags, 1, body)
            out.flush()
            target.seek(0)
            stream = io.BytesIO(target.read())
        memory, given_back = bytearray(4 * MEBI), []
        memory[MEBI:MEBI + 32] = bytes(range(32))
        slots = unittest.mock.Mock(memory=memoryview(memory), give_back=given_back.append)
        reader = Reader(stream)
        with unittest.mock.patch.object(reader._input, "attach", lambda: slots if attached else None):
            try:
                while (record := reader.next()) is not None:
                    if record.type == streamlib.ROWS and (frame := reader.gather(record)) is not None:
                        return frame.data.tobytes(), given_back
            except StreamError as error:
                return error.status, str(error)

    def test_samples_and_credits(self):
        whole = struct.pack("<4I", 0, 4, 1, 0)
        self.assertEqual(self.read((whole, streamlib.LAST)), (bytes(range(32)), [1]))
        halves = (struct.pack("<4I", 0, 2, 1, 7), 0), (struct.pack("<4I", 2, 2, 3, 0), streamlib.LAST)
        self.assertEqual(self.read(*halves), (bytes(range(16)) + bytes(16), [1, 3]))

    def test_bad_slots(self):
        large = streamlib.video("rgb24", 1 << 17, 4)
        sound = {"kind": "audio", "codec": "raw", "time_base": [1, 8], "samples": "u8", "sample_rate": 8, "channels": 1}
        whole = struct.pack("<4I", 0, 4, 1, 0)
        for name, body, options in (("unattached", whole, {"attached": False}), ("slot 4", struct.pack("<4I", 0, 4, 4, 0), {}),
                                    ("slot -1", struct.pack("<4I", 0, 4, 0xFFFFFFFF, 0), {}), ("short", whole[:12], {}),
                                    ("long", whole + whole, {}), ("row 1", struct.pack("<4I", 1, 3, 1, 0), {}),
                                    ("no rows", struct.pack("<4I", 0, 0, 1, 0), {}), ("5 rows", struct.pack("<4I", 0, 5, 1, 0), {}),
                                    ("sound", whole, {"track": sound}), ("large", whole, {"track": large})):
            status, message = self.read((body, streamlib.LAST), **options)
            self.assertEqual(status, 76, f"{name}: {message}")


if __name__ == "__main__":
    unittest.main()

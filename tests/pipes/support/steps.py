"""Feeds a stage frame by frame, so that a test sees in which frame a change takes effect, without a clock."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ["SL_SOURCE"], "bindings", "python"))
import numpy  # noqa: E402
import streamlib  # noqa: E402


class Steps:
    """`command` reads gray pictures of 16x16 pixels, live ones if `live`, from standard input; frame n has the value n."""

    def __init__(self, command, live=True):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.writer = streamlib.Writer(self.process.stdin.fileno(), tool="steps")
        self.writer.begin()
        self.writer.track(1, streamlib.video("gray", 16, 16, time_base=[1, 1000], **({"live": True} if live else {})))
        self.number = 0
        self.items = None

    def send(self):
        self.writer.picture(1, numpy.full((16, 16), self.number % 256, "u1"), number=self.number, pts=40 * self.number,
                            duration=40)
        self.writer.flush()
        self.number += 1

    def receive(self):
        """Return the next frame that comes."""
        if self.items is None:
            self.items = self.pictures()
        return next(self.items)

    def pictures(self):
        for stream in streamlib.Reader(self.process.stdout.fileno()):
            for item in stream.items():
                if not isinstance(item, streamlib.Record) and item.track == 1:
                    yield item

    def step(self):
        """Send a frame, and return the one made of it."""
        self.send()
        return self.receive()

    def within(self, frames, is_so, what):
        """Fail unless one of so many next frames `is_so`."""
        seen = []
        for _ in range(frames):
            picture = self.step().planes[0]
            if is_so(picture):
                return
            seen.append(picture.tolist()[0])
        sys.exit(f"{what}: not seen in {frames} frames: {seen}")

    def end(self):
        self.writer.end()
        self.writer.close()
        self.process.stdin.close()
        for _ in self.items or self.pictures():
            pass
        return self.process.wait()

"""A terminal for the tests: runs a command on a pty, answers queries as terminals do, and keeps the output.

    with Terminal("sl-display --terminal x.png", columns=40, rows=12, sixel=True) as terminal:
        status = terminal.wait()
    terminal.output          # bytes
    terminal.cells()         # of half blocks: {(row, column): (upper colour, lower colour)}
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time


class Terminal:
    def __init__(self, command, columns=80, rows=24, cell=(8, 16), sixel=False, kitty=False, delay=0, answers=True, environment=()):
        self.output, self.asked, self.sixel, self.kitty, self.cell = b"", b"", sixel, kitty, cell
        self.delay, self.answers, self.late = delay, answers, []
        master, slave = pty.openpty()
        self.master, self.slave = master, slave
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.modes = termios.tcgetattr(slave)
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for fd in (0, 1, 2):
                os.dup2(slave, fd)
            os.closerange(3, 256)
            os.environ.update(TERM="xterm-256color", **dict(environment))
            os.execvp("bash", ["bash", "-c", command])
        self.status = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.status is None:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self.pump(0.05)

    def pump(self, seconds):
        end = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            while self.late and self.late[0][0] <= now:
                os.write(self.master, self.late.pop(0)[1])
            rest = max(min([end] + [due for due, _ in self.late]) - now, 0)
            if not select.select([self.master], [], [], rest)[0]:
                if time.monotonic() >= end:
                    return
                continue
            data = os.read(self.master, 65536)
            self.output += data
            if self.answers:
                self.answer(data)

    def answer(self, data):
        self.asked += data
        for question, reply in ((rb"\033_Gi=31[^\033]*\033\\", b"\033_Gi=31;OK\033\\" if self.kitty else b""),
                                (rb"\033\[16t", b"\033[6;%d;%dt" % (self.cell[1], self.cell[0])),
                                (rb"\033\[c", b"\033[?62;4;22c" if self.sixel else b"\033[?62;22c"),
                                (rb"\033\[5n", b"\033[0n")):
            for _ in re.findall(question, self.asked):
                self.late.append((time.monotonic() + self.delay, reply))
            self.asked = re.sub(question, b"", self.asked)
        self.asked = self.asked[-64:]

    def press(self, keys):
        os.write(self.master, keys.encode())

    def wait(self, seconds=10):
        """The status of the command; 128 and more for signals."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.pump(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pump(0.1)
                self.status = os.waitstatus_to_exitcode(status)
                return self.status if self.status >= 0 else 128 - self.status
        raise AssertionError("it does not end")

    def is_restored(self):
        """Whether the modes are restored, the cursor is shown and the ordinary screen is active."""
        def last(on, off):
            return self.output.rfind(on) >= self.output.rfind(off)
        return (termios.tcgetattr(self.slave) == self.modes and last(b"\033[?25h", b"\033[?25l") and
                last(b"\033[?1049l", b"\033[?1049h"))

    def cells(self):
        return cells(self.output.decode())


# The sixteen colours as chafa takes them to be; terminals differ.
SIXTEEN = [(0, 0, 0), (128, 0, 0), (0, 112, 0), (112, 112, 0), (0, 0, 112), (112, 0, 112), (0, 112, 112), (192, 192, 192),
           (64, 64, 64), (255, 0, 0), (0, 255, 0), (255, 255, 0), (0, 0, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255)]


def cells(text):
    """Return the cells of the screen after half blocks of full or of sixteen colours."""
    screen, row, column, front, back, inverse = {}, 1, 1, None, None, False
    for match in re.finditer(r"\033\[([?\d;]*)([A-Za-z])|\033_.*?\033\\|([^\033])", text, re.S):
        parameters, kind, character = match.groups()
        if kind == "H":
            row, column = (int(part) for part in parameters.split(";"))
        elif kind == "m":
            numbers = [int(part or 0) for part in parameters.split(";")]
            while numbers:
                code = numbers.pop(0)
                if code == 0:
                    front, back, inverse = None, None, False
                elif code == 7:
                    inverse = True
                elif code in (38, 48):
                    assert numbers.pop(0) == 2, text
                    color, numbers = tuple(numbers[:3]), numbers[3:]
                    front, back = (color, back) if code == 38 else (front, color)
                elif code // 10 in (3, 9):
                    front = SIXTEEN[code - (30 if code < 90 else 82)]
                elif code // 10 in (4, 10):
                    back = SIXTEEN[code - (40 if code < 100 else 92)]
        elif character == "\n":
            row, column = row + 1, 1
        elif character and character != "\r":
            ink, paper = (back, front) if inverse else (front, back)
            shapes = {" ": (paper, paper), "█": (ink, ink), "▄": (paper, ink), "▀": (ink, paper)}
            screen[row, column] = shapes.get(character, (None, None))
            column += 1
    return screen

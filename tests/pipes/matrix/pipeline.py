"""Pipes of stages for the matrices: started, fed, hurt, and watched until every process has ended."""

import ctypes
import fcntl
import glob
import os
import select
import signal
import subprocess
import sys
import time

PATIENCE = 10.0  # seconds after which a case counts as hung
PROMPT = float(os.environ.get("SL_PROMPT", "1.0"))  # an end may take so long; 0.2 is the aim, reported at the end

# A process that a stage leaves running becomes our child, so none can get lost.
ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def in_parts(count, prepare=lambda: None):
    """Run the calling script `count` times at once, each in its own folder with the files that `prepare` makes, and end
    with the worst status; in each run, return a function that chooses its share of a list. For cases that mostly wait."""
    if "SL_PART" in os.environ:
        part = int(os.environ["SL_PART"])
        return lambda cases: list(cases)[part::count]
    runs = []
    prepare()
    files = os.listdir()
    for part in range(count):
        os.mkdir(f"part{part}")
        for name in files:
            os.link(name, f"part{part}/{name}")
        runs.append(subprocess.Popen([sys.executable, os.path.abspath(sys.argv[0])], cwd=f"part{part}",
                                     env={**os.environ, "SL_PART": str(part)}))
    sys.exit(max(abs(run.wait()) for run in runs))


def photo(width, height, path):
    """A picture like a photograph, as PPM or JPEG by the name."""
    if not os.path.exists(path):
        with subprocess.Popen(["test-photo", str(width), str(height)], stdout=subprocess.PIPE) as source:
            subprocess.run(["sl-encode", "-o", path], stdin=source.stdout, check=True)
    with open(path, "rb") as file:
        return file.read()


def with_exif(jpeg, size=4000):
    """The JPEG with that much EXIF put in."""
    body = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0" + bytes(size)
    return jpeg[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + jpeg[2:]


class Stage:
    def __init__(self, command, process, errors):
        self.command, self.process, self.errors = command, process, errors

    @property
    def lines(self):
        with open(self.errors, errors="replace") as file:
            return file.read().splitlines()


def children(pid):
    """Processes that this one started."""
    found = []
    for status in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(status) as file:
                fields = file.read().rsplit(")", 1)
        except OSError:
            continue
        if int(fields[1].split()[1]) == pid:
            found.append(int(fields[0].split()[0]))
    return found


QUEUE = ["sl-queue", "--bytes", "64K", "--disk", "1G"]  # what waits goes to its disk soon
WAITING = {"0", "7", "19", "34", "35", "61", "230", "271"}  # read, poll, readv, pause, nanosleep, wait4, clock_nanosleep, ppoll


def waits(pid):
    """Whether the process waits for others in a system call; also true if it has ended."""
    try:
        with open(f"/proc/{pid}/syscall") as file:
            return file.read().split()[0] in WAITING
    except OSError:
        return True


class Pipe:
    """Stages joined by pipes; the first one's input is ours to feed, or `stdin`. By turns they hand strips over never, from
    the first strip on, from the third one on in mid-frame, and as users have it."""

    count = 0
    HAND_OVER = ["off", "0", "2", None]

    def __init__(self, commands, stdin=None, stdout=subprocess.DEVNULL, group=False, environment=None):
        Pipe.count += 1
        self.hand_over = Pipe.HAND_OVER[Pipe.count % len(Pipe.HAND_OVER)]
        self.stages = []
        self.feed_end = None
        if stdin is None:
            stdin, self.feed_end = os.pipe()
        group_id = 0
        for index, command in enumerate(commands):
            last = index + 1 == len(commands)
            read, write = (None, None) if last else os.pipe()
            errors = f"stage{index + 1}.err"

            own = dict(environment or os.environ)
            if self.hand_over is not None:
                # A switch with a number waits for the reader, and a relay never attaches.
                is_read = last or commands[index + 1][0].startswith(("sl-", "test-"))
                own["SL_HOPS"] = self.hand_over if is_read else "off"

            def set_up(to=group_id):
                if group:
                    os.setpgid(0, to)

            with open(errors, "wb") as error_file:
                process = subprocess.Popen(command, stdin=stdin, stdout=stdout if last else write, stderr=error_file,
                                           preexec_fn=set_up, env=own)
            if group and group_id == 0:
                group_id = process.pid
            self.stages.append(Stage(command, process, errors))
            if isinstance(stdin, int) and stdin >= 0:
                os.close(stdin)
            if not last:
                os.close(write)
            stdin = read
        self.group = group_id

    def feed(self, data):
        """Write as much as is accepted within the patience; return false if the reader has closed."""
        os.set_blocking(self.feed_end, False)
        end = time.monotonic() + PATIENCE
        while data and time.monotonic() < end:
            select.select([], [self.feed_end], [], 1)
            try:
                data = data[os.write(self.feed_end, data):]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                return False
        return not data

    def close_feed(self):
        if self.feed_end is not None:
            os.close(self.feed_end)
            self.feed_end = None

    def settle(self):
        """Wait until all stages and their children wait for input, three times in a row."""
        calm = 0
        end = time.monotonic() + PATIENCE
        while calm < 3 and time.monotonic() < end:
            time.sleep(0.004)
            pids = [stage.process.pid for stage in self.stages if stage.process.returncode is None]
            calm = calm + 1 if all(waits(pid) for pid in pids + [child for pid in pids for child in children(pid)]) else 0

    def wait(self):
        """Statuses as Popen gives them, and the seconds until the last process, helpers included, had ended."""
        start = time.monotonic()
        hung = False
        pending = list(self.stages)
        while pending and not hung:
            pending = [stage for stage in pending if stage.process.poll() is None]
            hung = time.monotonic() - start > PATIENCE
            time.sleep(0.002)
        if hung:
            for stage in pending:
                stage.process.kill()
                stage.process.wait()
        # Orphans are ours now.
        while not hung:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                hung = time.monotonic() - start > PATIENCE
                time.sleep(0.002)
        seconds = time.monotonic() - start
        self.close_feed()
        if hung:
            for orphan in children(os.getpid()):
                os.kill(orphan, signal.SIGKILL)
                os.waitpid(orphan, 0)
        return [stage.process.returncode for stage in self.stages], seconds, hung


class Matrix:
    """Runs cases, prints the faults of each, and ends with the sum."""

    def __init__(self):
        self.cases = self.failures = 0
        self.slowest = 0.0
        self.slowest_case = "none"

    def check(self, name, pipe, statuses=None, lines=None, absent=(), present=(), prompt=True):
        """`statuses`: for each stage an int, a set of them, or None for any. `lines`: for each stage None (silence), a text
        or texts that its only line holds, or `...` for anything."""
        self.cases += 1
        got, seconds, hung = pipe.wait()
        wrong = []
        if hung:
            wrong.append("hung")
        if prompt and seconds > self.slowest:
            self.slowest, self.slowest_case = seconds, name
        waits_for_reader = 1 if (pipe.hand_over or "off") != "off" else 0  # up to that, if the reader never attaches
        if prompt and seconds > PROMPT + waits_for_reader:
            wrong.append(f"took {seconds:.2f} s to end")
        for stage, status, expected in zip(pipe.stages, got, statuses or []):
            if expected is not None and status not in (expected if isinstance(expected, set) else {expected}):
                wrong.append(f"{stage.command[0]} ended with {status} instead of {expected}")
        for stage, expected in zip(pipe.stages, lines or []):
            if expected is ...:
                continue
            reported = [line for line in stage.lines if ": left out: " not in line]
            words = [expected] if isinstance(expected, str) else list(expected or [])
            if len(reported) != (1 if expected else 0) or any(word not in reported[0] for word in words):
                wrong.append(f"{stage.command[0]} said {reported} instead of {words or 'nothing'}")
        for pattern in absent:
            for found in glob.glob(pattern) + glob.glob("." + pattern):
                wrong.append(f"{found} is there")
                os.unlink(found)
        for name_there in present:
            if not os.path.exists(name_there):
                wrong.append(f"{name_there} is not there")
        self.report(name, pipe, got, wrong)
        return not wrong

    def report(self, name, pipe, statuses, wrong):
        """Count the case as failed if it has a fault."""
        if not wrong:
            return
        self.failures += 1
        print(f"{name}, SL_HOPS={pipe.hand_over}: {'; '.join(wrong)}")
        for stage, status in zip(pipe.stages, statuses):
            print(f"    {status} {' '.join(stage.command)}: {stage.lines}")

    def finish(self):
        print(f"{self.cases} cases, {self.failures} failed; the slowest end took {self.slowest:.3f} s ({self.slowest_case})")
        sys.exit(1 if self.failures else 0)


# Pipes of one to six stages; the first takes foreign bytes in every one of them.
def pipes(sink):
    """`sink` is the last command."""
    middles = [["sl-tap", "--json", "/dev/null"], ["sl-invert"], QUEUE, ["test-die"]]
    yield [sink]
    for count in range(5):
        yield [["sl-decode"]] + middles[:count] + [sink]


def grow(fd):
    fcntl.fcntl(fd, 1031, 1 << 20)  # F_SETPIPE_SZ

#!/usr/bin/python3
"""Stages over ssh, on this machine: killed, cut off, interrupted, garbled. Starts its own server with throw-away keys."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import films
from pipeline import Matrix, Pipe, photo, waits

if not shutil.which("sshd") or not shutil.which("ssh"):
    print("skipped: ssh or sshd is not installed")
    sys.exit(77)

matrix = Matrix()
jpeg = photo(320, 200, "photo.jpg")
here = os.getcwd()


def start_server():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for key in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    shutil.copy("user.pub", "authorized")
    if os.getuid() == 0:
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
    with open("sshd_config", "w") as file:
        file.write(f"""Port {port}
ListenAddress 127.0.0.1
HostKey {here}/host
AuthorizedKeysFile {here}/authorized
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PermitUserRC no
SetEnv PATH={os.environ["PATH"]}
""")
    server = subprocess.Popen([shutil.which("sshd"), "-D", "-e", "-f", f"{here}/sshd_config"], stderr=open("sshd.log", "wb"))
    return server, ["ssh", "-F", "none", "-p", str(port), "-i", f"{here}/user", "-o", "StrictHostKeyChecking=no", "-o",
                    "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
                    "127.0.0.1"]


server, ssh = start_server()
for _ in range(100):
    if subprocess.run(ssh + ["true"], capture_output=True).returncode == 0:
        break
    time.sleep(0.05)
else:
    server.kill()
    with open("sshd.log") as log:
        print("skipped: this sshd does not let us in:", " ".join(log.read().split("\n")[-3:]))
    sys.exit(77)


def remote(command):
    return ssh + [f"cd {here} && echo $$ > remote.pid && exec {command}"]


def remote_pid():
    """Return the process of the remote stage, once it runs and has consumed its input."""
    for _ in range(1000):
        time.sleep(0.01)
        try:
            with open("remote.pid") as file:
                pid = int(file.read())
            with open(f"/proc/{pid}/comm") as file:
                ready = file.read().startswith(("sl-", "test-"))
        except (OSError, ValueError):
            continue
        if ready and waits(pid):
            time.sleep(0.05)
            os.unlink("remote.pid")
            return pid
    sys.exit("the remote stage did not start")


class Case(Pipe):
    """The server's processes are ours as well: they are not waited for."""

    terminal = False

    def wait(self):
        start = time.monotonic()
        hung = False
        if self.terminal:  # the status of an ssh with an unread terminal is not ours to test
            self.stages[-1].process.wait(10)
            self.stages[0].process.kill()
        for stage in self.stages:
            try:
                stage.process.wait(10)
            except subprocess.TimeoutExpired:
                hung = True
                stage.process.kill()
                stage.process.wait()
        self.close_feed()
        return [stage.process.returncode for stage in self.stages], time.monotonic() - start, hung


def gone(pid):
    for _ in range(300):
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            pass
        if not os.path.exists(f"/proc/{pid}"):
            return True
        time.sleep(0.01)
    return False


try:
    # It works.
    pipe = Case([remote("sl-decode photo.jpg"), ["sl-invert"], ["sl-encode", "-o", "good.png"]])
    matrix.check("a picture through ssh", pipe, [0, 0, 0], [None] * 3, present=["good.png"], prompt=False)
    os.unlink("remote.pid")

    for sink in (["sl-encode", "-o", "out.png"], ["sl-encode", "-o", "out.slw"]):
        for point, data, victim_word in (("before its first byte", b"", "the stage before"), ("in mid-frame", jpeg[:3600], "sl-")):
            for position in (0, 1):
                # The stage on the other side is killed.
                commands = [remote("sl-decode"), ["sl-invert"], sink] if position == 0 else [["sl-decode"], remote("sl-invert"), sink]
                pipe = Case(commands)
                pipe.feed(data)
                os.kill(remote_pid(), signal.SIGKILL)
                matrix.check(f"remote stage {position + 1} killed {point} to {sink[-1]}", pipe, [None, None, 79],
                             [..., ..., victim_word], absent=["out*"])
                # The ssh on this side is killed.
                pipe = Case(commands)
                pipe.feed(data)
                other = remote_pid()
                pipe.stages[position].process.kill()
                matrix.check(f"ssh at {position + 1} killed {point} to {sink[-1]}", pipe, [None, None, 79],
                             [..., ..., victim_word], absent=["out*"])
                if not gone(other):
                    matrix.failures += 1
                    print(f"ssh at {position + 1} killed {point}: the remote stage lives on")
                    os.kill(other, signal.SIGKILL)
    # The sink on the other side is killed: the local stages end by SIGPIPE, and ssh prints a message.
    pipe = Case([["sl-decode"], ["sl-invert"], remote("sl-encode -o out.png")])
    pipe.feed(jpeg[:3600])
    os.kill(remote_pid(), signal.SIGKILL)
    matrix.check("remote sink killed", pipe, [-13, -13, {137, 255, -9}], [None, None, ...], absent=["out*"])

    # A remote failure reports its cause and host here.
    pipe = Case([remote("sl-decode no-such.jpg"), ["sl-encode", "-o", "out.png"]])
    matrix.check("no such file there", pipe, [66, 79], ["no-such.jpg", ["sl-decode on", "no-such.jpg"]], absent=["out*"], prompt=False)
    pipe = Case([remote("sl-no-such-stage"), ["sl-encode", "-o", "out.png"]])
    matrix.check("no such stage there", pipe, [127, 79], [..., "the stage before sl-encode"], absent=["out*"], prompt=False)

    # A film of variable rate through six stages, two of them over there: not a tick is lost.
    films.make("variable.mkv")
    commands = [["sl-decode", "variable.mkv"], ["sl-invert"], remote("sl-tap --json /dev/null"), ["sl-invert"],
                remote("sl-shrink 2"), ["sl-encode", "-o", "through.mkv"]]
    pipe = Case(commands)
    matrix.check("a film of variable rate through ssh", pipe, [0] * 6, [None] * 6, present=["through.mkv"], prompt=False)
    before, after = ([pts for pts, _ in films.reference(name)] for name in ("variable.mkv", "through.mkv"))
    if before != after or len(set(b - a for a, b in zip(before, before[1:]))) < 10:
        matrix.failures += 1
        print(f"times through six stages and ssh: {before[:9]} became {after[:9]}")
    for name in ("variable.mkv", "through.mkv", "remote.pid"):
        os.unlink(name)

    # Text and line ends that do not belong there.
    subprocess.run(["sl-decode", "photo.jpg"], stdout=open("photo.slw", "wb"), check=True)
    pipe = Case([remote("sh -c 'echo Welcome to edge; exec sl-decode photo.jpg'"), ["sl-encode", "-o", "out.png"]])
    matrix.check("a .bashrc that prints", pipe, [None, 76], [..., "text"], absent=["out*"], prompt=False)
    pipe = Case([ssh[:-1] + ["-tt"] + [ssh[-1], f"cat {here}/photo.slw"], ["sl-encode", "-o", "out.png"]])
    pipe.terminal = True
    matrix.check("ssh -t", pipe, [None, 76], [..., "ssh -t"], absent=["out*"], prompt=False)

    # Ctrl-C on the foreground pipe, the camera over there: a whole recording.
    for output in ("rec.slw", "rec.webp", "rec-%04d.png"):
        for delay in (0, 7):
            for middles in ([], [["sl-invert"]], [["sl-tap", "--json", "/dev/null"], ["test-die"]]):
                commands = [remote(f"test-live --rate 30 --rows-delay {delay}")] + middles + [["sl-encode", "-o", output]]
                pipe = Case(commands, group=True)
                remote_pid()
                time.sleep(0.3)
                os.killpg(pipe.group, signal.SIGINT)
                name = f"Ctrl-C, {len(commands)} stages, camera behind ssh, rows every {delay} ms, to {output}"
                first = output.replace("%04d", "0001")
                if matrix.check(name, pipe, [None] + [0] * (len(commands) - 1), [...] + [None] * (len(commands) - 1), present=[first]):
                    reported = subprocess.run(["sl-info", "--frames", first], capture_output=True)
                    if reported.returncode != 0:
                        matrix.failures += 1
                        print(f"{name}: {reported.stderr}")
                for file in [file for file in os.listdir(".") if file.startswith(("rec", ".rec"))]:
                    os.unlink(file)
finally:
    server.terminate()
    server.wait()
matrix.finish()

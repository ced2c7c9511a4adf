#!/usr/bin/python3
"""Every command's help in all its forms is well-formed, and every example printed in it works."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

failures = []
# The errors of the examples with devices on a machine without devices.
NO_DEVICE = re.compile("no camera|/dev/video2: No such file|no display: DISPLAY is not set|no such sound device|nothing to show on")
for name in ("DISPLAY", "WAYLAND_DISPLAY"):
    os.environ.pop(name, None)
os.environ["SDL_AUDIODRIVER"] = "dummy"
FILES = ["in.jpg", "a.jpg", "b.jpg", "film.mp4", "film.mkv", "sound.wav"]


def check(what, good, reported=""):
    if not good:
        failures.append(f"{what}: {reported}")


def run(command, **options):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, **options)


def check_forms(tool):
    text = run([tool, "--help"])
    check(f"{tool} --help", text.returncode == 0 and text.stdout.startswith(tool.encode() + b": "), text.stderr)
    check(f"{tool} --help", max(map(len, text.stdout.decode().splitlines())) <= 100 + len("…"), "lines over 100 columns")
    check(f"{tool} --version", run([tool, "--version"]).stdout.startswith(tool.encode() + b" (streamlib) "))
    check(f"{tool} --help=none", run([tool, "--help=none"]).returncode == 64, "is no usage error")

    table = json.loads(run([tool, "--help=json"]).stdout)
    check(f"{tool} --help=json", table["name"] == tool and table["options"] and table["examples"], table)
    for form in ["", "=man", "=bash", "=zsh", "=fish"]:
        page = run([tool, "--help" + form]).stdout.decode().replace("\\-", "-")
        for option in table["options"]:
            name = option["name"][2:] if form == "=fish" else option["name"]
            check(f"{tool} --help{form}", name in page, f"does not mention {option['name']}")
    for option in table["options"]:
        check(f"{tool} {option['name']}", option["help"][:1].islower() or option["help"][:1].isupper(), "has no help")

    # A page made at build time has no date.
    if shutil.which("mandoc"):
        lint(tool, "man", ["sh", "-c", "! mandoc -T lint -W warning $0 | grep -v 'missing date'"])
    for shell, command in [("bash", ["bash", "-n"]), ("zsh", ["zsh", "-n"]), ("fish", ["fish", "--no-execute"])]:
        if shutil.which(shell):
            lint(tool, shell, command)
    # The shell knows what to do with it, too.
    script = f"source {tool}.bash; COMP_WORDS=({tool} --max-p); COMP_CWORD=1; _{tool.replace('-', '_')}; echo ${{COMPREPLY[*]}}"
    offered = run(["bash", "-c", script]).stdout.decode().strip()
    check(f"{tool} --help=bash", offered == "--max-pixels", f"offers {offered!r}")
    if shutil.which("fish"):
        offered = run(["fish", "-c", f"source {tool}.fish; complete -C '{tool} --max-p'"]).stdout.decode()
        check(f"{tool} --help=fish", offered.startswith("--max-pixels\t"), f"offers {offered!r}")
    return table["examples"]


def lint(tool, form, command):
    path = f"{tool}.{form}"
    pathlib.Path(path).write_bytes(run([tool, "--help=" + form]).stdout)
    linted = run(command + [path])
    check(f"{tool} --help={form}", linted.returncode == 0, (linted.stdout + linted.stderr).decode())


def check_example(tool, command):
    folder = pathlib.Path(f"{tool}-examples")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in FILES:
        os.link(name, folder / name)
    # Without a terminal: what would be drawn there has nowhere to go.
    ran = run(["bash", "-c", "set -o pipefail; " + command], cwd=folder, start_new_session=True)
    if ran.returncode in (66, 69, 73, 79) and NO_DEVICE.search(ran.stderr.decode()):
        return
    check(command, ran.returncode == 0, f"status {ran.returncode}: {ran.stderr.decode()}")
    for path in folder.iterdir():
        check(command, path.stat().st_size > 0, f"{path.name} is empty")


def photo(width, height, name):
    subprocess.run(f"test-photo {width} {height} | sl-encode -o {name}", shell=True, check=True)


# The other machine of an example is this one.
ssh = pathlib.Path("bin/ssh").absolute()
ssh.parent.mkdir()
ssh.write_text('#!/bin/sh\nshift\nexec sh -c "$*"\n')
ssh.chmod(0o755)
os.environ["PATH"] = f"{ssh.parent}:{os.environ['PATH']}"
photo(290, 442, "in.jpg")
photo(120, 80, "a.jpg")
photo(64, 96, "b.jpg")
subprocess.run("ffmpeg -v error -f lavfi -i testsrc2=size=160x120:rate=25:duration=2 -f lavfi -i sine=duration=2 -c:v libx264 "
               "-bf 2 -c:a aac film.mp4 && ffmpeg -v error -i film.mp4 -c copy film.mkv && ffmpeg -v error -i film.mp4 sound.wav",
               shell=True, check=True, stdin=subprocess.DEVNULL)
tools = sorted(path.name for path in pathlib.Path(os.environ["SL_BUILD"], "bin").glob("sl-*"))
assert "sl-decode" in tools
for tool in tools:
    for example in check_forms(tool):
        check_example(tool, example["command"])
for program in ("mandoc", "zsh", "fish"):
    if not shutil.which(program):
        print(f"skipped: the part of {program}: it is not there")
sys.exit("\n".join(failures) or 0)

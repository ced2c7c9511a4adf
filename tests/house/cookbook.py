#!/usr/bin/python3
"""docs/cookbook.md is right: each job runs, makes what is not empty, and each line of its tables that has an answer works."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

source = pathlib.Path(os.environ["SL_SOURCE"])
page = (source / "docs/cookbook.md").read_text()
failures = []


def shell(script, folder):
    return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=folder, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, errors="replace", timeout=120)


def prepare(folder):
    (folder / "photos/more of them").mkdir(parents=True)
    names = ["in.jpg", "a.jpg", "b.jpg", "scan.jpg"]
    sizes = ["290 442", "120 80", "64 96", "200 150"]
    script = "; ".join(f"test-photo {size} {i} | sl-encode -o {name}" for i, (name, size) in enumerate(zip(names, sizes), 1))
    script += "; for i in 1 2 3 4; do test-photo 160 120 $((i + 10)) | sl-encode -o photos/p$i.jpg; done"
    script += "; sl-pad +12 --color white scan.jpg | sl-encode .jpg > s.jpg && mv s.jpg scan.jpg"
    script += "; sl-pad +20 --color '#00000000' a.jpg | sl-convert --format rgba | sl-encode .png > logo.png"
    script += "; sl-pattern --duration 2s --sound click --size 160x120 -o film.mp4; sl-decode --audio film.mp4 -o sound.wav"
    made = shell(script, folder)
    if made.returncode != 0:
        sys.exit(f"the files of the page cannot be made: {made.stderr}")
    for name in ("a b.jpg", "-dash.jpg", "[brackets].jpg", "new\nline.jpg", "more of them/ü'\".jpg"):
        shutil.copy(folder / "photos/p1.jpg", folder / "photos" / name)
    (folder / "drawing.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60">'
                                        '<rect width="90" height="60" fill="white"/><circle cx="40" cy="30" r="21"/></svg>')


def files(folder):
    """Files with their inode: a file that is written in place is a new one."""
    return {path: path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


kitchen = pathlib.Path("kitchen").absolute()
prepare(kitchen)
count = 0


def check(what, script):
    """Run it in a fresh copy of the kitchen."""
    global count
    count += 1
    folder = pathlib.Path(f"job{count}").absolute()
    shutil.copytree(kitchen, folder, copy_function=os.link)
    before = files(folder)
    ran = shell(script, folder)
    after = files(folder)
    made = [path for path, inode in after.items() if before.get(path) != inode]
    if ran.returncode != 0:
        failures.append(f"{what}\n  status {ran.returncode}: {ran.stderr}")
    elif not made and not ran.stdout:
        failures.append(f"{what}\n  makes nothing")
    failures.extend(f"{what}\n  {path.relative_to(folder)} is empty" for path in made if path.stat().st_size == 0
                    and path.suffix != ".txt" and path.name != ".sl-hls")  # sl-hls marks its folder
    if re.search(r"\bis (missing|damaged)\b", ran.stderr):
        failures.append(f"{what}\n  {ran.stderr}")
    shutil.rmtree(folder)


jobs = re.findall(r"```sh job( \w+)?\n(.*?)```", page, re.DOTALL)
if sum("sl-" in line for _, job in jobs for line in job.splitlines()) < 50:
    failures.append("there are fewer than fifty jobs")
for program, job in jobs:
    if program and not shutil.which(program.strip()):
        print(f"skipped: the job of {program.strip()}: it is not installed")
        continue
    check(job, job)

rows = re.findall(r"^\| (`.*?`) \| (.*) \|$", page, re.MULTILINE)
if len(rows) < 100:
    failures.append(f"the tables have {len(rows)} rows")
for today, here in rows:
    if here.startswith("no answer"):
        continue
    command = re.fullmatch("`(.*)`", here)
    if not command:
        failures.append(f"{today}: no command: {here}")
        continue
    check(f"{today}: {here}", command[1].replace("\\|", "|"))
for tool in sorted(set(re.findall(r"\bsl-[a-z]+\b", page))):
    if not (source / f"tools/{tool}.cpp").exists() and not (source / f"examples/filters/{tool}.cpp").exists():
        failures.append(f"{tool} does not exist")
sys.exit("\n".join(failures) or 0)

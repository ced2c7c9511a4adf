#!/usr/bin/python3
"""The README is right: its pipelines work, its table lists the tools, its stage is the example, its links lead somewhere."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

source, build = pathlib.Path(os.environ["SL_SOURCE"]), pathlib.Path(os.environ["SL_BUILD"])
readme = (source / "README.md").read_text()
failures = []
FILES = ["in.jpg", "a.jpg", "b.jpg", "film.mp4", "film.mkv", "sound.wav"]

for size, name in [("290 442", "in.jpg"), ("120 80", "a.jpg"), ("64 96", "b.jpg")]:
    subprocess.run(f"test-photo {size} | sl-encode -o {name}", shell=True, check=True)

subprocess.run("ffmpeg -v error -f lavfi -i testsrc2=size=160x120:rate=25:duration=2 -f lavfi -i sine=duration=2 -c:v libx264 "
               "-bf 2 -c:a aac film.mp4 && ffmpeg -v error -i film.mp4 -c copy film.mkv && ffmpeg -v error -i film.mp4 sound.wav",
               shell=True, check=True, stdin=subprocess.DEVNULL)

pipelines = re.findall(r"```sh pipeline\n(.*?)```", readme, re.DOTALL)
if len(pipelines) < 10:
    failures.append(f"there are {len(pipelines)} pipelines")
os.environ["PYTHONPATH"] = str(source / "bindings/python")
for number, pipeline in enumerate(pipelines):
    folder = pathlib.Path(f"pipeline-{number}")
    folder.mkdir()
    for name in FILES:
        shutil.copy(name, folder / name)
    ran = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", pipeline], cwd=folder, stdin=subprocess.DEVNULL,
                         capture_output=True, text=True, timeout=60)
    empty = [path.name for path in folder.iterdir() if path.stat().st_size == 0]
    made = [path for path in folder.iterdir() if path.name not in FILES]
    if ran.returncode != 0 or empty or not (made or ran.stdout):
        failures.append(f"{pipeline}status {ran.returncode}, empty: {empty}: {ran.stderr}")
    for picture in [path for path in made if path.suffix in (".png", ".jpg", ".webp")]:
        look = subprocess.run(["sl-info", "--frames", picture], capture_output=True, text=True)
        if look.returncode != 0:
            failures.append(f"{pipeline}{picture.name}: {look.stderr}")

listed = set(re.findall(r"^\| `(sl-[a-z]+)` \|", readme, re.MULTILINE))
tools = {path.name for path in (build / "bin").glob("sl-*")}
if listed != tools:
    failures.append(f"the table of tools: {sorted(listed ^ tools)}")

stage = re.search(r"```cpp\n(.*?)```", readme, re.DOTALL)[1]
if stage != (source / "examples/sl-posterize/sl-posterize.cpp").read_text():
    failures.append("the stage is not examples/sl-posterize/sl-posterize.cpp")

for page in [source / "README.md", *(page for folder in ("docs", "bindings", "libcore", "formats", "devices") for page in (source / folder).rglob("*.md"))]:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        if not (page.parent / link).exists():
            failures.append(f"{page.relative_to(source)}: {link} leads nowhere")

sys.exit("\n".join(failures) or 0)

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

# ---- A reader copies the blocks in order, from a fresh clone that was built, in one shell ----

clone, home = pathlib.Path("clone").absolute(), pathlib.Path("home").absolute()
for folder in (clone / "build/quickstart", home):
    folder.mkdir(parents=True)
for path in source.iterdir():
    if path.name not in ("build", ".git"):
        (clone / path.name).symlink_to(path)
(clone / "build/bin").symlink_to(build / "bin")
(clone / "build/cmake_install.cmake").touch()
subprocess.run("test-photo 1200 800 3 | sl-encode -o clone/build/quickstart/photo.jpg", shell=True, check=True)
# tests/house/install.sh installs and builds for real; here the folders must be there. The stage is another one.
CMAKE = """
cmake() {
  local before= word
  for word; do
    case $before in
      --install) [ -e "$word/cmake_install.cmake" ] || { echo "$PWD/$word is no build" >&2; return 1; } ;;
      --build) [ -e "$word/sl-posterize" ] || { echo "$PWD/$word is no build" >&2; return 1; } ;;
      -S) [ -e "$word/CMakeLists.txt" ] || { echo "$PWD/$word is no source" >&2; return 1; } ;;
      -B) mkdir -p "$word" && printf '#!/bin/sh\nexec sl-invert\n' > "$word/sl-posterize" && chmod +x "$word/sl-posterize" ;;
    esac
    before=$word
  done
}
"""
state = pathlib.Path("state").absolute()
state.write_text(f"cd {clone}\nexport HOME={home}\n")


def files():
    return {path: path.read_bytes() for path in clone.rglob("*") if path.is_file() and not path.is_symlink()}


blocks = [(kind, block) for kind, block in re.findall(r"```sh( pipeline)?\n(.*?)```", readme, re.DOTALL)
          if kind or "export PATH" in block or "cmake --install" in block]
if len(blocks) < 20:
    failures.append(f"there are {len(blocks)} blocks to run")
before = files()
for kind, block in blocks:
    # What a block exports, and the folder it ends in, hold for the next one.
    script = f". {state}\n{CMAKE}\n{block}\n{{ export -p; printf 'cd %q\\n' \"$PWD\"; }} > {state}"
    ran = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    after = files()
    made = [path for path in after if path not in before and path.name != ".sl-hls"]
    empty = [path.name for path in made if not after[path]]
    changed = [path.name for path in before if after.get(path) != before[path]]
    if ran.returncode != 0 or empty or changed or not (made or ran.stdout):
        failures.append(f"{block}status {ran.returncode}, empty: {empty}, changed: {changed}: {ran.stderr}")
    for picture in [path for path in made if path.suffix in (".png", ".jpg", ".webp")]:
        look = subprocess.run(["sl-info", "--frames", picture], capture_output=True, text=True)
        if look.returncode != 0:
            failures.append(f"{block}{picture.name}: {look.stderr}")
    before = after

listed = set(re.findall(r"^\| `(sl-[a-z]+)` \|", readme, re.MULTILINE))
tools = {path.name for path in (build / "bin").glob("sl-*")}
if listed != tools:
    failures.append(f"the table of tools: {sorted(listed ^ tools)}")

stage = re.search(r"```cpp\n(.*?)```", readme, re.DOTALL)[1]
if stage != (source / "examples/sl-posterize/sl-posterize.cpp").read_text():
    failures.append("the stage is not examples/sl-posterize/sl-posterize.cpp")

shown = re.findall(r"```cpp (\S+)\n(.*?)```", (source / "docs/writing-a-filter.md").read_text(), re.DOTALL)
if sorted(name for name, _ in shown) != sorted(str(path.relative_to(source)) for path in source.glob("examples/filters/*.cpp")):
    failures.append(f"docs/writing-a-filter.md shows {[name for name, _ in shown]}")
for name, code in shown:
    if code != (source / name).read_text():
        failures.append(f"docs/writing-a-filter.md: this is not {name}")

for page in [source / "README.md", *(page for folder in ("docs", "bindings", "libcore", "formats", "devices") for page in (source / folder).rglob("*.md"))]:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        if not (page.parent / link).exists():
            failures.append(f"{page.relative_to(source)}: {link} leads nowhere")

sys.exit("\n".join(failures) or 0)

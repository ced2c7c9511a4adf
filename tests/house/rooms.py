#!/usr/bin/python3
"""The rooms of libcore and formats include each other as their READMEs say; FFmpeg and the JSON library stay in their rooms."""

import os
import pathlib
import re
import sys

source = pathlib.Path(os.environ["SL_SOURCE"])
failures = []


def table(page):
    rows = re.findall(r"^\| `([\w./]+)/` \|[^|]*\| *([\w./ ]*?) *\|$", (source / page).read_text(), re.MULTILINE)
    return {room: {room, *names.split()} for room, names in rows}


def check(top, rooms, may_include_all=lambda path: False):
    """Every file lies in a room of the table, and includes only files of rooms that its row names."""

    def room_of(path):
        return next((str(folder) for folder in pathlib.PurePath(path).parents if str(folder) in rooms), None)

    for path in sorted((source / top).rglob("*")):
        if path.suffix not in (".h", ".cpp"):
            continue
        name = path.relative_to(source / top)
        room = room_of(name)
        if room is None:
            failures.append(f"{top}/{name}: lies in no room of {top}/README.md")
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            used = re.match(rf'#include "{top}/([^"]+)"', line)
            if used and room_of(used[1]) not in rooms[room] and not may_include_all(path):
                failures.append(f"{top}/{name}:{number}: {room}/ may not include {room_of(used[1])}/ ({top}/README.md)")


libcore, formats = table("libcore/README.md"), table("formats/README.md")
if len(libcore) < 10 or len(formats) < 10:
    failures.append("the tables of rooms could not be read")
check("libcore", libcore)
check("formats", formats, lambda path: path.name.startswith("sl-"))

# Each room is below all rooms that it includes, so the rooms form no circle.
for top, rooms in (("libcore", libcore), ("formats", formats)):
    above = set()
    for room, used in rooms.items():
        above.add(room)
        if not used <= above:
            failures.append(f"{top}/README.md: {room}/ includes {', '.join(sorted(used - above))}, a room further down")

for folder in ("libcore", "formats", "devices", "tools"):
    for path in sorted((source / folder).rglob("*.[hc]*")):
        if path.suffix not in (".h", ".cpp"):
            continue
        name, text = path.relative_to(source), path.read_text()
        if re.search(r"#include <lib(av|sw)\w+/", text) and not str(name).startswith("formats/av/"):
            failures.append(f"{name}: FFmpeg's headers belong in formats/av")
        whole_json = re.search(r"#include (<nlohmann/json.hpp>|\"libcore/base/json(_members)?.h\")", text)
        if path.suffix == ".h" and whole_json and path.name not in ("json.h", "json_members.h"):
            failures.append(f"{name}: a header names Json by libcore/base/json_fwd.h")
        if folder == "libcore" and re.search(r'#include "(formats|devices|tools)/', text):
            failures.append(f"{name}: libcore includes nothing outside itself")
        if folder == "formats" and re.search(r'#include "(devices|tools)/', text):
            failures.append(f"{name}: formats include libcore alone")

sys.exit("\n".join(failures) or 0)

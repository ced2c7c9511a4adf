#!/usr/bin/python3
"""Comments, messages and documents are plain English: none of the idioms below, each with what to write instead."""

import os
import pathlib
import re
import subprocess
import sys

IDIOMS = {
    r"\b(told|tells?)\b": "report, say, state, name",
    r"\banew\b": "again",
    r"\bthe very\b": "exactly, the same",
    r"\b(who|what|which)ever\b": "name the person or the thing",
    r"\b(no|some)body\b": "name the person or the process",
    r"\bat hand\b": "ready, available",
    r"\bof (ours|one's own)\b": "our, its own",
    r"\b(goes|go|went|going) on\b": "continue",
    r"\b(is|are) none\b": "no X exists, has no X",
    r"\bthat there (is|are)\b": "name the thing",
    r"\bof which\b": "begin a second sentence",
    r"\bbut for\b": "except",
    r"\b(is|are|was|were) to be\b": "must, shall, will",
}

source = pathlib.Path(os.environ["SL_SOURCE"])
failures = []


def prose(path):
    """The parts of each line that people read: comments, string literals with blanks in them, text of documents."""
    fenced = False
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if path.suffix == ".md":
            fenced ^= line.startswith("```")
            if not fenced:
                yield number, line
            continue
        comment = re.search(r"(?<!:)//(.*)" if path.suffix in (".cpp", ".h") else r"(?:^|\s)#(?!!)(.*)", line)
        if comment:
            yield number, comment[1]
        if path.suffix in (".cpp", ".h"):
            code = line[:comment.start()] if comment else line
            yield from ((number, text) for text in re.findall(r'"((?:[^"\\]|\\.)*)"', code) if " " in text)


for name in subprocess.run(["git", "-C", source, "ls-files"], capture_output=True, text=True, check=True).stdout.split():
    path = source / name
    if not path.exists() or path == pathlib.Path(__file__).resolve():
        continue
    if path.suffix not in (".cpp", ".h", ".md", ".sh", ".bash", ".py") and not name.startswith("scripts/") and path.name != "CMakeLists.txt":
        continue
    for number, text in prose(path):
        for idiom, better in IDIOMS.items():
            found = re.search(idiom, text, re.IGNORECASE)
            if found:
                failures.append(f'{name}:{number}: "{found[0]}": better {better}')

sys.exit("\n".join(failures) or 0)

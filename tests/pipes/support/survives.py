"""What becomes of an attribute in each format: outcomes measured by a matrix test, and their section of docs/what-survives.md.

A matrix makes a Section with its title, notes each outcome, and calls finish(): that fails for silent losses, and if the
section of the page differs from the measured one. SL_WRITE_PAGE=1 writes the measured section instead."""

import os
import pathlib
import subprocess
import sys

PAGE = pathlib.Path(os.environ["SL_SOURCE"]) / "docs/what-survives.md"
KEPT, CONVERTED, REPORTED, SILENT = "kept", "converted", "reported", "SILENT"


def run(command):
    """Return (status, standard output, standard error as text) of a bash command."""
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


class Section:
    def __init__(self, title, introduction, attributes, targets):
        """attributes: name -> description; targets: the columns. Rows and columns stay in this order."""
        self.title, self.introduction, self.attributes, self.targets = title, introduction, attributes, targets
        self.outcomes, self.failures, self.cases = {}, [], 0

    def note(self, attribute, source, target, outcome, detail=""):
        """Note one measured case. SILENT, or any text that is no outcome, is a failure; detail says what was seen."""
        self.cases += 1
        if outcome not in (KEPT, CONVERTED, REPORTED):
            self.failures.append(f"{attribute}, {source} to {target}: {outcome} {detail}".rstrip())
            return
        self.outcomes.setdefault((attribute, target), {}).setdefault(outcome, []).append(source)

    def cell(self, attribute, target):
        found = self.outcomes.get((attribute, target), {})
        if len(found) <= 1:
            return next(iter(found), "")
        return "; ".join(f"{outcome} from {', '.join(sorted(set(found[outcome])))}" for outcome in sorted(found))

    def text(self):
        lines = [f"## {self.title}", "", self.introduction, "", "| | " + " | ".join(self.targets) + " |",
                 "|---|" + "---|" * len(self.targets)]
        for attribute, description in self.attributes.items():
            cells = [self.cell(attribute, target) for target in self.targets]
            lines.append(f"| {description} | " + " | ".join(cells) + " |")
        return "\n".join(lines) + "\n"

    def finish(self):
        page = PAGE.read_text()
        begin = page.find(f"## {self.title}\n")
        end = page.find("\n## ", begin + 1)
        if os.environ.get("SL_WRITE_PAGE"):
            before = page[:begin] if begin >= 0 else page.rstrip("\n") + "\n\n"
            PAGE.write_text(before + self.text() + (page[end:] if begin >= 0 and end >= 0 else ""))
        elif begin < 0 or page[begin:end if end >= 0 else len(page)] != self.text():
            self.failures.append(f"{PAGE.name}: \"{self.title}\" is not as measured (SL_WRITE_PAGE=1 writes it):\n" + self.text())
        print(f"{self.cases} cases, {len(self.failures)} failed")
        sys.exit("\n".join(self.failures[:60]) or 0)

"""What scripts/bench writes: docs/benchmarks.md."""

import datetime
import os
import pathlib
import re
import subprocess

from measure import busy_cores

PACKAGES = ["libvips42", "imagemagick", "graphicsmagick", "netpbm", "libjpeg-turbo-progs", "ffmpeg", "hyperfine", "g++",
            "libjpeg62-turbo-dev", "libpng-dev", "libisal2", "libwebp-dev"]


def machine():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / (1 << 20)
    return (f"{cpu[1] if cpu else 'unknown CPU'}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB, "
            f"Linux {os.uname().release}")


def versions(packages=PACKAGES):
    lines = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *packages], capture_output=True,
                           text=True).stdout.splitlines()
    return ", ".join(sorted(line for line in lines if len(line.split()) == 2))


def revision():
    ran = subprocess.run(["git", "-C", pathlib.Path(__file__).parent, "describe", "--always", "--dirty"],
                         capture_output=True, text=True)
    return ran.stdout.strip() or "unknown"


class Report:
    def __init__(self, quick):
        self.quick = quick
        self.targets, self.sections, self.notes = [], [], []
        self.busy = busy_cores()

    @property
    def missed(self):
        return [what for what, measured, expected in self.targets if measured > expected]

    def target(self, what, measured, expected):
        self.targets.append((what, measured, expected))

    def note(self, text):
        self.notes.append(text)

    def contest(self, title, rows):
        ours = rows["streamlib"]
        lines = [f"## {title}\n", "| | wall s | ours / it | CPU s | ours / it | largest process MiB | file MB | ours / it | off by (largest, mean) |",
                 "|---|---|---|---|---|---|---|---|---|"]
        for name, row in rows.items():
            lines.append(f"| {name} | {row['wall']:.4f} | {ours['wall'] / row['wall']:.3f} | {row['cpu']:.4f} | "
                         f"{ours['cpu'] / row['cpu']:.3f} | {row['memory']:.1f} | {row['size'] / 1e6:.3f} | "
                         f"{ours['size'] / row['size']:.3f} | {row['largest']}, {row['mean']:.3f} |")
        processes = ", ".join(f"`{command.split()[0]}` {size:.1f}" for command, size in ours["processes"])
        lines.append(f"\nOurs, MiB of each process: {processes}.\n")
        lines += ["```sh"] + [row["command"] for row in rows.values()] + ["```\n"]
        self.sections.append("\n".join(lines))

    def delays(self, size, rows):
        lines = [f"## {size}, arriving evenly over 5 s: seconds from the first byte in\n",
                 "| | first byte out | half of the bytes out | last byte out |", "|---|---|---|---|"]
        lines += [f"| {name} | {first:.3f} | {half:.3f} | {last:.3f} |" for name, (first, half, last) in rows.items()]
        self.sections.append("\n".join(lines) + "\n\nFour stages: `sl-decode | sl-invert | sl-tap | sl-encode .jpg`.\n")

    def times(self, title, times, commands):
        """A table of times alone; the first row is compared with the others."""
        first = next(iter(times.values()))
        lines = [f"## {title}\n", "| | wall s | the first / it | CPU s |", "|---|---|---|---|"]
        lines += [f"| {name} | {value.wall_median:.4f} | {first.wall_median / value.wall_median:.3f} | {value.cpu_median:.4f} |"
                  for name, value in times.items()]
        self.sections.append("\n".join([*lines, "\n```sh", *commands.values(), "```\n"]))

    def growth(self, title, large, huge, times, memory):
        lines = [f"## {title}, 2 threads: {large[0]}x{large[1]} and {huge[0]}x{huge[1]}\n",
                 "| | wall s | CPU s | MiB of decode, invert, encode |", "|---|---|---|---|"]
        for name, size in [("large", large), ("huge", huge)]:
            processes = ", ".join(f"{mib:.1f}" for mib in memory[name])
            lines.append(f"| {size[0]}x{size[1]} | {times[name].wall_median:.3f} | {times[name].cpu_median:.3f} | {processes} |")
        wall = times["huge"].wall_median / times["large"].wall_median
        cpu = times["huge"].cpu_median / times["large"].cpu_median
        self.sections.append("\n".join(lines) + f"\n| ratio | {wall:.2f} | {cpu:.2f} | |\n")

    def start_up(self, milliseconds):
        rows = "\n".join(f"| `{name}` | {value:.2f} |" for name, value in milliseconds.items())
        self.sections.append(f"## Start to end on a wire of four pixels\n\n| | ms |\n|---|---|\n{rows}\n")

    def tap(self, name, share, least, most):
        self.sections.append(f"`{name}` between a camera of rgb24 1920x1080 at 60 frames a second and `cat`: {share:.1f} % of a "
                             f"core ({least:.1f} to {most:.1f}).\n")

    def exactness(self, cases, wrong):
        self.sections.append(f"## JPEG → PNG against djpeg\n\n{cases - wrong} of {cases} pictures have exactly the same pixels: five sizes, "
                             "six samplings, baseline, progressive, arithmetic and gray, at 1/1, 1/2 and 1/4.\n")

    def text(self):
        lines = ["# Benchmarks\n", "Written by `scripts/bench`; the way it measures is at the end.\n",
                 f"- {datetime.date.today().isoformat()}, streamlib {revision()}", f"- {machine()}; {self.busy:.2f} cores busy before the start",
                 f"- {versions()}\n"]
        if self.quick:
            lines.append("**A quick run, with small pictures: the targets are for 24 and 96 megapixels.**\n")
        if self.busy > 0.2:
            lines.append("**The machine was busy: times are not to be trusted.**\n")
        lines += ["## What must be reached\n", "A ratio below 1 is less than the peer needs.\n", "| work | at most | measured | |", "|---|---|---|---|"]
        for what, measured, expected in self.targets:
            lines.append(f"| {what} | {expected:g} | {measured:.3g} | {'reached' if measured <= expected else '**missed**'} |")
        lines += ["", *self.sections]
        if self.notes:
            lines += ["## Notes\n", *[f"- {note}" for note in self.notes], ""]
        lines.append("""## How it is measured

- hyperfine runs all commands of a table in turns, so that what else the machine does hits all alike; medians of the turns (nine;
  three for the slow ones at full size). A shell starts each pipeline, and hyperfine takes its start-up off. Wall is from the start to the last byte in `/dev/null`, CPU is
  user and system time of all processes of a pipeline.
- Memory is the peak of resident memory of each process, by GNU time around each of them.
- Results are decoded by djpeg and pngtopnm and compared with the negative of what djpeg (or pngtopnm) makes of the input:
  a command whose result is further off than 2 (PNG), or than what JPEG of that quality loses, is not in the table.
- Quality is 85 for JPEG; PNG is written at each program's default. ffmpeg has its own scale (3), and another filter for
  chroma. The pictures are made by test-photo (edges, texture, sensor noise), JPEG of quality 90 by cjpeg, PNG by vips.
""")
        return "\n".join(lines)

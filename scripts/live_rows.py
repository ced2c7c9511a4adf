"""Rows of scripts/bench_live that need no server: CPU and memory of an encoding pipeline, age of frames, 24 hours."""

import json
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time

from live_tools import ROOT, Trouble

HD = "--size 1920x1080 --rate 30"
# The defaults of sl-hls as ffmpeg options.
ENCODER = "-pix_fmt yuv420p -c:v libx264 -preset veryfast -crf 23 -force_key_frames 'expr:gte(t,n_forced*2)' -forced-idr 1"
PACKER = ("-f hls -hls_time 2 -hls_list_size 6 -hls_segment_type fmp4 -hls_flags delete_segments+program_date_time+temp_file "
          "-hls_delete_threshold 8")


def resident(pid):
    """Return the resident memory of a process in KiB, and its name; nothing if it has ended."""
    try:
        text = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    found = re.search(r"VmRSS:\s+(\d+)", text)
    return (re.search(r"Name:\t(.*)", text)[1], int(found[1])) if found else None


def descendants(pid):
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [one for child in children for one in [int(child), *descendants(int(child))]]


def sizes_in(folder):
    sizes = []
    for entry in os.scandir(folder):
        try:
            sizes.append(entry.stat().st_size)
        except FileNotFoundError:  # it went away meanwhile
            pass
    return sizes


class Run:
    """A pipeline from its start to its end: CPU seconds of all of it, and resident memory of each process over time."""

    def __init__(self, command, folder, every=1.0):
        shutil.rmtree(folder / "out", ignore_errors=True)
        (folder / "out").mkdir(parents=True)
        self.memory, self.files, self.bytes = {}, 0, 0
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        process = subprocess.Popen(["bash", "-c", "set -o pipefail; " + command], cwd=folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True)
        said = []
        listener = threading.Thread(target=lambda: said.append(process.stdout.read()))
        listener.start()
        while process.poll() is None:
            for pid in descendants(process.pid):
                if (found := resident(pid)) is not None:
                    self.memory.setdefault((pid, found[0]), []).append((time.monotonic() - began, found[1]))
            sizes = sizes_in(folder / "out")
            self.files, self.bytes = max(self.files, len(sizes)), max(self.bytes, sum(sizes))
            time.sleep(every)
        listener.join()
        self.seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.said = said[0]
        if process.returncode != 0:
            raise Trouble(f"{command}: status {process.returncode}: {self.said[-500:]}")

    def growth(self, settled):
        """By process: KiB on average over the tenth after `settled` (of the run's length), over the last tenth, and the most."""
        rows = {}
        for (_, name), samples in self.memory.items():
            end = samples[-1][0]
            mean = {at: [kib for when, kib in samples if at <= when / end <= at + 0.1] for at in (settled, 0.9)}
            if len(samples) > 8 and all(mean.values()):
                rows[name] = (*(statistics.mean(some) for some in mean.values()), max(kib for _, kib in samples))
        return rows


def segments(folder):
    """Bytes of the segments that are left, and EXTINF's sum of the playlists."""
    files = [path for path in (folder / "out").iterdir() if path.suffix == ".m4s"]
    (playlist,) = [path for path in (folder / "out").glob("*.m3u8") if "EXTINF" in path.read_text()]
    lengths = re.findall(r"#EXTINF:([\d.]+)", playlist.read_text())
    named = [line for line in playlist.read_text().splitlines() if line.endswith(".m4s")]
    return sum((folder / "out" / name).stat().st_size for name in named), sum(map(float, lengths)), len(files)


# ---- cpu ----

def contests(folder, seconds):
    """By name: seconds, our command and ffmpeg's."""
    short = min(20, seconds)  # 1.9 GB of raw pictures
    clip, frames = folder / "card", seconds * 30
    subprocess.run(f"sl-pattern {HD} --live --frames {short * 30} | sl-encode .y4m | "
                   f"ffmpeg -v error -y -f yuv4mpegpipe -i - -f rawvideo {clip}.yuv", shell=True, check=True)
    raw = f"-f rawvideo -pix_fmt yuv420p -s 1920x1080 -framerate 30 -i {clip}.yuv"
    return {
        f"SMPTE bars, each draws its own, {seconds} s": (
            f"sl-pattern {HD} --live --frames {frames} smpte-hd | sl-hls out --window 6",
            f"ffmpeg -v error -re -f lavfi -i smptehdbars=size=1920x1080:rate=30 -frames:v {frames} {ENCODER} {PACKER} out/index.m3u8"),
        f"moving test card, for ffmpeg recorded before as raw pictures in memory, {short} s": (
            f"sl-pattern {HD} --live --frames {short * 30} | sl-hls out --window 6",
            f"ffmpeg -v error -re {raw} {ENCODER} {PACKER} out/index.m3u8"),
    }


def cpu(work, minutes, say):
    """Ratios of CPU seconds, in turns; then a long run of our own."""
    folder = pathlib.Path("/dev/shm/streamlib-bench-live")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        table = []
        for name, commands in contests(folder, max(6, int(minutes * 6))).items():
            turns = []
            for _ in range(3):
                turn = []
                for command in commands:
                    run = Run(command, folder)
                    if run.said:
                        say(f"  {command.split()[0]} said: {run.said}")
                    size, length, _ = segments(folder)
                    turn.append((run.cpu, size / length))
                turns.append(turn)
                say(f"  {name}: {turn[0][0]:.2f} s against {turn[1][0]:.2f} s")
            ours, theirs = [statistics.median(turn[i][0] for turn in turns) for i in (0, 1)]
            table.append({"name": name, "ours": ours, "ffmpeg": theirs, "ratio": statistics.median(a[0] / b[0] for a, b in turns),
                          "bytes": turns[-1][0][1] / turns[-1][1][1], "commands": commands})
        return {"table": table, "long": long_run(folder, minutes, say)}
    finally:
        shutil.rmtree(folder)


def long_run(folder, minutes, say):
    """Frames meant, left out and written, and memory."""
    frames = int(minutes * 60 * 30)
    command = f"sl-pattern {HD} --live --frames {frames} | sl-tap --json tap.jsonl --interval 1 | sl-hls out --event"
    run = Run(command, folder)
    last = [json.loads(line) for line in (folder / "tap.jsonl").read_text().splitlines()]
    played = subprocess.run("ffprobe -v error -count_packets -select_streams v -show_entries stream=nb_read_packets -of csv=p=0 out/index.m3u8",
                            shell=True, cwd=folder, capture_output=True, text=True)
    written = [int(word) for word in re.findall(r"\d+", played.stdout)]
    _, length, _ = segments(folder)
    say(f"  {frames} frames meant, {written[:1]} written, {length:.3f} s, {last[-1]['dropped']} dropped; {run.said}")
    return {"command": command, "frames": frames, "written": written[0] if written else 0, "length": length, "dropped": last[-1]["dropped"],
            "said": run.said, "memory": run.growth(0.1), "cpu": run.cpu / run.seconds}


# ---- age ----

def ages(path):
    found = sorted(1000 * line["age"] for line in map(json.loads, path.read_text().splitlines()) if "age" in line)
    return found[len(found) // 2], found[len(found) * 95 // 100], found[-1], len(found)


def age(work, build, say):
    """Milliseconds, median, 95 % and most, of samples: on this machine from sl-pattern, in the virtual one from sl-webcam."""
    rows, folder = {}, work / "age"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for size in ("640x360", "1920x1080"):
        path = folder / f"{size}.jsonl"
        command = f"sl-pattern --live --size {size} --rate 30 --duration 10s | sl-tap --interval 0.05 --json {path} > /dev/null"
        subprocess.run(command, shell=True, check=True)
        rows[f"`sl-pattern --live --size {size} --rate 30 \\| sl-tap`"] = ages(path)
    (folder / "guest.sh").write_text(
        "set -eu\nfor size in 320x180 640x360 1280x720; do\n"
        "  sl-webcam platform:vivid-000 --size $size --rate 25 --format YU12 --duration 5s \\\n"
        "    --control timestamp_source=start_of_exposure 2> $size.err |\n"
        "    sl-tap --interval 0.05 --json $size-guest.jsonl > /dev/null\ndone\n")
    ran = subprocess.run([ROOT / "tests/vivid/vm", build, folder, "120"], capture_output=True, text=True)
    if ran.returncode != 0:
        say(f"  the virtual machine: {ran.stderr[-300:]}")
    for path in sorted(folder.glob("*-guest.jsonl")):
        rows[f"in the virtual machine, `sl-webcam --size {path.name.split('-')[0]} --rate 25 \\| sl-tap`"] = ages(path)
    return rows


# ---- simulated ----

def simulated(work, say):
    """24 hours in segments of a second: 86400 of them."""
    folder = work / "simulated"
    command = ("sl-pattern --size 64x36 --rate 2 --duration 24:00:00 | "
               "sl-hls out --window 6 --segment-duration 1s --preset ultrafast --open")
    run = Run(command, folder, 0.2)
    sys.path.insert(0, str(ROOT / "tests/pipes/support"))
    import hls_check
    checked = hls_check.Folder(folder / "out")
    checked.check_files()
    media = checked.media["video.m3u8"]
    result = {"command": command, "seconds": run.seconds, "files": run.files, "bytes": run.bytes, "sequence": media.sequence,
              "last": media.segments[-1]["uri"], "window": len(media.segments), "memory": run.growth(0.1)}
    say(f"  {result}")
    return result

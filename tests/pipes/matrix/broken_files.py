"""Runs commands over many inputs, several at a time, and judges each: shared by the matrices of bad input."""

import os
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

failures = []
cases = 0


resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))  # for all that is started here


def run(command, data):
    try:
        return subprocess.run(command, input=data, capture_output=True, timeout=20, close_fds=False)
    except subprocess.TimeoutExpired:
        return None


def judge(name, result, statuses, outputs=(), words=""):
    """A failure is one line and leaves no output; a success leaves one and says nothing worse than a warning."""
    global cases
    cases += 1
    if result is None:
        return failures.append(f"{name}: hung")
    lines = [line for line in result.stderr.decode(errors="replace").splitlines() if "left out" not in line]
    there = [output for output in outputs if os.path.exists(output)]
    if result.returncode not in statuses:
        failures.append(f"{name}: status {result.returncode}: {lines}")
    elif result.returncode != 0 and (len(lines) != 1 or words not in lines[0]):
        failures.append(f"{name}: {len(lines)} lines: {lines}")
    elif bool(there) != (result.returncode == 0) and outputs:
        failures.append(f"{name}: status {result.returncode}, and {there or 'no output'}")
    for output in there:
        os.unlink(output)


def in_parallel(jobs):
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        list(pool.map(lambda job: job(), jobs))


def finish():
    for failure in failures[:40]:
        print(failure)
    left = [name for name in os.listdir(".") if name.endswith((".tmp", ".part"))]
    print(f"{cases} cases, {len(failures)} failed{'; left: ' + ' '.join(left) if left else ''}")
    sys.exit(1 if failures or left else 0)

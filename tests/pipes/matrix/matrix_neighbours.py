#!/usr/bin/python3
"""Which neighbours hand strips over, and which fall back to bytes: users, namespaces, confinement, limits. The pixels are the
same in all cases. Cases that this machine has not are named and left out."""

import os
import subprocess
import sys

WRITER = "sl-pattern --anonymous --size 640x360 --frames 12"
READER = "sl-invert --anonymous -v"
NO_OFFER, OUT_OF_REACH = "the writer offers no slots", "the writer's memory is out of reach"
HANDED_OVER = None
NOBODY = "setpriv --reuid=65534 --regid=65534 --clear-groups {}"


def with_proc(options):
    return f"unshare --mount sh -c 'mount -t proc {options} proc /proc && exec \"$@\"' sh {{}}"


def limited(limit):
    return f"bash -c 'ulimit {limit}; exec \"$@\"' limited {{}}"


# A name, the commands around the writer, around the reader and around both, and why the reader copies, if it does.
CASES = [
    ("nothing", "{}", "{}", "{}", HANDED_OVER),
    ("a writer without", "env SL_HOPS=off {}", "{}", "{}", NO_OFFER),
    ("a reader without", "{}", "env SL_HOPS=off {}", "{}", "SL_HOPS is off"),
    ("cat between", "{}", "sh -c 'cat | \"$@\"' sh {}", "{}", NO_OFFER),
    ("both another user", NOBODY, NOBODY, "{}", HANDED_OVER),
    ("the writer another user", NOBODY, "{}", "{}", OUT_OF_REACH),
    ("the reader another user", "{}", NOBODY, "{}", OUT_OF_REACH),
    ("the writer in a process namespace", "unshare --pid --fork {}", "{}", "{}", HANDED_OVER),
    ("the reader in a process namespace", "{}", "unshare --pid --fork {}", "{}", NO_OFFER),
    ("both in a process namespace", "{}", "{}", "unshare --pid --fork --mount-proc {}", HANDED_OVER),
    ("both in one, with the /proc of another", "{}", "{}", "unshare --pid --fork {}", OUT_OF_REACH),
    ("the writer in a user namespace", "unshare --user --map-current-user {}", "{}", "{}", HANDED_OVER),
    ("the reader in a user namespace", "{}", "unshare --user --map-current-user {}", "{}", OUT_OF_REACH),
    ("the writer in a Landlock domain", "test-landlock {}", "{}", "{}", HANDED_OVER),
    ("both in a Landlock domain", "{}", "{}", "test-landlock {}", HANDED_OVER),
    ("the reader in a Landlock domain", "{}", "test-landlock {}", "{}", OUT_OF_REACH),
    ("no /proc", "{}", "{}", "unshare --mount sh -c 'mount -t tmpfs none /proc && exec \"$@\"' sh {}", OUT_OF_REACH),
    *((f"/proc with {option}", NOBODY, NOBODY, with_proc(f"-o {option}"), HANDED_OVER)
      for option in ("hidepid=1", "hidepid=2", "hidepid=4", "subset=pid")),
    ("files of less than 4 MiB", limited("-f 4095"), "{}", "{}", NO_OFFER),
    ("files of 4 MiB", limited("-f 4096"), "{}", "{}", HANDED_OVER),
    ("few open files", limited("-n 12"), limited("-n 12"), "{}", HANDED_OVER),
    ("another priority", "nice {}", "{}", "{}", HANDED_OVER),
]


def exists(around):
    """Whether this machine lets us run something so."""
    return around == "{}" or subprocess.run(["bash", "-c", around.format("true")], stderr=subprocess.DEVNULL).returncode == 0


def run(writer, reader, around="{}"):
    """The status, what the reader said of its input, and what it wrote."""
    with open("pipe.sh", "w") as script:
        script.write(f"set -o pipefail\n{writer.format(WRITER)} | {reader.format(READER)}\n")
    with open("out.slw", "wb") as out, open("errors", "wb") as errors:
        ran = subprocess.run(["bash", "-c", around.format("bash pipe.sh")], stdout=out, stderr=errors, timeout=30)
    with open("errors") as file:
        lines = file.read().splitlines()
    with open("out.slw", "rb") as file:
        return ran.returncode, ([line for line in lines if "input: " in line] or [str(lines)])[0], file.read()


def pixels(wire):
    return wire[:wire.rindex(b'{"tracks"') - 8] if b'{"tracks"' in wire else wire  # END has times


failures = left_out = 0
os.chmod(".", 0o755)
os.environ.pop("SL_HOPS", None)
reference = pixels(run("env SL_HOPS=off {}", "env SL_HOPS=off {}")[2])


def check(name, good, text):
    global failures
    if not good:
        failures += 1
        print(f"{name}: {text}")


for name, writer, reader, around, why in CASES:
    if not all(exists(command) for command in (writer, reader, around)):
        left_out += 1
        print(f"left out, as this machine cannot: {name}")
        continue
    status, said, wire = run(writer, reader, around)
    check(name, status == 0 and pixels(wire) == reference, f"status {status}, {len(wire)} bytes, {said}")
    good = "strips handed over" in said if why is HANDED_OVER else said.endswith(f"copied ({why})")
    check(name, good, f"{said} instead of {why or 'handed over'}")

# Where a limit is too low for the work itself, slots change nothing; where it is not, the work is done.
for limit in [f"-n {count}" for count in range(4, 12)] + [f"-v {kilobytes}" for kilobytes in range(4000, 26000, 3000)]:
    statuses = {}
    for switch in ("off", "0"):
        around = f"env SL_HOPS={switch} {limited(limit)}"
        statuses[switch], said, wire = run(around, around)
        check(f"{limit}, SL_HOPS={switch}", statuses[switch] != 0 or pixels(wire) == reference, "status 0 and other pixels")
    check(limit, statuses["off"] != 0 or statuses["0"] in (0, 71), f"status {statuses['0']} with slots, 0 without: {said}")
print(f"{len(CASES)} cases, {left_out} left out, {failures} failed")
sys.exit(1 if failures else 0)

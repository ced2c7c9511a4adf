"""A volume of NIfTI-1 to pictures in PFM, a slice after another: the stored numbers, scaled as the header says."""

import array
import gzip
import struct
import sys
import zlib

TYPES = {2: "B", 4: "h", 8: "i", 16: "f", 64: "d", 256: "b", 512: "H", 768: "I"}


def fail(what):
    sys.exit(print("NIfTI: " + what, file=sys.stderr) or 65)


packed = sys.stdin.buffer.peek(2)[:2] == b"\x1f\x8b"
source = gzip.open(sys.stdin.buffer) if packed else sys.stdin.buffer


def take(count):
    try:
        return source.read(count)
    except (EOFError, OSError, zlib.error):
        fail("its gzip is cut or damaged")


head = take(352)
if packed and (len(head) < 352 or head[344:348] != b"n+1\0"):
    fail("gzip of something else: zcat FILE | sl-decode reads it")
if len(head) < 352:
    fail("truncated in the header")
order = "<" if struct.unpack_from("<i", head)[0] == 348 else ">"
sizes = struct.unpack_from(order + "8h", head, 40)
kind = struct.unpack_from(order + "h", head, 70)[0]
offset, slope, shift = struct.unpack_from(order + "3f", head, 108)
if not 1 <= sizes[0] <= 7 or min(sizes[1 : 1 + sizes[0]]) < 1:
    fail("a volume without size")
if kind not in TYPES:
    fail(f"samples of type {kind}, which are not read")
width, height = sizes[1], sizes[2] if sizes[0] > 1 else 1
slices = 1
for size in sizes[3 : 1 + sizes[0]]:
    slices *= size
if not 352 <= offset < 1 << 31:
    fail("samples inside the header")
take(int(offset) - 352)
if slope == 0:
    slope, shift = 1.0, 0.0
for number in range(slices):
    row = array.array(TYPES[kind])
    data = take(width * height * row.itemsize)
    if len(data) < width * height * row.itemsize:
        fail(f"truncated in slice {number + 1} of {slices}")
    row.frombytes(data)
    if (order == "<") != (sys.byteorder == "little"):
        row.byteswap()
    # Rows of a volume go up, as those of PFM do.
    values = array.array("f", row if (slope, shift) == (1, 0) else (slope * value + shift for value in row))
    sys.stdout.buffer.write(b"Pf\n%d %d\n%s\n" % (width, height, b"-1.0" if sys.byteorder == "little" else b"1.0"))
    sys.stdout.buffer.write(values.tobytes())

"""worst_pixel.py A B TOLERANCE: compares two binary PPM files and prints the pixel that differs most."""

import re
import sys


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    header = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", data)
    return int(header[1]), int(header[2]), data[header.end():]


width, height, one = read(sys.argv[1])
other_width, other_height, other = read(sys.argv[2])
if (width, height, len(one)) != (other_width, other_height, len(other)):
    sys.exit(f"{width}x{height} and {other_width}x{other_height}")
if one != other:
    worst = max(range(len(one)), key=lambda i: abs(one[i] - other[i]))
    difference = abs(one[worst] - other[worst])
    y, x = divmod(worst // 3, width)
    print(f"worst pixel: ({x}, {y}) channel {worst % 3}: {one[worst]} and {other[worst]}, difference {difference}")
    sys.exit(difference > int(sys.argv[3]))

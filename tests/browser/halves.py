#!/usr/bin/env python3
"""halves.py PPM: fails unless the picture is #2060C0 on the left and #C04020 on the right, to within 10 of 255."""
import sys

import numpy

data = open(sys.argv[1], 'rb').read()
magic, width, height, _ = data.split(None, 4)[:4]
width, height = int(width), int(height)
pixels = numpy.frombuffer(data[-width * height * 3:], numpy.uint8).reshape(height, width, 3).astype(int)
for name, wanted, column in (('left', (0x20, 0x60, 0xC0), width // 4), ('right', (0xC0, 0x40, 0x20), width * 3 // 4)):
    seen = pixels[height // 3:height // 2, column - 40:column + 40].reshape(-1, 3)
    worst = abs(seen - wanted).max()
    if magic != b'P6' or worst > 10:
        sys.exit(f'{name}: {seen.mean(axis=0)} instead of {wanted}, off by up to {worst}')

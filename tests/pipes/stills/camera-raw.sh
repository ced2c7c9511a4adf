#!/bin/bash
# What sl-info shows of camera RAW: the camera, the lens, the sensor.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
[ -x "$SL_BUILD/libexec/streamlib/sl-format-raw" ] || skip "sl-format-raw is not built"
PYTHONPATH=$SL_SOURCE/tests/pipes/support "$SL_PYTHON" - << 'END'
import struct
import still_files as made

width, height = 48, 32
rational = lambda *pairs: b"".join(struct.pack(">ii", *pair) for pair in pairs)
matrix = rational(*((v, 10) for v in (32, -15, -5, -10, 19, 0, 1, -2, 11)))


def whole(offset):
    return made.tiff([(254, 4, [0]), (256, 4, [width]), (257, 4, [height]), (258, 3, [16]), (259, 3, [1]), (262, 3, [32803]),
                      (271, 2, b"Tester\0"), (272, 2, b"T-1000\0"), (273, 4, [offset]), (277, 3, [1]), (278, 4, [height]),
                      (279, 4, [width * height * 2]), (33421, 3, [2, 2]), (33422, 1, bytes([0, 1, 1, 2])), (50706, 1, bytes([1, 4, 0, 0])),
                      (50708, 2, b"Tester T-1000\0"), (50717, 4, [65535]), (50721, 10, matrix), (50728, 5, [(1, 1)] * 3), (50778, 3, [21])],
                     sub=[(0x829a, 5, [(1, 200)]), (0xa434, 2, b"Testar 50mm F1.4\0")])


open("a.dng", "wb").write(whole(len(whole(0))) + struct.pack(f">{width * height}H", *(1000 + i * 30 for i in range(width * height))))
END
sl-info a.dng > info
for line in "camera: Tester T-1000" "lens: Testar 50mm F1.4" "sensor: 48x32"; do
  grep -q "$line" info || fail "no \"$line\": $(cat info)"
done
[ "$(sl-info --get lens a.dng)" = "Testar 50mm F1.4" ] || fail "--get lens: $(sl-info --get lens a.dng)"
sl-info --json a.dng | grep -q '"camera":"Tester T-1000"' || fail "JSON: $(sl-info --json a.dng)"

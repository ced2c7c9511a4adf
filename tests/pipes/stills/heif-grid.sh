#!/bin/bash
# HEIC of tiles, as phones write it: the samples of each tile at its place, in files and pipes; turned by its property;
# and a tile that is damaged.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 256 192 whole.png
for place in 0+0 128+0 0+96 128+96; do sl-crop "128x96+$place" whole.png | sl-encode -o "tile-$place.heic"; done
tiles=(tile-0+0.heic tile-128+0.heic tile-0+96.heic tile-128+96.heic)
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/heif_grid.py" 250x190 2 "${tiles[@]}" > grid.heic
sl-info grid.heic > info
grep -q "250x190 yuv420p" info && grep -q "tiles: 4 of 128x96" info && grep -q "codec: HEVC" info || fail "sl-info: $(cat info)"
for tile in "${tiles[@]}"; do sl-decode "$tile" | sl-encode -q -o "$tile.raw"; done
sl-decode grid.heic | sl-encode -q -o grid.raw
cat grid.heic | sl-decode | sl-encode -q .raw | cmp - grid.raw || fail "a pipe changes the pixels"
cat grid.heic grid.heic | sl-decode | sl-encode -q -o 'two-%d.raw'
cmp two-2.raw grid.raw || fail "two in a pipe"
"$SL_PYTHON" - "${tiles[@]}" << 'END'
import sys
import numpy
tiles = [numpy.fromfile(name + ".raw", "u1") for name in sys.argv[1:]]
grid, at = numpy.fromfile("grid.raw", "u1"), 0
for half, start in ((1, 0), (2, 128 * 96), (2, 128 * 96 * 5 // 4)):
    width, height = 128 // half, 96 // half
    parts = [tile[start:start + width * height].reshape(height, width) for tile in tiles]
    wanted = numpy.block([parts[:2], parts[2:]])[:190 // half, :250 // half]
    assert (grid[at:at + wanted.size].reshape(wanted.shape) == wanted).all(), "samples"
    at += wanted.size
assert at == grid.size, "size"
END
[ $? = 0 ] || fail "other samples than those of the tiles"
# With a turn, libheif puts the tiles together.
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/heif_grid.py" 250x190 2 --turn 1 "${tiles[@]}" > turned.heic
sl-flip horizontal turned.heic | sl-info - | grep -q " 190x250 " || fail "the turn: $(sl-info turned.heic)"
# The data of the last tile is zeros.
size=$(stat -c %s grid.heic) last=$(stat -c %s "${tiles[3]}")
(head -c $((size - last)) grid.heic; head -c "$last" /dev/zero) > bad.heic
expect_status 65 sl-encode -o bad.png bad.heic 2> bad.err
one_line bad.err "bad.heic: HEIF: "
absent bad.png
head -c $((size - 100)) grid.heic > cut.heic
expect_status 65 sl-encode -o cut.png cut.heic 2> cut.err
one_line cut.err "cut.heic: HEIF: "
absent cut.png
# A grid that is a tile of itself.
"$SL_PYTHON" -c '
import struct
data = open("grid.heic", "rb").read()
dimg = lambda *parts: b"dimg" + struct.pack(">6H", 1, 4, *parts)
open("ring.heic", "wb").write(data.replace(dimg(2, 3, 4, 5), dimg(1, 3, 4, 5)))'
expect_status 65 sl-encode -o ring.png ring.heic 2> ring.err
one_line ring.err "ring.heic: HEIF: a picture that is made of itself"
absent ring.png

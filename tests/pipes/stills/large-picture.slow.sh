#!/bin/bash
# 900 megapixels in a PNG of about 1 MB: refused by default, and with the limit raised it streams in constant memory.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
"$SL_PYTHON" - > bomb.png << 'END'
import struct, sys, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
deflate = zlib.compressobj(9)
row = bytes(30001)
data = b"".join(deflate.compress(row) for _ in range(30000)) + deflate.flush()
sys.stdout.buffer.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 30000, 30000, 8, 0, 0, 0, 0))
                        + chunk(b"IDAT", data) + chunk(b"IEND", b""))
END
[ "$(wc -c < bomb.png)" -lt 1100000 ] || fail "it is no bomb"
expect_status 78 sl-encode -o out.png bomb.png 2> refused.err
one_line refused.err 'bomb.png: .*30000x30000.*--max-pixels'
for stage in 'sl-decode --max-pixels 1G bomb.png' sl-invert "sl-encode -o out.png"; do
  number=$((${number:-0} + 1))
  stages+="${stages:+ | }/usr/bin/time -f %M -o memory$number $stage"
done
eval "$stages" || fail "with the limit raised"
for number in 1 2 3; do
  [ "$(tail -1 memory$number)" -lt 32768 ] || fail "stage $number takes $(tail -1 memory$number) KiB"
done
[ "$(sl-info --max-pixels 1G --json out.png | grep -o '"height":[0-9]*')" = '"height":30000' ] || fail "another picture"

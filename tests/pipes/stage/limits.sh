#!/bin/bash
# The requests of a small file are checked before memory is allocated, and the message names the option.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 1200 900 x.ppm
ulimit -v 1000000
refused() {
  local option=$1
  shift
  expect_status 78 "$@" -o out.pam 2> refused.err
  one_line refused.err "$option"
  absent out.pam
}
sl-encode -o progressive.jpg --progressive x.ppm
sl-encode -o x.webp x.ppm
sl-encode -o lossless.webp --lossless x.ppm
for picture in progressive.jpg x.webp lossless.webp; do
  refused --max-memory sl-encode --max-memory 1M $picture
  sl-encode -o out.pam $picture && rm out.pam || fail "$picture by default"
done
refused --max-pixels sl-encode --max-pixels 1M x.ppm
refused --max-pixels sl-invert --max-pixels 1M x.ppm
printf 'P6 200000 200000 255\n' > bomb.ppm
refused --max-pixels sl-encode bomb.ppm
printf 'P7\nWIDTH 2000000000\nHEIGHT 1\nDEPTH 4\nMAXVAL 65535\nTUPLTYPE RGB_ALPHA\nENDHDR\n' > wide.pam
refused --max-pixels sl-encode wide.pam
"$SL_PYTHON" - << 'END'
import struct, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 0, 0, 0, 0))
rest = chunk(b"IDAT", zlib.compress(bytes(20))) + chunk(b"IEND", b"")
huge = zlib.compress(bytes(300 << 20), 9)
open("text.png", "wb").write(head + chunk(b"zTXt", b"Comment\0\0" + huge) + rest)
open("profile.png", "wb").write(head + chunk(b"iCCP", b"icc\0\0" + huge) + rest)
open("many.png", "wb").write(head + b"".join(chunk(b"tEXt", b"k%d\0" % i + bytes(b"x" * 70000)) for i in range(1100)) + rest)
START = b"\x89SLW\r\n\x1a\n\1\0\0\0\0\0\0\0"
def record(kind, body, track=0):
    return struct.pack("<BBHI", kind, 0, track, len(body)) + body + bytes(-len(body) % 8)
stage = record(0x82, b'{"tool":"x","version":"1","host":"h"}')
open("deep.slw", "wb").write(START + stage + record(0x81, b'{"event":' + b"[" * 5000 + b"]" * 5000 + b"}"))
open("long.slw", "wb").write(START + stage + struct.pack("<BBHI", 1, 0, 1, 0xFFFFFFFF))
END
for picture in text profile; do
  sl-encode -o out.pam $picture.png 2> bomb.err || fail "300 MB of $picture in 300 KB"
  one_line bomb.err "sl-decode: $picture.png: "
  rm out.pam
done
refused --max-metadata sl-encode --max-metadata 1M many.png
for wire in deep long; do
  expect_status 78 sl-encode -o out.pam $wire.slw 2> refused.err
  one_line refused.err "$wire.slw: .*nothing raises"
done

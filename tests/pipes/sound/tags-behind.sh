#!/bin/bash
# Tags behind the sound of an MP3, in any order, are no other file and no damage; a whole MP3 behind them is another stream.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
ffmpeg -v error -f lavfi -i sine=440:d=1 -id3v2_version 0 -write_xing 0 plain.mp3
ffmpeg -v error -f lavfi -i sine=440:d=1 -metadata title=Second second.mp3
"$SL_PYTHON" - << 'P'
import itertools
frames = open("plain.mp3", "rb").read()
size = bytes([0, 0, 2, 0])
frame = b"TIT2" + bytes([0, 0, 0, 6, 0, 0]) + b"\3title"
id3 = b"ID3\4\0\0" + size + frame.ljust(256, b"\0")
footed = b"ID3\4\0\x10" + size + frame.ljust(256, b"\0") + b"3DI\4\0\x10" + size
v1 = b"TAG" + bytes(125)
ape = b"".join(b"APETAGEX" + (2000).to_bytes(4, "little") + (32).to_bytes(4, "little") + bytes(4) + flags.to_bytes(4, "little") + bytes(8)
               for flags in (0xa0000000, 0x80000000))
tags = {"id3": id3, "footed": footed, "v1": v1, "ape": ape, "zeros": bytes(300)}
names = []
for count in (1, 2, 3):
    for chosen in itertools.permutations(tags, count):
        names.append("behind-" + "-".join(chosen) + ".mp3")
        open(names[-1], "wb").write(frames + b"".join(tags[name] for name in chosen))
open("names", "w").write("\n".join(names) + "\n")
open("joined.mp3", "wb").write(frames + footed + open("second.mp3", "rb").read())
P
least=$(sl-decode plain.mp3 | wc -c)
while read -r name; do
  sl-decode "$name" 2> tags.err > out.slw || fail "status $? of $name"
  [ ! -s tags.err ] || fail "words about $name"
  [ "$(stat -c %s out.slw)" -ge "$least" ] || fail "samples of $name"
done < names
sl-decode joined.mp3 > joined.slw
[ "$(stat -c %s joined.slw)" -gt $((least * 19 / 10)) ] || fail "the second file is missing"

#!/bin/bash
# sl-info reports in words the size, date, camera and place of a photograph; tracks have one number everywhere.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
test-photo 64 48 | sl-encode .png > photo.png
"$SL_PYTHON" - << 'END'
"""An EXIF blob in both byte orders, in a PNG."""
import struct, zlib
for name, o in (("little", "<"), ("big", ">")):
    values, entries = b"", []
    def blob(bytes):
        global values
        values += bytes + b"\0" * (len(bytes) % 2)
        return len(values) - len(bytes) - len(bytes) % 2
    # The values follow three directories of 5, 6 and 6 entries.
    first, shot, gps = 8, 8 + 2 + 5 * 12 + 4, 8 + 2 + 5 * 12 + 4 + 2 + 6 * 12 + 4
    start = gps + 2 + 6 * 12 + 4
    def entry(tag, type, count, value):
        size = count * {1: 1, 2: 1, 3: 2, 4: 4, 5: 8}[type]
        place = value.ljust(4, b"\0") if size <= 4 else struct.pack(o + "I", start + blob(value))
        return struct.pack(o + "HHI", tag, type, count) + place
    text = lambda tag, words: entry(tag, 2, len(words) + 1, words.encode() + b"\0")
    ratios = lambda tag, *pairs: entry(tag, 5, len(pairs), b"".join(struct.pack(o + "II", *pair) for pair in pairs))
    long = lambda tag, number: entry(tag, 4, 1, struct.pack(o + "I", number))
    directory = lambda entries: struct.pack(o + "H", len(entries)) + b"".join(entries) + b"\0" * 4
    exif = (b"II*\0" if o == "<" else b"MM\0*") + struct.pack(o + "I", 8)
    exif += directory([text(0x10f, "Canon"), text(0x110, "Canon EOS 5D"), text(0x132, "2025:01:01 00:00:00"), long(0x8769, shot), long(0x8825, gps)])
    exif += directory([ratios(0x829a, (1, 200)), ratios(0x829d, (28, 10)), entry(0x8827, 3, 1, struct.pack(o + "H", 100)),
                       text(0x9003, "2024:05:06 07:08:09"), text(0x9011, "+02:00"), ratios(0x920a, (50, 1))])
    exif += directory([text(1, "S"), ratios(2, (33, 1), (51, 1), (3600, 100)), text(3, "W"), ratios(4, (70, 1), (30, 1), (0, 1)),
                       entry(5, 1, 1, b"\0"), ratios(6, (345, 10))])
    png = open("photo.png", "rb").read()
    chunk = b"eXIf" + exif + values
    chunk = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    open(name + ".png", "wb").write(png[:33] + chunk + png[33:])
END
for name in little big; do
  for form in png jpg webp; do
    [ $form = png ] || sl-encode $name.png -o $name.$form
    sl-info $name.$form > told
    grep -q "^  size: $(stat -c %s $name.$form) bytes$" told || fail "$form: the size: $(cat told)"
    grep -q "^    taken: 2024-05-06 07:08:09+02:00$" told || fail "$form: the date: $(cat told)"
    grep -q "^    camera: Canon EOS 5D, 50 mm, f/2.8, 1/200 s, ISO 100$" told || fail "$form: the camera: $(cat told)"
    grep -Eq "^    place: -33.860000, -70.500000, 3[45] m$" told || fail "$form: the place: $(cat told)"
    sl-info --json $name.$form | grep -q '"date":"2024-05-06T07:08:09+02:00","camera":"Canon EOS 5D"' || fail "$form: JSON"
  done
done
# A picture that FFmpeg reads is no film: its format, and no rate.
ffmpeg -v error -i photo.png photo.pcx
sl-info photo.pcx > told
grep -q "image, $(stat -c %s photo.pcx) bytes$" told && ! grep -q "frames/s" told || fail "PCX: $(cat told)"
# A blob that lies about its offsets does no harm.
"$SL_PYTHON" -c "
import random
good = open('little.png', 'rb').read()
at = good.index(b'II*')
for i in range(60):
    bad = bytearray(good); random.seed(i)
    for _ in range(8): bad[at + 8 + random.randrange(400)] = random.choice((0, 1, 127, 255))
    open(f'bad-{i}.png', 'wb').write(bad)"
for bad in bad-*.png; do sl-info "$bad" > told 2> err || [ $? = 65 ] || fail "$bad: $(cat err)"; done
# Words for people, in every kind of input; and the same number for the first track.
film frames=3 size=64x48 > film.slw
sl-encode film.slw -o film.mkv
sl-decode --packets film.mkv > packets.slw
for input in photo.png film.mkv film.slw packets.slw; do
  sl-info --frames --scan $input > told
  ! grep '[{}]\|\["\|":' told || fail "$input: JSON"
  grep -q "^  video 1\( (--stream 0)\)\?:.* 64x48" told || fail "$input: $(cat told)"
  sl-info --json $input | "$SL_PYTHON" -c 'import json, sys; assert json.loads(sys.stdin.readline())["tracks"][0]["track"] == 1' || fail "$input: JSON"
done

#!/bin/bash
# sl-info --scan: numbers in headers that the content does not keep, and files that are cut off, are no film or empty.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
ffmpeg -v error -f lavfi -i testsrc2=size=64x48:rate=25:duration=2 -c:v libx264 -bf 0 -g 10 film.mp4
ffmpeg -v error -ss 0.5 -i film.mp4 -c copy cut-in.mp4
ffmpeg -v error -i film.mp4 -c:v mpeg4 counted.avi
"$SL_PYTHON" - << 'END'
data = bytearray(open("counted.avi", "rb").read())
length = data.index(b"strh") + 8 + 32  # dwLength of the stream
assert data[length : length + 4] == (50).to_bytes(4, "little")
data[length : length + 4] = (80).to_bytes(4, "little")
open("counted.avi", "wb").write(data)
END
sl-info --scan film.mp4 > right
grep -q "content: 50 frames, 0 s to 2 s, 25 frames/s" right || fail "$(cat right)"
grep -q "key frames: 5, every 10 frames" right || fail "$(cat right)"
! grep "header says" right || fail "a good film's header is reported as wrong"
sl-info --scan cut-in.mp4 | grep -q "number: the header says 40, the content 37" || fail "edit list: $(sl-info --scan cut-in.mp4)"
sl-info --scan counted.avi | grep -q "number: the header says 80, the content 50" || fail "AVI: $(sl-info --scan counted.avi)"
sl-info --json --scan counted.avi | grep -q '"differs":\["frames"' || fail "as JSON: $(sl-info --json --scan counted.avi)"

# Cut off: the part in the file is reported, and the cut; from the header alone it is only a warning.
ffmpeg -v error -i film.mp4 -c copy -movflags faststart first.mp4
head -c $(($(stat -c %s first.mp4) * 2 / 3)) first.mp4 > cut.mp4
sl-info cut.mp4 > header 2> header.err
one_line header.err "sl-info: cut.mp4: is truncated"
expect_status 65 sl-info --scan cut.mp4 > content 2> content.err
one_line content.err "sl-info: cut.mp4: is truncated"
grep -q "number: the header says 50" content || fail "$(cat content)"
head -c 3000 film.mp4 > headless.mp4
echo "Dear diary" > text
: > empty
for file in headless.mp4 text empty; do
  expect_status 65 sl-info $file 2> bad.err > none
  one_line bad.err "sl-info: $file: "
done

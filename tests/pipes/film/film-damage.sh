#!/bin/bash
# Films that are cut off or damaged fail, after the good part; --salvage delivers and counts the rest.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
"$SL_PYTHON" -c 'import films; films.make("index-first.mp4", "fragmented.mp4", "b-frames.mkv", "b-frames.ts", "b-frames.mp4")'
ffmpeg -v error -i b-frames.mp4 sound.wav
for film in index-first.mp4 fragmented.mp4 b-frames.mkv b-frames.ts sound.wav; do
  size=$(stat -c %s $film)
  head -c $((size * 2 / 3 + 1)) $film > cut-$film
  for way in "sl-decode cut-$film" "cat cut-$film | sl-decode"; do
    expect_status 65 bash -c "$way" > out.slw 2> cut.err
    one_line cut.err "sl-decode: .*\(truncated\|damaged\)"
  done
  status=0
  { sl-decode cut-$film 2> /dev/null | sl-encode -o recorded.slw 2> upstream.err; } || status=$?
  [ $status = 79 ] || fail "status $status after a cut $film"
  absent recorded.slw
  sl-decode --salvage cut-$film > salvaged.slw 2> salvage.err
  grep -q "^sl-decode: cut-$film" salvage.err || fail "no message about the salvaged $film"
  sl-info --frames salvaged.slw > /dev/null
done
"$SL_PYTHON" - << 'P'
for name in ("b-frames.mkv", "b-frames.ts"):
    data = bytearray(open(name, "rb").read())
    for at in range(40000, 44300):
        data[at] = data[at] * 7 + 13 & 255
    open("damaged-" + name, "wb").write(data)
P
for film in damaged-b-frames.mkv damaged-b-frames.ts; do
  expect_status 65 sl-decode $film > out.slw 2> damaged.err
  one_line damaged.err "sl-decode: $film: .*"
  sl-decode --salvage $film > salvaged.slw 2> salvage.err
  sl-info --frames --json salvaged.slw | grep -q '"damaged":[1-9]' || fail "END of the salvaged $film counts no damage"
done
# Files that are not films.
echo "a text file that says nothing of films" > text.mp4
: > empty.mp4
head -c 3000 index-first.mp4 > header.mp4
for film in text.mp4 empty.mp4 header.mp4; do
  expect_status 65 sl-decode $film > out.slw 2> bad.err
  one_line bad.err "sl-decode: $film: "
done
# A playlist from outside opens nothing.
printf '#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n%s/b-frames.ts\n#EXT-X-ENDLIST\n' "$PWD" > list.m3u8
expect_status 77 sl-decode list.m3u8 > out.slw 2> list.err
one_line list.err "list.m3u8: is a playlist (hls)"
printf "ffconcat version 1.0\nfile b-frames.ts\n" > list.txt
status=0; sl-decode list.txt > out.slw 2> concat.err || status=$?
case $status in 65 | 77) ;; *) fail "status $status of a concat list" ;; esac

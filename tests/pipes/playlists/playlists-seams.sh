#!/bin/bash
# Playlists on demand whose segments do not continue each other: discontinuities with other sizes, gaps, other folders.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
cat > frames.py << 'END'
"""The size of the picture of each frame on stdin, and whether times go back within a stream."""
import collections, sys
import streamlib
counts, ordered = collections.Counter(), True
for stream in streamlib.Reader(sys.stdin.buffer):
    last = None
    for frame in stream:
        if frame.planes is None:
            continue
        height, width = frame.planes[0].shape[:2]
        counts[f"{width}x{height}"] += 1
        ordered = ordered and (last is None or frame.pts > last)
        last = frame.pts
print(*(f"{size}:{count}" for size, count in sorted(counts.items())), "" if ordered else "out of order", sep=" ")
END
pictures() { PYTHONPATH="$PYTHONPATH:$SL_SOURCE/bindings/python" "$SL_PYTHON" frames.py; }
expect() { [ "$(echo $2)" = "$3" ] || fail "$1: $2, not $3"; }

for size in 64x48 96x64; do sl-pattern --duration 1s --rate 25 --size $size --sound click -o $size.mkv; done
for kind in fmp4 ts; do
  (sl-decode 64x48.mkv; sl-decode 96x64.mkv) | sl-hls $kind --segments $kind --vod
  expect "our own $kind with a discontinuity" "$(sl-decode --allow $kind/ $kind/index.m3u8 | pictures)" "64x48:25 96x64:25"
done

ffmpeg -v error -f lavfi -i testsrc2=size=64x48:rate=25:duration=3 -c:v libx264 -preset ultrafast -g 25 -f hls -hls_time 1 \
  -hls_playlist_type vod -hls_segment_filename part-%d.ts parts.m3u8
sed -i 's/^part-1.ts/#EXT-X-GAP\npart-1.ts/' parts.m3u8
rm part-1.ts
sl-decode --allow ./ parts.m3u8 > gap.slw 2> gap.err || fail "a playlist with a gap"
one_line gap.err "1 segment is missing"
grep -q '"event":"gap"' gap.slw || fail "no EVENT for a gap"
expect "a gap" "$(pictures < gap.slw)" "64x48:50"
sed -i '/EXT-X-GAP/d' parts.m3u8
expect_status 65 sl-decode --allow ./ parts.m3u8 > missing.slw 2> missing.err
one_line missing.err "part-1.ts"

here=$PWD
mkdir -p elsewhere/deep
(cd elsewhere && ffmpeg -v error -i ../64x48.mkv -c:v libx264 -preset ultrafast -an -f dash film.mpd)
for place in ". ./elsewhere/ elsewhere/film.mpd" ". elsewhere/ ./elsewhere/film.mpd" "elsewhere/deep ../ ../film.mpd"; do
  read -r folder allowed film <<< "$place"
  expect "DASH: $place" "$(cd $folder && sl-decode --allow $allowed $film | PYTHONPATH="$PYTHONPATH:$SL_SOURCE/bindings/python" "$SL_PYTHON" "$here/frames.py")" "64x48:25"
done

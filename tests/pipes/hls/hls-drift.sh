#!/bin/bash
# Compressed tracks with growing distances of key frames: a live playlist keeps its target duration, in all renditions, and no
# frame is lost.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
# watch OPTIONS...: the wire of $film in small pieces, while a player watches.
watch() {
  cat > watch.py <<'END'
import subprocess, sys, time
import hls_check
watcher, wire = hls_check.Watcher("out", realtime=False), open("film.slw", "rb").read()
stage = subprocess.Popen(["sl-hls", "out"] + sys.argv[1:], stdin=subprocess.PIPE)
for at in range(0, len(wire), len(wire) // 50):
    stage.stdin.write(wire[at:at + len(wire) // 50])
    stage.stdin.flush()
    time.sleep(0.01)
    watcher.look()
stage.stdin.close()
assert stage.wait() == 0
watcher.look()
END
  rm -rf out
  "$SL_PYTHON" watch.py "$@" 2> watch.err || fail "$*: a player sees a wrong playlist"
  "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" out > check.txt || fail "$*"
}
lengths() { grep -h 'EXTINF' out/video.m3u8 | sed 's/#EXTINF:\(.*\)0000,/\1/' | tr '\n' ' '; }
film() { # KEYS
  ffmpeg -v error -y -f lavfi -i testsrc2=size=64x48:rate=25:duration=16 -f lavfi -i sine=duration=16 -c:v libx264 -g 1000 -bf 2 \
    -force_key_frames "$1" film.mp4
  sl-decode --packets film.mp4 > film.slw
}
film 2,4,6,9,13.4,14
watch --event
same "segments" "$(lengths)" "2.00 2.00 2.00 2.48 0.52 2.48 1.92 0.60 2.00 "
same "target" "$(grep -h TARGETDURATION out/*.m3u8 | tr '\n' ' ')" "#EXT-X-TARGETDURATION:2 #EXT-X-TARGETDURATION:2 "
! grep -q INDEPENDENT-SEGMENTS out/*.m3u8 || fail "segments between two key frames are announced as independent"
same "frames" "$(pictures out/index.m3u8)" "$(pictures film.mp4)"
watch --window 3 --segments ts
same "target of ts" "$(grep TARGETDURATION out/video.m3u8)" "#EXT-X-TARGETDURATION:2"
watch --low-latency --event
same "frames by parts" "$(pictures out/index.m3u8)" "$(pictures film.mp4)"
# Groups as long as in the first segment: all segments begin with a key frame.
film 3.2,6.4,9.6,12.8
watch --event
same "wide groups" "$(lengths)$(grep TARGETDURATION out/video.m3u8)" "3.20 3.20 3.20 3.20 3.20 #EXT-X-TARGETDURATION:4"
# No key frame at all: segments are cut without one after a limit.
film 0
watch --event --segment-duration 1s
same "one key frame" "$(lengths)$(grep TARGETDURATION out/video.m3u8)" "12.00 4.00 #EXT-X-TARGETDURATION:12"
# On demand, the longest segment sets the target duration.
film 2,4,6,9,13.4,14
rm -r out
sl-hls out film.slw
same "on demand" "$(lengths)$(grep TARGETDURATION out/video.m3u8)" "2.00 2.00 2.00 3.00 4.40 0.60 2.00 #EXT-X-TARGETDURATION:4"
# A run that continues a playlist keeps its target duration, not the requested one.
wire() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_wire.py" "$@"; }
wire 30 sound | sl-hls again --event --open --segment-duration 1s
wire 60 sound | sl-hls again --event --segment-duration 3s
same "again" "$(grep -h 'TARGETDURATION\|EXTINF' again/video.m3u8 | tr -d '\n')" \
  "#EXT-X-TARGETDURATION:1$(for _ in $(seq 9); do printf '#EXTINF:1.000000,'; done)"
# A frame longer than a segment: the rest of its time is gaps.
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_wire.py" 20 skip=45 10 | sl-hls sparse --event --segment-duration 1s
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" sparse > check.txt || fail "sparse"
same "sparse" "$(grep -h 'GAP\|EXTINF' sparse/video.m3u8 | sed 's/#EXTINF:\(.*\)00000,/\1/; s/#EXT-X-//' | tr '\n' ' ')" \
  "1.0 1.0 GAP 1.0 GAP 1.0 GAP 1.0 GAP 1.0 GAP 0.5 0.5 0.5 "

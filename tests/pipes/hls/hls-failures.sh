#!/bin/bash
# An impossible command prints one line, ends with its status, and leaves no file.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
film frames=20 size=32x32 > film.slw
refused() { # STATUS PATTERN OPTIONS...
  expect_status "$1" sl-hls "${@:3}" < film.slw 2> refused.err
  one_line refused.err "$2"
}
touch file
refused 73 "file: Not a directory" file
refused 73 "No such file or directory" no/such
refused 64 "HLS has no place for ffv1\|holds no" out --codec ffv1
refused 64 "no encoder \"nonsense\"" out --codec nonsense
refused 64 "three ways" out --vod --event
refused 64 "WIDTHxHEIGHT@BITRATE" out --rendition 100@1M
refused 64 "parts are of fragmented MP4" out --low-latency --window 5 --segments ts
refused 64 "is not from" out --segment-duration 0
[ ! -e out ] || fail "a folder was made"
film frames=0 | expect_status 65 sl-hls out 2> empty.err
one_line empty.err "no frames"
echo text | expect_status 65 sl-hls out 2> text.err || true
one_line text.err "text\|input"
film frames=20 fail=10 size=32x32 2> film.err | expect_status 79 sl-hls out --segment-duration 0.2s 2> cut.err
one_line cut.err "made to fail"
[ -z "$(ls out)" ] || fail "an incomplete film stays: $(ls out)"
# A killed film on demand leaves nothing, not even the segments that were complete.
(cat film.slw; sleep 10) | sl-hls killed --segment-duration 0.2s & killed=$!
until [ -d killed ]; do sleep 0.05; done
sleep 0.5
kill -KILL $killed
wait $killed || true
[ -z "$(ls -A killed)" ] || fail "a killed film leaves $(ls -A killed)"
# A failed live stream stays, and a later run continues it.
wire() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_wire.py" "$@"; }
wire 25 abort 2> film.err | expect_status 79 sl-hls live --segment-duration 1s 2> live.err
one_line live.err "made to fail (the stream so far is in live)"
! grep -q ENDLIST live/video.m3u8 || fail "the failed run wrote an end"
wire 15 | sl-hls live --segment-duration 1s
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" live > check.txt || fail "live"
same "segments" "$(grep -c EXTINF live/video.m3u8) $(grep -c 'DISCONTINUITY$' live/video.m3u8)" "5 1"
# Files of others are kept.
mkdir theirs && echo mine > theirs/video-1.ts
sl-hls theirs --segment-duration 1s film.slw
[ "$(cat theirs/video-1.ts)" = mine ] || fail "a file of others was deleted"
# Only one writes into a folder.
(sleep 1; cat film.slw) | sl-hls busy & first=$!
sleep 0.5
expect_status 73 sl-hls busy film.slw 2> busy.err
one_line busy.err "another sl-hls"
wait $first
if [ "$(id -u)" != 0 ]; then
  mkdir locked && chmod 555 locked
  refused 77 "locked: Permission denied" locked
fi

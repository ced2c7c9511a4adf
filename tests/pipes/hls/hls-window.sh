#!/bin/bash
# A window slides: numbers rise, and a file is deleted once no player may ask for it.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
film frames=100 rate=10/1 base=1/10 size=32x32 sound=s16le > film.slw
check() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" "$1" > "$1.txt" || fail "$1 is not right"; }
sl-hls out --segment-duration 0.5s --window 4 film.slw
check out
same "numbers" "$(grep MEDIA-SEQUENCE out/video.m3u8)" "#EXT-X-MEDIA-SEQUENCE:14"
# Three target durations of 1 s are listed, and files are kept for as long again.
same "segments" "$(grep -c EXTINF out/video.m3u8)" 6
[ -e out/video-8.m4s ] || fail "a file was deleted that players may still ask for"
[ ! -e out/video-1.m4s ] || fail "files stay for ever: $(ls out)"
[ -e out/video-init-0.mp4 ] || fail "the initialization section was deleted"
grep -q ENDLIST out/video.m3u8 || fail "no end"
# Without an end, a later run continues.
sl-hls open --segment-duration 1s --window 4 --open film.slw
! grep -q ENDLIST open/video.m3u8 || fail "ended"
sl-hls open --segment-duration 1s --window 4 --open film.slw
check open
same "numbers continue" "$(grep MEDIA-SEQUENCE open/video.m3u8)" "#EXT-X-MEDIA-SEQUENCE:16"
same "discontinuities" "$(grep DISCONTINUITY-SEQUENCE open/*.m3u8 | sed 's/.*://' | tr '\n' ' ')" "1 1 "
# An event keeps and lists all segments.
sl-hls event --event --open film.slw
sl-hls event --event film.slw
check event
grep -q 'PLAYLIST-TYPE:EVENT' event/video.m3u8 || fail "no event"
same "segments of both" "$(grep -c EXTINF event/video.m3u8)" 10
same "discontinuities" "$(grep -c 'DISCONTINUITY$' event/video.m3u8)" 1
same "discontinuities" "$(grep -c 'DISCONTINUITY$' event/audio.m3u8)" 1
# Runs that are all shorter than the window, as after repeated crashes: their files are bounded.
film frames=15 rate=10/1 base=1/10 size=32x32 sound=s16le > short.slw
for _ in $(seq 12); do sl-hls short --segment-duration 0.5s --window 4 --open short.slw; done
check short
same "numbers" "$(tail -1 short/video.m3u8)" video-35.m4s
[ "$(find short -name 'video-*' | wc -l)" -le 30 ] || fail "files of short runs stay: $(ls short)"
[ -e short/video-29.m4s ] || fail "a file was deleted that players may still ask for"
# The next run deletes the files of an ended playlist.
sl-hls short --segment-duration 0.5s --window 4 film.slw
sl-hls short --segment-duration 0.5s --window 4 film.slw
check short
[ "$(find short -name 'video-*' | wc -l)" -le 20 ] || fail "files of an ended playlist stay: $(ls short)"

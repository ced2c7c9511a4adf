#!/bin/bash
# Frames by time: the frame shown at t, ranges with sound cut at the sample, steps, clips; and times outside the film.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
"$SL_PYTHON" -c 'import films; films.make("b-frames.mp4", "variable.mkv", "late.mkv")'
times() { sl-info --frames "$1" | grep -A2 "track: ${2:-1}\$" | sed -n 's/^ *pts: //p' | paste -sd' '; }
is() { [ "$2" = "$3" ] || fail "$1: \"$2\" instead of \"$3\""; }
base=512 # ticks a frame
sl-decode b-frames.mp4 --at 0.84,1.17,0.85s,0:00:00 > at.slw
is --at "$(times at.slw)" "$((21 * base)) $((29 * base)) $((21 * base)) 0"
sl-decode --video b-frames.mp4 --range 0.99:1.2 > range.slw
is --range "$(times range.slw)" "$(seq -s' ' $((24 * base)) $base $((29 * base)))"
sl-decode --video b-frames.mp4 --range 1:1 > none.slw
is "an empty range" "$(times none.slw)" ""
sl-decode b-frames.mp4 --every 1s > every.slw
is --every "$(times every.slw)" "0 $((25 * base)) $((50 * base))"
sl-decode b-frames.mp4 --key-frames > key.slw
is --key-frames "$(times key.slw | wc -w)" "$(ffprobe -v error -select_streams v -show_packets b-frames.mp4 | grep -c flags=K)"
sl-decode b-frames.mp4 --clips regular=3 --clip-frames 2 --clip-step 40 --policy wrap > clips.slw
is --clips "$(times clips.slw)" "0 $((40 * base)) $((17 * base)) $((57 * base)) $((34 * base)) $((74 * base))"
for _ in 1 2; do sl-decode b-frames.mp4 --clips random=9 --seed 7 | times - ; done | sort -u > seeded
is --seed "$(wc -l < seeded)" 1
# Variable rate: each is shown until the next.
sl-decode variable.mkv --at 0.5,0.043 > variable.slw
is "variable rate" "$(times variable.slw)" "$((10 * 50)) $((1 * 41))"
# A film that starts late keeps its times.
expect_status 64 sl-decode late.mkv --at 1s > none.slw 2> early.err
one_line early.err 'late.mkv: nothing is shown at 1.000 s: it starts at 8\.'
sl-decode late.mkv --at 8.5 > late.slw
# Sound of a range: so many samples, and the first one there.
sl-decode b-frames.mp4 --range 1.0001:1.5 > sound.slw
is "sound" "$(sl-info --frames --json sound.slw | sed -n 's/.*"2":{"frames":[0-9]*,"bytes":\([0-9]*\).*/\1/p')" $(((66150 - 44105) * 4))
is "sound's time" "$(times sound.slw 2 | cut -d' ' -f1)" 44105
# A raw stream has the times of its rate, or of another one.
ffmpeg -v error -i b-frames.mp4 -map 0:v -c copy raw.h264
sl-decode raw.h264 --at 1s,2.5s > raw.slw
is "raw at" "$(times raw.slw)" "1200000 2976000"
sl-decode raw.h264 --rate 50 --range 0.4s:0.5s > raw.slw
is "raw range" "$(times raw.slw)" "480000 504000 528000 552000 576000"
sl-decode --packets --rate 50 raw.h264 | sl-encode -o raw.mp4
is "raw packed" "$(ffprobe -v error -show_entries format=duration -of csv=p=0 raw.mp4)" 1.500000
sl-decode --packets raw.h264 | sl-hls folder
is "raw HLS" "$(cat folder/*.m3u8 | sed -n 's/^#EXTINF:\([0-9.]*\).*/\1/p' | awk '{s += $1} END {print s}')" 3
expect_status 64 sl-decode --rate 50 b-frames.mp4 > none.slw 2> rate.err
one_line rate.err 'b-frames.mp4: has times: --rate is for raw streams'
for wrong in "--at 3s" "--at -1s" "--frame 75" "--frames=-76" "--range 5:6" "--at 1x" "--frame 1 --at 1" "--range 2:1"; do
  # shellcheck disable=SC2086
  expect_status 64 sl-decode b-frames.mp4 $wrong > none.slw 2> wrong.err
  one_line wrong.err '^sl-decode: '
done
expect_status 64 sl-decode b-frames.mp4 --stream 7 > none.slw 2> stream.err
one_line stream.err 'b-frames.mp4: there is no stream 7'

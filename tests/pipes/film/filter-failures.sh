#!/bin/bash
# sl-filter: graphs that are invalid, that do not fit, or that need files fail with one line and their status.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
ffmpeg -v error -f lavfi -i testsrc2=size=64x48:rate=25:duration=0.2 -c:v libx264 film.mp4
try() {  # STATUS TEXT GRAPH [OPTION...]
  local status=$1 words=$2
  shift 2
  expect_status "$status" sl-filter "$@" film.mp4 2> graph.err > none.slw
  one_line graph.err "sl-filter: .*$words"
}
try 64 "No such filter: 'nonsense'" nonsense=1
try 64 "Option 'size_of_it' not found" scale=size_of_it=1
try 64 "2 open inputs and 1 open output" overlay
try 64 "0 open inputs" color=red
try 64 "GRAPH is empty" ""
try 64 "Bad (empty?) label" "scale=10:10["
try 64 "64x48 yuv420p: .*too big" crop=9999:10
try 64 "no track 7" --track 7 hflip
try 64 "is no sound" --track 1 volume=2
try 64 "is not first, all" --track many hflip
if sl-filter --sandbox-report hflip film.mp4 2>&1 > none.slw | grep -q "seccomp.*in force\|Landlock.*in force"; then
  cp film.mp4 other.mp4
  try 77 "filters run locked in" "movie=other.mp4[b];[in][b]overlay"
fi
sl-filter volume=2 film.mp4 2> none.err > passed.slw
one_line none.err "there is no sound: everything passes"
[ "$(sl-info --json --scan passed.slw | grep -c '"frames":5')" = 1 ] || fail "$(sl-info --scan passed.slw)"
head -c 1000 film.mp4 > cut.mp4
expect_status 65 sl-filter hflip -o out.slw cut.mp4 2> cut.err
absent out.slw

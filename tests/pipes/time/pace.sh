#!/bin/bash
# sl-pace: no frame comes early, late ones do not wait, late starts begin at once, and a reader that closes ends it.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
clip="$SL_SOURCE/tests/pipes/support/clip.py"
# seconds COMMAND...: how long it took, in milliseconds
milliseconds() { local start; start=$(date +%s%N); "$@"; echo $((($(date +%s%N) - start) / 1000000)); }
paced() { sl-pace "$@" > paced.slw; }
between() { [ "$2" -ge "$3" ] && [ "$2" -lt "$4" ] || fail "$1: $2 ms"; }
"$clip" make frames=25 sound=8000 samples=8000 > second.slw
between "a second" "$(milliseconds paced second.slw)" 990 1800
"$clip" show < second.slw > before
"$clip" show < paced.slw | cmp - before || fail "changed on the way"
between "at four times the speed" "$(milliseconds paced --speed 4 second.slw)" 240 900
"$clip" make pts=900000,900040,900080 > late.slw
between "a film that starts late" "$(milliseconds paced late.slw)" 115 800
# The writer stops for a second: late frames pass without a wait.
stalls() { { head -c 3000 second.slw; sleep 1; tail -c +3001 second.slw; } | sl-pace > stalled.slw; }
between "a late writer" "$(milliseconds stalls)" 990 1800
# A live track is never silent for over a second.
"$clip" make pts=0,100000 live=1 > live.slw
{ timeout 2.5 sl-pace live.slw || true; } > ticks
[ "$(grep -ao '"event":"tick","pts":100000' ticks | wc -l)" -ge 2 ] || fail "no ticks"
gone() { sl-pace live.slw | head -c 100 > /dev/null; }
between "nobody reads" "$(milliseconds gone)" 0 3500
sl-pace second.slw > cut.slw & pace=$!
sleep 0.3
kill -TERM $pace
between "interrupted" "$(milliseconds wait $pace || true)" 0 600

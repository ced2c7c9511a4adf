#!/bin/bash
# sl-speed: exact times by another time base, sound in step, packets of sound refused.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
clip="$SL_SOURCE/tests/pipes/support/clip.py"
"$clip" make frames=3 sound=8000 samples=960 data=50:20 > x.slw
"$clip" show < x.slw | grep -v ^track > before
for factor in 3/2:1/1500:12000 0.5:1/500:4000 1001/1000:1/1001:8008 24/25:1/960:7680; do
  IFS=: read -r times base rate <<< "$factor"
  sl-speed "$times" x.slw | "$clip" show > after
  grep -v ^track after | cmp - before || fail "$times: ticks changed"
  grep -qx "track 1 video $base" after || fail "$times: $(cat after)"
  grep -q "track 2 audio 1/.* $rate$" after || fail "$times: $(cat after)"
done
sl-speed 4/3 x.slw 2> odd.err | sl-speed 3/4 2>> odd.err | "$clip" show | grep -qx "track 2 audio 1/8000 8000" || fail "not back"
head -1 odd.err > first.err
one_line first.err '8000 Hz at that speed are rounded to 10667 Hz'
sl-speed --no-sound 2 x.slw | "$clip" show > silent
grep -q 'event=not-carried what=track 2 (sound)' silent && ! grep -q '^2' silent || fail "$(cat silent)"
# Nanoseconds at three times the speed are no time base: whole ticks, and frames that meet still.
"$clip" make base=1/1000000000 pts=0,40000000,80000000 step=40000000 | sl-speed 3 2> ns.err | "$clip" show > ns
one_line ns.err 'rounded'
printf '%s\n' "track 1 video 1/1000000000" "1 0 0 13333333 0 x256" "1 1 13333333 13333334 1 x256" "1 2 26666667 13333333 2 x256" |
  cmp - ns || fail "$(cat ns)"
for wrong in 0 -1 x 1/0; do expect_status 64 sl-speed -- "$wrong" x.slw 2> wrong.err > none.slw; done

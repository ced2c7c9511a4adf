#!/bin/bash
# sl-trim: pictures that begin and end with the range, sound to the sample, packets in whole groups, --shift, --stop.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
clip="$SL_SOURCE/tests/pipes/support/clip.py"
# is OPTIONS CLIP TRACK EXPECTED: pts+duration=value of the frames of a track
is() {
  # shellcheck disable=SC2086
  got=$("$clip" make $2 | sl-trim $1 | "$clip" show | awk -v track="$3" '$1 == track {
    printf "%s%s+%s=%s%s", space, $3, $4, $5, /hidden/ ? "/hidden" : ""; space = " "}')
  [ "$got" = "$4" ] || fail "$1 of $2: $got instead of $4"
}
five="frames=5 sound=8000 samples=1600 block=256 data=50:20"
is 0.05:0.13 "$five" 1 "50+30=1 80+40=2 120+10=3"
is 0.05:0.13 "$five" 2 "400+112=400 512+256=512 768+256=768 1024+16=1024"
is 0.06:0.13 "$five" 3 "60+10=100"
is 0.08:0.13 "$five" 3 ""
is "--shift 0.05:0.13" "$five" 1 "0+30=1 30+40=2 70+10=3"
is "--shift 0.05:0.13" "$five" 2 "0+112=400 112+256=512 368+256=768 624+16=1024"
is :0.05 "$five" 1 "0+40=0 40+10=1"
is 0.19: "$five" 2 "1520+16=1520 1536+64=1536"
is 0.1:0.1 "$five" 1 ""
# A time between two samples begins with the next sample; blocks whose times are in milliseconds (sample 2048 is at 46).
is 0.0501:0.0502 "$five" 2 "401+1=401"
is 0.0501:0.0502 "frames=1 sound=44100 samples=8192 block=1024 sound_base=1/1000" 2 "50+0=2229"
# Unknown durations: the next frame ends the frame shown at the start.
is 0.1:0.3 "pts=0,33,150,220,400 durations=none" 1 "100+-=1 150+-=2 220+-=3"
is 0.2: "pts=0,33,150 durations=none" 1 "200+-=2"
# A film that starts late, and a gap.
is 8.36:8.4 "pts=8333,8373 durations=40,40" 1 "8360+13=0 8373+27=1"
is 0.05:0.2 "pts=0,100 durations=40,40" 1 "100+40=1"
# Packets: whole groups, those outside marked; pictures of an open group keep the key frame that they need.
packets="codec=mpeg4 keys=0,3,6 durations=40,40,40,40,40,40,40,40,40"
is 0.17:0.21 "$packets frames=9" 1 "120+40=3/hidden 160+40=4 200+40=5"
is 0.21:0.25 "$packets pts=0,80,40,200,120,160,320,240,280" 1 "200+40=3 320+40=6/hidden 240+40=7 280+40=8/hidden"
# Nothing comes of a source without an end after TO.
sl-loop 0 <("$clip" make frames=5 sound=8000 samples=1600) | timeout 20 sl-trim --stop 1s:1.1s | "$clip" show > got
[ "$(grep -c '^1 ' got)" = 3 ] && grep -q '^2 10 8000 800 0 x800$' got || fail "$(cat got)"
# shellcheck disable=SC2086
"$clip" make $five > five.slw
for wrong in 0.3: 5:6 2:1 1 a:b "--shift :1" "--stop 1:"; do
  # shellcheck disable=SC2086
  expect_status 64 sl-trim $wrong five.slw 2> wrong.err > none.slw
  one_line wrong.err '^sl-trim: '
done
"$clip" make cut=1 > cut.slw
expect_status 65 sl-trim 0:0.08 cut.slw 2> cut.err > none.slw

#!/bin/bash
# sl-queue: dropped frames are reported exactly, and the others pass unchanged.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
clip="$SL_SOURCE/tests/pipes/support/clip.py" account="$SL_SOURCE/tests/pipes/support/queue_account.py"
is() { grep -Eqx "$2" "$1" || fail "$1: $(tr '\n' ';' < "$1") instead of $2"; }
camera() { test-live --width 320 --height 240 --rate 50 --frames 100; }
# A reader that takes 60 ms a picture hears of all.
for policy in latest every; do
  camera | sl-queue --policy $policy --seconds 500ms | sl-tap --json tap | "$account" 100 0.06 > $policy
  is $policy '1: [0-9]+ frames, [0-9]+ dropped, 0 gaps'
  read -r _ frames _ dropped _ < $policy
  [ "$dropped" -ge 10 ] && [ $((frames + dropped)) = 100 ] || fail "$policy: $frames frames and $dropped dropped"
  tail -n 1 tap | grep -q "\"dropped\":$dropped," || fail "$policy: sl-tap prints $(tail -n 1 tap)"
done
[ "$(cut -d ' ' -f 2 latest)" -lt "$(cut -d ' ' -f 2 every)" ] || fail "every kept no more than latest"
# A fast one gets everything.
for policy in every lossless; do camera | sl-queue --policy $policy | "$account" 100 > $policy; is $policy '1: 100 frames, 0 dropped, 0 gaps'; done
# Frames, attachments, sound and data come out as they went in.
"$clip" make frames=50 sound=8000 samples=16000 data=0:40,400:40 > in.slw
"$clip" show < in.slw > before
for options in "--policy lossless" "--bytes 1" "--bytes 1 --disk 1M" "--policy every --seconds 1h"; do
  sl-queue $options in.slw | "$clip" show | cmp - before || fail "$options: changed on the way"
done

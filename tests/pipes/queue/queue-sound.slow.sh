#!/bin/bash
# sl-queue: sound and packets. Sound goes by its age, packets in groups; per-frame attachments go with their frames.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
clip="$SL_SOURCE/tests/pipes/support/clip.py" account="$SL_SOURCE/tests/pipes/support/queue_account.py"
is() { grep -Eqx "$2" "$1" || fail "$1: $(tr '\n' ';' < "$1") instead of $2"; }
# The reader sleeps for two seconds of three; pictures are too large for the pipe.
"$clip" make frames=75 size=600 sound=8000 samples=24000 block=320 > av.slw
sl-pace av.slw | sl-queue --policy latest --seconds 500ms | "$account" 75 0 2 > both
is both '1: [0-9]+ frames, [0-9]+ dropped, 0 gaps'
is both '2: [0-9]+ frames, [0-9]+ dropped, 1 gaps'
pictures=$(sed -n 's/^1: \([0-9]*\) .*/\1/p' both) sound=$(sed -n 's/^2: \([0-9]*\) .*/\1/p' both)
[ "$sound" -gt $((pictures + 5)) ] && [ "$sound" -lt 60 ] || fail "$pictures pictures and $sound pieces of sound"
sl-pace av.slw | sl-queue --policy latest --seconds 500ms | { sleep 1.5; cat; } > gap.slw
"$clip" show < gap.slw > shown
! grep -q with shown || fail "an attachment came with another frame: $(grep with shown)"
# Packets: a key frame each 12.
keys=$(seq -s , 0 12 149)
"$clip" make frames=150 step=20 codec=h264 packet=6000 keys="$keys" > packets.slw
for policy in latest every; do
  for seconds in 0.1 0.4 1; do
    sl-pace packets.slw | sl-queue --policy $policy --seconds $seconds | "$account" 150 0.06 > packets
    is packets '1: [0-9]+ frames, [0-9]+ dropped, 0 gaps'
    read -r _ frames _ dropped _ < packets
    [ "$dropped" -gt 20 ] || fail "$policy $seconds: $dropped dropped"
  done
done

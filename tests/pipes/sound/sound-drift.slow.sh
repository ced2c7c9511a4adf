#!/bin/bash
# sl-speaker and a live source whose clocks differ by 0.3 %: as much sound as at the start waits in the card, by the card.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
[ -e "$SL_BUILD/tests/lib/libsound-card.so" ] || skip "the sound card of tests/alsa is not built"
{
  echo "</usr/share/alsa/alsa.conf>"
  echo "pcm_type.card { lib \"$SL_BUILD/tests/lib/libsound-card.so\" }"
  for card in fast=3000 slow=-3000 film=0; do
    echo "pcm.${card%=*} { type card rate 48000 drift ${card#*=} log \"$PWD/${card%=*}.log\" }"
  done
} > alsa.conf
export ALSA_CONFIG_PATH=$PWD/alsa.conf
# After 15 s the two cards would be 45 ms off, 2160 samples. The film has pictures in the same pipe, which are not for the
# card: taken for sound they would take 75 ms away. A piece of 40 ms lies on top of the second that waits.
holds() {
  local waits
  [ ! -s $1.err ] && [ "$(wc -l < $1.log)" -ge 14 ] || return 1
  waits=$(tail -n 2 $1.log | cut -d ' ' -f 2 | sort -n | tail -n 1)
  echo "$1: $waits samples wait instead of about 49900"
  [ "$waits" -gt 48600 ] && [ "$waits" -lt 51200 ]
}
play() {
  for card in fast slow; do
    sl-pattern none --live --sound tone --duration 15s | sl-speaker --device $card --latency 1000 2> $card.err &
  done
  sl-pattern --live --size 640x360 --rate 25 --sound tone --duration 15s | sl-speaker --device film --latency 1000 2> film.err &
  wait
  holds fast && holds slow && holds film
}
# A machine that stops for half a second under load loses sound and reports nothing here: then once more.
for _ in 1 2 3; do ! play > held || exit 0; done
fail "$(cat held)"

#!/bin/bash
# A port in use, a read-only folder, a player that disconnects during an answer: one line and a status, or silence; with low
# latency too.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
needs curl setpriv
film frames=20 size=32x32 > film.slw
"$SL_PYTHON" -c "import socket, time; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); print(s.getsockname()[1], flush=True); time.sleep(60)" > port &
taker=$!
trap 'kill $taker' EXIT
for _ in $(seq 100); do [ ! -s port ] || break; sleep 0.05; done
mkdir locked && chmod 555 locked
for options in "" --low-latency; do
  expect_status 73 sl-hls taken $options --serve "$(cat port)" film.slw 2> taken.err
  one_line taken.err "cannot serve at $(cat port): Address already in use"
  absent taken/index.m3u8
  # Without the capability to ignore permissions, for tests run by root.
  expect_status 77 setpriv --bounding-set -dac_override,-dac_read_search sl-hls locked $options film.slw 2> locked.err
  one_line locked.err 'locked: Permission denied'
  # Players that disconnect during a blocking reload, and during a download.
  "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_wire.py" realtime 35 | sl-hls gone$options $options --serve 0 --segment-duration 1s 2> hls.err & stage=$!
  for _ in $(seq 200); do [ ! -e gone$options/index.m3u8 ] || break; sleep 0.05; done
  url=$(sed -n 's|^sl-hls: serving \(.*\)/$|\1|p' hls.err)
  for _ in $(seq 20); do
    curl -s --max-time 0.05 "$url/video.m3u8?_HLS_msn=1" > none 2>&1 || true
    curl -s --max-time 0.05 "$url/video-0.m4s" > none 2>&1 || true
  done
  curl -sf "$url/video.m3u8" > none || fail "it does not answer any more"
  sleep 1.5
  kill $stage
  wait $stage || fail "status $?"
  grep -v '^sl-hls: the source has ended; serving' hls.err > lines
  one_line lines '^sl-hls: serving'
  "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" gone$options > check.txt || fail "the folder is not right"
done

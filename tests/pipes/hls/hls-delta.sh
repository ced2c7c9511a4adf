#!/bin/bash
# Low latency by default: a delta update is shorter than the playlist.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
needs curl
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_wire.py" sound 200 realtime 30 |
  sl-hls out --low-latency --segment-duration 0.5s --serve 0 2> hls.err & stage=$!
for _ in $(seq 200); do
  [ "$(cut -d : -f 2 out/video.m3u8 2> none | grep -c '^0.500000,')" -lt 24 ] || break
  sleep 0.05
done
url=$(sed -n 's|^sl-hls: serving \(.*\)/$|\1|p' hls.err)
for name in video audio; do
  curl -sf "$url/$name.m3u8" > whole.m3u8 || fail "$name is not served"
  curl -sf "$url/$name.m3u8?_HLS_skip=YES" > delta.m3u8 || fail "$name: no delta update"
  # Twelve target durations of 1 s are listed; a delta update has about six of them.
  same "$name: segments" "$(grep -c EXTINF whole.m3u8)" 24
  skipped=$(sed -n 's/#EXT-X-SKIP:SKIPPED-SEGMENTS=//p' delta.m3u8)
  [ "${skipped:-0}" -ge 11 ] || fail "$name: $skipped segments are skipped"
done
same "one part target" "$(sort -u <(grep -h PART-TARGET out/*.m3u8) | wc -l)" 1
kill $stage
wait $stage || fail "status $?"

#!/bin/bash
# Low latency: requests wait for playlists and hinted parts until these appear by rename; delta updates; refusals.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/serve.bash"
mkdir dir && live_playlist 100 10 1
serve dir 0
now() { date +%s%N; }
says 200 'Cache-Control: no-cache' '/live.m3u8?_HLS_msn=109'
says 200 'Cache-Control: no-cache' '/live.m3u8?_HLS_msn=110&_HLS_part=0'
for query in _HLS_msn=113 '_HLS_msn=110&_HLS_part=20' _HLS_part=1 _HLS_msn=x '_HLS_msn=110&_HLS_part=-1'; do
  says 400 'Cache-Control: no-store' "/live.m3u8?$query"
done
says 200 'ETag: ".*-delta"' '/live.m3u8?_HLS_skip=YES'
grep -qx '#EXT-X-SKIP:SKIPPED-SEGMENTS=5' got.body && ! grep -q seg104 got.body && grep -q seg105 got.body || fail "no delta: $(cat got.body)"

# Three wait, each for another state; each state comes by a rename 0.3 s later.
curl -s -w '%{http_code} ' "$url/live.m3u8?_HLS_msn=110&_HLS_part=1" -o one > one.status && now > one.end &
curl -s -w '%{http_code} ' "$url/live.m3u8?_HLS_msn=110" -o two > two.status && now > two.end &
curl -s -w '%{http_code} ' "$url/part110.1.m4s" -o part > part.status && now > part.end &
sleep 0.3
[ ! -e one.end ] && [ ! -e two.end ] && [ ! -e part.end ] || fail "a request did not wait"
echo content > dir/.part && now > part.came && mv dir/.part dir/part110.1.m4s
sleep 0.3
[ ! -e one.end ] || fail "the playlist came before it was there"
now > one.came && live_playlist 100 10 2
sleep 0.3
[ ! -e two.end ] || fail "a part is taken for the segment"
now > two.came && live_playlist 101 10 0
wait %2 %3 %4
[ "$(cat part)" = content ] && grep -q part110.1 one && grep -q seg110 two && [ "$(cat {one,two,part}.status)" = "200 200 200 " ] || fail "wrong content"
for name in part one two; do
  took=$((($(cat $name.end) - $(cat $name.came)) / 1000000))
  [ "$took" -lt 250 ] || fail "$name came $took ms after its rename"
done

# A removed hint is 404 at once; a file that never appears is 503 after three target durations, or 404.
curl -s -w '%{http_code}' "$url/part111.0.m4s" -o part > part.status &
sleep 0.2
live_playlist 101 10 1
wait $!
[ "$(cat part.status)" = 404 ] || fail "a part that is not hinted at any more: $(cat part.status)"
says 404 'Cache-Control: no-store' /part112.0.m4s
start=$(now)
curl -s -w '%{http_code}' "$url/part111.1.m4s" -o part > part.status &
says 503 'Retry-After: 1' '/live.m3u8?_HLS_msn=111'
took=$((($(now) - start) / 1000000))
wait $!
[ "$took" -ge 2900 ] && [ "$took" -lt 4500 ] && [ "$(cat part.status)" = 404 ] || fail "gave up after $took ms, $(cat part.status)"
echo '#EXT-X-ENDLIST' >> dir/live.m3u8
says 200 'Cache-Control: no-cache' '/live.m3u8?_HLS_msn=500&_HLS_part=3&_HLS_skip=YES'
! grep -q EXT-X-SKIP got.body || fail "a delta of an ended playlist"

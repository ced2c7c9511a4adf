#!/bin/bash
# Start and end: addresses, a port in use, missing files; SIGTERM while requests wait; the end of the parent.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/serve.bash"
mkdir dir && live_playlist 1 5 1 && echo 'a b' > bad-token && : > no-token
refused() {
  local status=$1 pattern=$2
  shift 2
  expect_status "$status" test-serve "$@" > told.url 2> told.err
  one_line told.err "$pattern"
}
for address in '' x 70000 : localhost: ::1 [::1] localhost:http -1 1.2.3.4.5:99999; do refused 64 'is not a \[HOST:\]PORT' dir "$address"; done
refused 73 'cannot serve at 192.0.2.1:8080: Cannot assign' dir 192.0.2.1:8080
refused 73 'host.invalid:80: ' dir host.invalid:80
refused 66 'none: No such file' none 0
refused 66 'none: No such file' dir 0 none
refused 65 'its first line is not a token' dir 0 bad-token
refused 65 'its first line is not a token' dir 0 no-token
serve dir 0
refused 73 'Address already in use' dir "${url##*:}"

curl -s -w '%{http_code}' "$url/live.m3u8?_HLS_msn=6&_HLS_part=1" -o body > waiting.status &
sleep 0.3
start=$(date +%s%N)
expect_status 0 bash -c "kill $server; tail --pid=$server -f /dev/null"
wait $server || fail "status $?"
wait %2
took=$((($(date +%s%N) - start) / 1000000))
[ "$(cat waiting.status)" = 503 ] || fail "the waiting request got $(cat waiting.status)"
[ "$took" -lt 1500 ] || fail "it took $took ms to end"
! curl -s "$url/" > none || fail "it still serves"

serve dir "${url##*:}" # the port is free at once
helper=$(pgrep -P $server)
kill -KILL $server && wait $server 2> none.err || true
for _ in $(seq 40); do kill -0 "$helper" 2> none.err || break; sleep 0.05; done
! kill -0 "$helper" 2> none.err || fail "it outlives its parent"
serve dir '[::]:0'
grep -q 'open to all' serve.err || fail "no warning that it is open to all"
[ "$(curl -s -o got -w '%{http_code}' "http://127.0.0.1:${url##*:}/live.m3u8")" = 200 ] || fail "[::] is not for IPv4"
says 200 'Access-Control-Allow-Origin: \*' /live.m3u8 -H 'Host: any.example'
helper=$(pgrep -P $server)
kill -INT "$helper" && sleep 0.2 && kill -0 "$helper" || fail "the server must ignore interrupts"
kill -KILL "$helper"
expect_status 69 wait $server
grep ended serve.err > gone.err && one_line gone.err 'sl-serve has ended'

# sl-hls reports the end of its source, and continues to serve: a film until an interrupt, a window for a while.
film() { sl-pattern --duration 1s --size 64x48; }
ended() { # PATTERN OPTIONS...
  rm -rf out
  film | sl-hls out --serve 0 "${@:2}" 2> hls.err & hls=$!
  for _ in $(seq 100); do ! grep -q 'has ended' hls.err || break; sleep 0.05; done
  url=$(sed -n 's|^sl-hls: serving \(.*\)/$|\1|p' hls.err)
  grep -q "^sl-hls: the source has ended; serving $url/ $1\$" hls.err || fail "$(cat hls.err)"
  [ "$(curl -s "$url/video.m3u8" | grep -c ENDLIST)" = 1 ] || fail "the playlist has no end"
  kill -TERM $hls  # bash has background jobs ignore SIGINT
  expect_status 143 wait $hls
}
ended 'until an interrupt (Ctrl-C)'
ended 'for [0-9]* s more' --window 3

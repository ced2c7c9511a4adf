#!/bin/bash
# --to a server in trouble: 5xx and refused connections are retried, files never sent are reported, no playlist there names a
# missing file, and a final refusal ends the stage.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
start_nginx 'dav_methods PUT DELETE; create_full_put_path on; client_max_body_size 100m;
  if (-f $document_root/is-away) { return 503; } if (-f $document_root/is-full) { return 507; } if (-f $document_root/is-forbidden) { return 403; }'
cat > look.py <<'END'
import os, sys, time
import hls_check
watcher = hls_check.Watcher(sys.argv[2], realtime=False)
while os.path.exists(f"/proc/{sys.argv[1]}"):
    watcher.look()
    time.sleep(0.03)
END
# pack NAME PICTURES OPTIONS...: while a player watches the copy.
pack() {
  "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_wire.py" realtime "$2" 2> wire.err | sl-hls "$1" --segment-duration 0.5s "${@:3}" --to "$url/$1-there" 2> hls.err &
  stage=$!
  "$SL_PYTHON" look.py $stage "$1-there" 2> look.err & look=$!
  for _ in $(seq 200); do [ ! -e "$1-there/index.m3u8" ] || break; sleep 0.05; done
}
whole() {
  wait $stage || fail "status $?"
  wait $look || fail "a player sees a wrong copy"
  diff -r -x .sl-hls "$1" "$1-there" || fail "$1: the copy differs"
}
pack errors 60 --event
touch is-away; sleep 2; rm is-away
whole errors
one_line hls.err 'HTTP status 503: retrying'
pack refused 60 --event
kill $nginx; wait $nginx || true; sleep 1.5
nginx -p "$PWD" -c "$PWD/nginx.conf" -e "$PWD/error.log" & nginx=$!
whole refused
one_line hls.err 'connect.*: retrying'
# Away for longer than files are kept.
pack slid 110 --window 3
touch is-away; sleep 6; rm is-away
whole slid
[ "$(wc -l < hls.err)" = 2 ] && grep -q '/slid-there/: [0-9]* files were deleted before it took them' hls.err || fail "lost files are not reported"
# The run ends while the server is full: retrying ends too.
pack full 60 --event
touch is-full
status=0; wait $stage || status=$?
[ $status = 69 ] || fail "status $status of a full server"
[ "$(tail -1 hls.err | grep -c 'HTTP status 507')" = 1 ] && [ "$(wc -l < hls.err)" = 2 ] || fail "the report of a full server"
rm is-full; wait $look || fail "a player sees a wrong copy on a full server"
# A final refusal: the stream so far stays in the folder, and a later run continues it.
pack no 60 --event
touch is-forbidden
status=0; wait $stage || status=$?
[ $status = 77 ] || fail "status $status of a refusal"
one_line hls.err '/no-there/.*HTTP status 403'
rm is-forbidden; wait $look || fail "a player saw a wrong copy before the refusal"
! grep -q ENDLIST no/video.m3u8 || fail "the playlist has an end"
pack no 10 --event
whole no
grep -q 'DISCONTINUITY$' no-there/video.m3u8 || fail "it did not continue"

#!/bin/bash
# --to: a web server gets every file, in an order that is safe for players; failures are reported, passing ones retried.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
start_nginx "dav_methods PUT DELETE; create_full_put_path on; client_max_body_size 100m; location /no/ { return 403; }"
wire() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_wire.py" "$@"; }
film frames=100 rate=10/1 base=1/10 size=32x32 sound=s16le > film.slw
sl-hls here --to "$url/there" film.slw 2> hls.err || fail "status $?"
[ ! -s hls.err ] || fail "it is not silent"
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" there > check.txt || fail "on the server"
diff -r -x .sl-hls here there || fail "the copy differs"
same "played from there" "$(ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames -of csv=p=0 "$url/there/index.m3u8" | head -1)" 100
# A window slides there too; a server that stops for a while gets everything later.
wire 150 realtime 30 | sl-hls live --window 3 --segment-duration 0.5s --to "$url/far" 2> live.err & stage=$!
sleep 1.5
kill -STOP $nginx; sleep 0.3; kill -CONT $nginx
wait $stage || fail "live: status $?"
diff -r -x .sl-hls live far || fail "live: the copy differs"
[ ! -e far/video-0.m4s ] || fail "old segments stay on the server"
# Final refusals.
expect_status 77 sl-hls refused --to "$url/no" film.slw 2> refused.err
one_line refused.err "/no/.*: HTTP status 403"
expect_status 69 sl-hls away --to http://127.0.0.1:1/x film.slw 2> away.err
one_line away.err "127.0.0.1:1/x/.*connect"
expect_status 64 sl-hls wrong --to ftp://host/ film.slw 2> wrong.err
one_line wrong.err "is no http"
# sl-put ends with a killed sl-hls.
wire realtime 50 2> wire.err | sl-hls killed --to "$url/killed" & stage=$!
sleep 1
kill -KILL $stage
wait $stage 2> none.err || true
sleep 0.3
! pgrep -f "sl-put $stage " > pids || fail "sl-put stays: $(cat pids)"

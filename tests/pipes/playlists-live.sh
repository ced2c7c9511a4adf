#!/bin/bash
# A live playlist is read as it grows, to its end; a server or a writer that dies is no end.
. "$SL_SOURCE/tests/pipes/lib.bash"
. "$SL_SOURCE/tests/pipes/http.bash"
ffmpeg -v error -f lavfi -i testsrc=s=160x120:r=25:d=6 -c:v libx264 -bf 2 -g 25 film.mp4
ffmpeg -v error -i film.mp4 -c copy -f hls -hls_time 1 -hls_list_size 0 list.m3u8
# grow COUNT [END]: the playlist has so many segments. With 3 of them it begins.
grow() {
  [ "$1" != 3 ] || : > out.slw
  { grep -v ENDLIST list.m3u8 | head -$((4 + 2 * $1)); [ $# = 1 ] || echo '#EXT-X-ENDLIST'; } > new
  mv new live.m3u8
}
# until_size BYTES: so much has come of it.
until_size() {
  for _ in $(seq 200); do
    [ "$(stat -c %s out.slw)" -lt "$1" ] || return 0
    sleep 0.05
  done
  fail "nothing more comes: $(stat -c %s out.slw) bytes"
}
second=$((160 * 120 * 3 / 2 * 25))
grep -q '^#EXTM3U' list.m3u8 && [ "$(grep -n -m1 EXTINF list.m3u8 | cut -d : -f 1)" = 5 ] || fail "another header than expected"
start_server
server=$!
for input in "http://127.0.0.1:$port/live.m3u8" live.m3u8; do
  grow 3
  sl-decode --threads 1 --allow ./ "$input" > out.slw 2> live.err &
  decoder=$!
  until_size $((second * 2))
  grow 4
  until_size $((second * 3))
  grow 5
  sleep 1.2
  grow 6 end
  wait $decoder || fail "$input: status $?"
  sl-info out.slw | grep -q ', live' || fail "$input: its track is not live"
  sl-info --frames --json out.slw > frames.txt
  tail -1 frames.txt | grep -q '"frames":150' || fail "$input: not all frames"
done
grep -q '"tick"' frames.txt || fail "it was silent while it waited"

# The reader was too slow: segments 3 and 4 have left the playlist.
slide() { { head -4 list.m3u8 | sed 's/MEDIA-SEQUENCE:0/MEDIA-SEQUENCE:5/'; sed -n '15,16p' list.m3u8; echo '#EXT-X-ENDLIST'; } > new && mv new live.m3u8; }
for salvage in "" --salvage; do
  grow 3
  sl-decode --threads 1 $salvage "http://127.0.0.1:$port/live.m3u8" > out.slw 2> slow.err &
  decoder=$!
  until_size $((second * 2))
  slide
  status=0; wait $decoder || status=$?
  case $salvage$status in 65 | --salvage0) ;; *) fail "status $status with expired segments $salvage" ;; esac
  grep -q 'gone before they were read\|missing' slow.err || fail "nothing is said of expired segments"
done

# Interrupted: a proper end.
grow 3
sl-decode "http://127.0.0.1:$port/live.m3u8" > out.slw 2> stop.err &
decoder=$!
until_size $((second * 2))
kill $decoder
wait $decoder || fail "status $? after an interrupt"
sl-info --frames --json out.slw | tail -1 | grep -q '"stopped":true' || fail "END does not tell of the interrupt"
# Nobody writes on.
expect_status 69 sl-decode --timeout 2 "http://127.0.0.1:$port/live.m3u8" > out.slw 2> writer.err
one_line writer.err 'has not gone on for'
: > out.slw
sl-decode "http://127.0.0.1:$port/live.m3u8" > out.slw 2> server.err &
decoder=$!
until_size $((second * 2))
kill $server
status=0; wait $decoder || status=$?
[ $status = 69 ] || fail "status $status where the server died"
one_line server.err 'no connection'

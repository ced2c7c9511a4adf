#!/bin/bash
# A live playlist is read while it grows, to its end; a server or a writer that dies is an error.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
ffmpeg -v error -f lavfi -i testsrc=s=160x120:r=25:d=6 -c:v libx264 -bf 2 -g 25 film.mp4
ffmpeg -v error -i film.mp4 -c copy -f hls -hls_time 1 -hls_list_size 0 list.m3u8
# grow COUNT [END]: the playlist has so many segments. With 3 of them it begins.
grow() {
  [ "$1" != 3 ] || : > out.slw
  { grep -v ENDLIST list.m3u8 | head -$((4 + 2 * $1)); [ $# = 1 ] || echo '#EXT-X-ENDLIST'; } > new
  mv new live.m3u8
}
# until_size BYTES: wait for so much output.
until_size() {
  for _ in $(seq 200); do
    [ "$(stat -c %s out.slw)" -lt "$1" ] || return 0
    sleep 0.05
  done
  fail "the output does not grow: $(stat -c %s out.slw) bytes"
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
grep -q '"tick"' frames.txt || fail "no tick while it waited"

# The reader was too slow: segments 3 and 4 have left the playlist. It continues, and an EVENT reports the gap.
slide() { { head -4 list.m3u8 | sed 's/MEDIA-SEQUENCE:0/MEDIA-SEQUENCE:5/'; sed -n '15,16p' list.m3u8; echo '#EXT-X-ENDLIST'; } > new && mv new live.m3u8; }
# missing COUNT FRAMES EVENT: segments lost, frames left, the report.
missing() {
  one_line slow.err "$1 segment.* missing"
  sl-info --frames --json out.slw > frames.txt
  tail -1 frames.txt | grep -q "\"frames\":$2" || fail "frames: $(tail -1 frames.txt)"
  grep '"gap"' frames.txt > events.txt || fail "no EVENT gap"
  grep -q "$3" events.txt && [ "$(wc -l < events.txt)" = 1 ] || fail "the gap: $(cat events.txt)"
}
for packets in "" --packets; do
  grow 3
  sl-decode --threads 1 $packets "http://127.0.0.1:$port/live.m3u8" > out.slw 2> slow.err &
  decoder=$!
  [ -z "$packets" ] || sleep 1
  [ -n "$packets" ] || until_size $((second * 2))
  slide
  wait $decoder || fail "status $? with expired segments $packets"
  missing 2 100 '"from":.*"to":.*"why":'
  "$SL_PYTHON" -c "import json; e = json.load(open('events.txt'))['event']
assert e['to'] - e['from'] == 2 * 90000, e" 2> gap.err || fail "the gap is not of two seconds: $(cat events.txt)"
done
# A segment that the server does not have.
grow 3
sed -i 's/^list1/none/' live.m3u8
sl-decode --threads 1 "http://127.0.0.1:$port/live.m3u8" > out.slw 2> slow.err &
decoder=$!
until_size $second
sed -i 's/^list1/none/' list.m3u8
grow 6 end
wait $decoder || fail "status $? with a missing segment"
sed -i 's/^none/list1/' list.m3u8
missing 1 125 '"gap"'
# The playlist itself is deleted.
grow 3
cp live.m3u8 gone.m3u8
sl-decode "http://127.0.0.1:$port/gone.m3u8" > out.slw 2> gone.err &
decoder=$!
until_size $second
rm gone.m3u8
status=0; wait $decoder || status=$?
[ $status = 65 ] || fail "status $status without the playlist"
one_line gone.err 'gone.m3u8: the server answers 404'

# Interrupted: a proper end.
grow 3
sl-decode "http://127.0.0.1:$port/live.m3u8" > out.slw 2> stop.err &
decoder=$!
until_size $((second * 2))
kill $decoder
wait $decoder || fail "status $? after an interrupt"
sl-info --frames --json out.slw | tail -1 | grep -q '"stopped":true' || fail "END does not report the interrupt"
# The writer has stopped.
expect_status 69 sl-decode --timeout 2 "http://127.0.0.1:$port/live.m3u8" > out.slw 2> writer.err
one_line writer.err 'has not changed for'
: > out.slw
sl-decode "http://127.0.0.1:$port/live.m3u8" > out.slw 2> server.err &
decoder=$!
until_size $((second * 2))
kill $server
status=0; wait $decoder || status=$?
[ $status = 69 ] || fail "status $status after the server died"
one_line server.err 'no connection'

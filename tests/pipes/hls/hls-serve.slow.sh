#!/bin/bash
# sl-hls --serve --low-latency from the pipe to Chromium and ffmpeg; its address; refusals before the first frame; an
# interrupt ends it, and the server with it.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
needs curl
halves='color=c=0x2060C0:s=640x360:r=25,drawbox=x=320:w=320:h=360:c=0xC04020:t=fill'
ffmpeg -v error -f lavfi -i "$halves" -f lavfi -i sine -t 40 -vf scale=out_color_matrix=bt709:out_range=tv,format=yuv420p \
  -colorspace bt709 -color_primaries bt709 -color_trc bt709 -c:v libx264 -preset ultrafast -c:a pcm_s16le film.mkv
start() { # URL is its address
  local pattern='s|^sl-hls: serving \(.*\)/$|\1|p'
  (sl-pace film.mkv | exec sl-hls out --serve 0 --low-latency --window 6 --segment-duration 1s "$@") 2> hls.err &
  pipe=$!
  for _ in $(seq 200); do
    url=$(sed -n "$pattern" hls.err)
    [ -z "$url" ] || [ ! -e out/index.m3u8 ] || return 0
    sleep 0.05
  done
  fail "no address"
}
start
trap 'pkill -TERM -P $pipe || true' EXIT
expect_status 73 sl-hls other --serve "${url##*:}" film.mkv 2> taken.err
one_line taken.err 'Address already in use'
expect_status 64 sl-hls other --token-file hls.err film.mkv 2> usage.err
one_line usage.err 'token-file'
expect_status 66 sl-hls other --serve 0 --token-file missing film.mkv 2> token.err
if ! [ -x /usr/bin/chromium ] || ! command -v node > none; then
  echo "skipped: the part in a browser: chromium or node is missing"
else
  node "$SL_SOURCE/tests/browser/watch.mjs" "$url/" 8 "$SL_BUILD/npm/browser-modules" > seen.json 2> watch.err || fail "the browser: $(tail -3 watch.err)"
  cp seen.json "$SL_BUILD/tests/hls-serve.json"
  "$SL_PYTHON" -c "import json; s = json.load(open('seen.json'))
assert s['advanced'] > 6 and s['last']['badge'] == 'Live' and s['blocked'] > 10 and s['delay'] < 4 and not s['complaints']" 2> none ||
    fail "the browser saw $(cat seen.json)"
  sl-encode .ppm video.png > video.ppm && "$SL_PYTHON" "$SL_SOURCE/tests/browser/halves.py" video.ppm || fail "wrong colours"
fi
[ "$(ffprobe -v error -read_intervals %+1 -show_entries stream=codec_name -of csv=p=0 "$url/index.m3u8" | grep . | sort -u | tr '\n' ' ')" = "aac h264 " ] ||
  fail "ffprobe sees something else"
hls=$(pgrep -P $pipe -f sl-hls) && server=$(pgrep -P "$hls")
pkill -INT -P $pipe # all of the pipe, as Ctrl-C does
for _ in $(seq 100); do kill -0 "$server" 2> none || break; sleep 0.05; done
! kill -0 "$server" 2> none || fail "the server outlives its stage"
grep -q EXT-X-ENDLIST out/video.m3u8 || fail "the playlist has no end"
# The page reports the end of a live stream that it has shown.
[ -x /usr/bin/chromium ] && command -v node > none || exit 0
mkfifo live
# A shell lets its background jobs ignore an interrupt.
env --default-signal=INT sl-pattern --live --size 160x96 > live &
source=$!
sl-hls ended --serve 0 --event --segment-duration 1s live 2> ended.err &
pipe=$!
trap 'kill -TERM $source $pipe 2> none || true' EXIT
for _ in $(seq 600); do [ ! -e ended/index.m3u8 ] || break; sleep 0.05; done
url=$(sed -n 's|^sl-hls: serving \(.*\)/$|\1|p' ended.err)
node "$SL_SOURCE/tests/browser/watch.mjs" "$url/" 60 "$SL_BUILD/npm/browser-modules" > seen.json 2> watch.err &
browser=$!
for _ in $(seq 1200); do
  ! grep -q '^Live' watch.err || break
  kill -0 $browser 2> none || break
  sleep 0.05
done
kill -INT $source
wait $browser || fail "the browser: $(tail -3 watch.err)"
"$SL_PYTHON" -c "import json; s = json.load(open('seen.json'))
assert 'Live: Playing live.' in s['states'] and s['last']['badge'] == 'Ended' and s['last']['state'] == 'The stream has ended.'" 2> none ||
  fail "the browser saw $(cat seen.json)"

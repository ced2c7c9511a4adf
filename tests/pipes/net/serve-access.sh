#!/bin/bash
# Access: tokens on every request and in no log, other origins, other names for this machine.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/serve.bash"
mkdir dir && echo x > dir/a.ts && printf '#EXTM3U\n#EXT-X-MAP:URI="i.mp4"\n#EXTINF:1,\na.ts?b=c\n' > dir/index.m3u8
serve dir 0
says 200 'Access-Control-Allow-Origin: http://localhost:3000' /a.ts -H 'Origin: http://localhost:3000'
says 204 'Access-Control-Allow-Headers: .*Authorization, Range.*' /a.ts -X OPTIONS -H 'Origin: http://[::1]:3000'
for origin in https://evil.example http://127.0.0.1.evil.example null; do
  says 200 'Vary: Origin' /a.ts -H "Origin: $origin"
  ! grep -qi Access-Control got.head || fail "$origin may read files for this machine only"
done
says 421 'Content-Type: text/plain.*' /index.m3u8 -H 'Host: rebound.evil.example'
kill $server && wait $server

echo 'Zm9v+/=-._~bar' > token
serve dir 0 token
for path in / /index.m3u8 /a.ts /none /.player/page.js /.player/hls.min.js; do
  says 401 'WWW-Authenticate: Bearer' "$path"
  says 401 'WWW-Authenticate: Bearer' "$path?token=Zm9v" -H 'Authorization: Bearer Zm9v+/=-._~bar'
  says 401 'WWW-Authenticate: Bearer' "$path" -H 'Authorization: Basic Zm9v+/=-._~bar'
done
says 200 'Access-Control-Allow-Origin: \*' /a.ts -H 'Authorization: Bearer Zm9v+/=-._~bar' -H 'Origin: https://player.example'
says 204 'Access-Control-Allow-Origin: \*' /a.ts -X OPTIONS -H 'Origin: https://player.example'
says 200 'Content-Length: 2' '/a.ts?b=c&token=Zm9v%2b%2F%3D-._~bar'
says 200 'Content-Length: 2' '/a.ts?token=Zm9v+/=-._~bar' -H 'Host: any.example'
says 200 'Referrer-Policy: no-referrer' '/?token=Zm9v%2B%2F%3D-._~bar'
for part in $(grep -o '/.player/[^"]*' got.body); do says 200 'ETag: .*' "$part"; done
says 200 'ETag: .*' '/index.m3u8?token=Zm9v+/=-._~bar'
grep -qx 'a.ts?b=c&token=Zm9v%2B%2F%3D-._~bar' got.body && grep -q 'URI="i.mp4?token=Zm9v%2B%2F%3D-._~bar"' got.body ||
  fail "the playlist does not pass the token on"
says 200 'ETag: .*' /index.m3u8 -H 'Authorization: Bearer Zm9v+/=-._~bar'
cmp got.body dir/index.m3u8
! tr '\0' ' ' < "/proc/$(pgrep -P $server)/cmdline" | grep -q Zm9v || fail "the command line has the token"
! grep -q Zm9v serve.err || fail "the token is shown"

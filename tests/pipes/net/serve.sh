#!/bin/bash
# A folder by HTTP: types, ranges, conditions, methods, caching, connections that are kept.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/serve.bash"
mkdir -p dir/sub && seq 20000 > dir/a.ts && : > dir/empty.ts && echo '#EXTM3U' > dir/sub/index.m3u8 && cp dir/a.ts dir/sub/b.m4s
serve dir 0
says 200 'Content-Type: text/html; charset=utf-8' /
grep -q '<video' got.body || fail "no player in the page"
says 200 'Content-Type: text/javascript; charset=utf-8' /.player/hls.min.js
[ "$(stat -c %s got.body)" -gt 100000 ] || fail "that is no hls.js"
says 200 'Content-Type: application/vnd.apple.mpegurl' /sub/index.m3u8
grep -qi 'Cache-Control: no-cache' got.head || fail "playlists would be cached"
says 200 'Content-Type: video/iso.segment' '/sub/%62.m4s?x=y'
says 200 'Cache-Control: max-age=[1-9][0-9]*' /a.ts
cmp got.body dir/a.ts
says 200 'Content-Length: 0' /empty.ts
says 200 "Content-Length: $(stat -c %s dir/a.ts)" /a.ts --head
says 206 'Content-Range: bytes 10-19/108894' /a.ts -r 10-19
cmp got.body <(tail -c +11 dir/a.ts | head -c 10)
says 206 'Content-Range: bytes 108890-108893/108894' /a.ts -r -4
cmp got.body <(tail -c 4 dir/a.ts)
says 416 'Content-Range: bytes \*/108894' /a.ts -r 108894-
says 200 'Content-Length: 108894' /a.ts -H 'Range: bytes=0-1,5-6'
for file in a.ts sub/index.m3u8 .player/page.css; do
  get "/$file"
  tag=$(sed -n 's/^ETag: \(.*\)\r/\1/p' got.head)
  says 304 "Content-Length: $(stat -c %s got.body)" "/$file" -H "If-None-Match: \"x\", $tag"
done
get /a.ts
modified=$(sed -n 's/^Last-Modified: \(.*\)\r/\1/p' got.head) tag=$(sed -n 's/^ETag: \(.*\)\r/\1/p' got.head)
says 304 "Last-Modified: $modified" /a.ts -H "If-Modified-Since: $modified"
says 206 'Content-Length: 2' /a.ts -r 0-1 -H "If-Range: $tag"
says 200 'Content-Length: 108894' /a.ts -r 0-1 -H 'If-Range: "other"'
for method in POST PUT DELETE TRACE; do says 405 'Allow: GET, HEAD, OPTIONS' /a.ts -X $method -d x; done
[ "$(curl -s -w '%{num_connects}' -o one -o two "$url/a.ts" "$url/a.ts")" = 10 ] || fail "connections are not kept"
seq 20000 -1 1 > dir/.new && mv dir/.new dir/a.ts
says 200 'ETag: .*' /a.ts -H "If-None-Match: $tag"
cmp got.body dir/a.ts

#!/bin/bash
# Files outside the folder, hidden and incomplete files are not served, and no file replaces the page.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/serve.bash"
mkdir -p dir/.player dir/sub out && echo secret | tee out/secret.ts dir/.hidden dir/new.ts.tmp dir/x~ dir/closed.ts > secret.ts
ln -s ../secret.ts dir/link.ts && ln -s ../out dir/linked && ln -s sub dir/inside && ln -s /proc/self/environ dir/environ.ts
echo shadow > dir/.player/page.js && echo shadow | tee dir/index.html > dir/page.html && mkfifo dir/pipe.ts && echo public > dir/sub/a.ts
serve dir 0
for path in /../secret.ts /sub/../../secret.ts /%2e%2e/secret.ts /sub/%2e%2e/%2E%2E/secret.ts /..%2fsecret.ts '/..\secret.ts' \
    //secret.ts "/$PWD/secret.ts" "/%2f$PWD/secret.ts" /link.ts /linked/secret.ts /inside/a.ts /environ.ts /.hidden /new.ts.tmp \
    /x~ /.player/ /.player/../sub/a.ts /.player/hls.js-LICENSE /pipe.ts /sub /sub/ /sub/a.ts/ /sub/a.ts/x '/sub/a.ts%00.ts' \
    "/$(head -c 3000 /dev/zero | tr '\0' a)" /none.ts /none/none.m3u8; do
  get "$path"
  [ "$status" = 404 ] || fail "$status for $path"
  ! grep -q secret got.body || fail "$path shows the secret"
done
trap '' PIPE # some connections are closed early
for line in 'GET ../secret.ts HTTP/1.1' 'GET secret.ts HTTP/1.1' "GET http://x/../secret.ts HTTP/1.1" 'GET /../secret.ts HTTP/1.0' \
    'GET /sub/a.ts' 'X' '' $'GET /\x01\xff HTTP/1.1' 'GET /sub/a.ts HTTP/9.9'; do
  port=${url##*:}
  exec {socket}<> "/dev/tcp/127.0.0.1/$port"
  printf '%s\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$line" >&"$socket" 2> none.err || true
  timeout 12 cat <&"$socket" > raw || true
  exec {socket}>&-
  ! grep -q secret raw || fail "$line shows the secret"
done
get /index.html
grep -q shadow got.body || fail "a page of the folder is not served"
get /
grep -q '<video' got.body || fail "the folder's page replaces the player's"
get /.player/page.js
! grep -q shadow got.body || fail "the folder's file replaces the player's"
says 200 'Content-Length: 7' /sub/a.ts

#!/bin/bash
# Connections that drop, servers that are late, busy, elsewhere or without ranges: the picture is the same.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
photo 2000 1500 'large.jpg[Q=100]'
[ "$(stat -c %s large.jpg)" -gt 400000 ] || fail "too small for two requests"
sl-encode -o whole.png large.jpg
start_server
local=http://127.0.0.1:$port
same() { sl-encode .png "$@" 2> told.err | cmp - whole.png || fail "$*"; }
for way in plain plain,close drop=200000 drop=100000,no-tag hang-up=2 most=100000 no-total delay=30 trickle=300 plain,trickle=300 \
  status=503,times=2,after=0 stall=150000,times=1 to=plain to=drop=200000 secret; do
  case $way in
    secret) same "http://me:pass%20word@127.0.0.1:$port/secret/large.jpg" ;;
    *) same --timeout 2 "$local/$way/large.jpg?way" ;;
  esac
done
# A retry goes to the redirect's target at once.
[ "$(grep -c ^/to=drop requests.log)" = 1 ] || fail "redirected each time: $(cat requests.log)"
# A slow server is not a silent one: no request is repeated.
[ "$(grep -c ^/trickle requests.log)" = "$(grep -c ^/delay requests.log)" ] || fail "repeated: $(cat requests.log)"
# All requests used one connection.
[ "$(grep ^/delay requests.log | sed 's/.* //' | sort -u | wc -l)" = 1 ] || fail "connections are not kept"
# A redirect to another host gets no user and password.
first=$port
start_server
same "http://me:pass%20word@127.0.0.1:$first/to=port:$port/large.jpg"
grep -q '^/large.jpg .* None [0-9]*$' requests.log && ! grep '^/large.jpg .*Basic' requests.log || fail "the other host got a password"
# A proxy of the environment.
http_proxy=$local same http://elsewhere.invalid/large.jpg
no_proxy=127.0.0.1 http_proxy=http://127.0.0.1:1 same "$local/large.jpg"

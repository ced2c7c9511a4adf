#!/bin/bash
# A URL is an INPUT of any stage: one request, by a process that ends with the stage; secrets are never shown (nginx).
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
photo 640 480 x.jpg
sl-decode x.jpg > x.slw
start_nginx
sl-decode x.jpg | sl-encode .png > x.png
sl-decode "$url/x.jpg" | sl-encode .png | cmp - x.png || fail "sl-decode"
sl-encode .png "$url/x.jpg" | cmp - x.png || fail "sl-encode"
sl-encode .png "$url/x.slw" | cmp - x.png || fail "the wire"
sl-invert x.jpg -o ref.png
sl-invert "$url/x.jpg" -o y.png && cmp y.png ref.png || fail "a filter with an output file"
sl-info "$url/x.jpg[shrink=2]" | grep -q ' 320x240 ' || fail "options of its decoder"
[ "$(grep -c ' bytes=0-' access.log)" = 5 ] && [ "$(wc -l < access.log)" = 5 ] || fail "$(cat access.log)"

size=$(stat -c %s x.jpg)
sl-invert --io-report "$url/x.jpg" 2> report.txt > none.slw
grep -q "^sl-decode: 1 requests, .* $size bytes fetched, $size bytes used," report.txt || fail "$(cat report.txt)"
sl-info --sandbox-report "$url/x.jpg" 2> sandbox.txt > none.txt
grep -q 'sanitizer build' sandbox.txt || [ "$(grep -c 'sl-fetch: .*: in force' sandbox.txt)" = 3 ] || fail "$(cat sandbox.txt)"

secret=${url/127/me:secret@127}/x.jpg?key=secret
sl-decode "$secret" | sl-info --json --frames > told.txt
sl-info "$secret" >> told.txt
expect_status 66 sl-info "${secret/x.jpg/none.jpg}" 2> none.err
one_line none.err "^sl-info: $url/none.jpg: .*404"
! grep secret told.txt none.err || fail "a secret is shown"
grep -q "^$url/x.jpg$" told.txt && grep -q "sl-decode $url/x.jpg" told.txt || fail "$(cat told.txt)"

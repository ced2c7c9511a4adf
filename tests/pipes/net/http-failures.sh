#!/bin/bash
# A URL that fails: one line that names it and its cause, the status, and no file; never an error page for a picture.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
photo 640 480 x.jpg
start_server
local=http://127.0.0.1:$port
fails 66 '/none.jpg: the server answers 404 (not found)' "$local/none.jpg"
fails 66 'answers 410' "$local/status=410/x.jpg"
fails 77 'answers 401 .*password' "$local/secret/x.jpg"
fails 77 'answers 403' "$local/status=403/x.jpg"
fails 69 'answers 418' "$local/status=418/x.jpg"
fails 69 'answers 503 .*come back in 3600 s' "$local/status=503,after=3600/x.jpg"
fails 69 'answers 500' "$local/status=500/x.jpg"
[ "$(grep -c status=500 requests.log)" = 5 ] || fail "$(grep -c status=500 requests.log) tries"
fails 69 'redirected again and again' "$local/to=loop/x.jpg"
fails 69 'protocol that is not followed.*file' "$local/to=file/x.jpg"
fails 69 'protocol that is not followed.*ftp' "$local/to=ftp/x.jpg"
fails 69 'HTTP/0.9' "$local/garbage/x.jpg"
fails 65 'encoded as gzip' "$local/encoded/x.jpg"
fails 65 'another part' "$local/wrong=3,from=1/x.jpg"
fails 69 'sent nothing for 1 s' "$local/stall=100/x.jpg" --timeout 1
fails 69 'after 5000 bytes.*no ranges' "$local/plain,drop=5000/x.jpg"
fails 69 'no connection: Connection refused' "http://me:secret@127.0.0.1:1/x.jpg?key=secret"
! grep secret told.err || fail "a password is shown"
fails 69 'no such host' "http://host.invalid/x.jpg"
fails 64 'is no URL' "http://"
fails 64 'is no URL' "http://host:port/"
fails 78 'max-bytes 1000 ' "$local/x.jpg" --max-bytes 1000
fails 78 'max-bytes 1000 ' "$local/plain/x.jpg" --max-bytes 1000
fails 65 'no known format' "$local/requests.log"
: > nothing
fails 65 'is empty' "$local/nothing"
sl-encode -o out.png --max-bytes "$(stat -c %s x.jpg)" "$local/x.jpg" || fail "as many bytes as are allowed"

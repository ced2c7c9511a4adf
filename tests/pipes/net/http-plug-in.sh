#!/bin/bash
# A plug-in reads any URL from a pipe, and a lost connection is reported.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
mkdir formats
printf '%s\n' 'name = Own' 'extensions = own' 'magic = 0 4F 57 4E 21' 'decode = own' "reads = $SL_BUILD/bin" > formats/own.format
printf '#!/bin/bash\nread -r line && exec %s\n' "$SL_BUILD/bin/sl-decode" > formats/own
chmod +x formats/own
export SL_FORMATS=$PWD/formats
photo 640 480 x.jpg
{ echo 'OWN!'; cat x.jpg; } > x.own
sl-encode .png x.jpg > x.png
start_server
local=http://127.0.0.1:$port
for way in most=5000 plain; do
  sl-encode .png "$local/$way/x.own" | cmp - x.png || fail "$way"
done
status=0; sl-encode -o out.png "$local/plain,drop=3000/x.own" 2> told.err || status=$?
[ $status != 0 ] && grep -q 'connection was lost' told.err || fail "status $status"
absent out.png

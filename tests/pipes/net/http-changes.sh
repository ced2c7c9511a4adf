#!/bin/bash
# A file that changes while it is read is an error, whether the tag, the date or the size shows it.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
photo 2000 1500 'large.jpg[Q=100]'
[ "$(stat -c %s large.jpg)" -gt 300000 ] || fail "too small for two requests"
start_server
local=http://127.0.0.1:$port
sl-encode -o whole.png "$local/large.jpg"
for change in change=tag change=size change=date change=date,if-range change=tag,if-range; do
  fails 65 'changed while it was read' "$local/$change/large.jpg"
done
fails 65 'another part' "$local/wrong=3,from=2/large.jpg"
fails 69 'no more ranges' "$local/if-range,unranged-after=1/large.jpg"
sl-encode .png "$local/if-range/large.jpg" | cmp - whole.png || fail "a server that does not know If-Range"

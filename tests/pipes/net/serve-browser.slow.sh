#!/bin/bash
# The page in Chromium: a live low-latency stream plays with little delay and the right colours, by blocked reloads and
# parts; errors are shown; with a token, in the dark, on a phone.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/serve.bash"
needs /usr/bin/chromium node
watch() { node "$SL_SOURCE/tests/browser/watch.mjs" "$1" "$2" "$SL_BUILD/npm/browser-modules" ${3:-} > seen.json 2> watch.err || fail "the browser: $(tail -3 watch.err)"; }
check() { "$SL_PYTHON" -c "import json; s = json.load(open('seen.json')); assert $1" 2> check.err || fail "$1: $(cat seen.json)"; }
mkdir dir && echo secret-token > token
serve dir 0 token
watch "$url/?token=secret-token" 0
check "'has not begun' in s['last']['state'] and s['last']['badge'] == 'Trouble'"

"$SL_PYTHON" "$SL_SOURCE/tests/browser/low_latency.py" 60 2> film.err &
film=$!
trap 'kill $server $film 2> none || true' EXIT
sleep 6
watch "$url/?token=secret-token" 8
cp seen.json "$SL_BUILD/tests/serve-browser.json"
check "s['advanced'] > 6 and s['last']['badge'] == 'Live' and s['last']['picture'] == '640 × 360'"
check "s['last']['delay_name'] == 'Delay from capture' and 0.4 < s['delay'] < 3"
check "s['blocked'] > 10 and s['parts'] > 10"
check "not s['complaints']"
sl-encode .ppm video.png > video.ppm && "$SL_PYTHON" "$SL_SOURCE/tests/browser/halves.py" video.ppm || fail "wrong colours"
watch "$url/?token=secret-token" 1 phone
check "s['advanced'] > 0.5 and not s['last']['wide']"
kill $film
wait $film 2> none.err || true

#!/bin/bash
# Rows are written before the rest has arrived; sl-fetch ends with a killed stage; a stage reports a killed sl-fetch.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
photo 1200 800 x.jpg
start_server
eventually() {
  for _ in $(seq 100); do
    ! "$@" || return 0
    sleep 0.05
  done
  fail "$*: never"
}
fetchers() { ps -o pid= --ppid "$1" -C sl-fetch > all; pgrep -P "$1" -x sl-fetch > fetchers; }
larger() { [ "$(stat -c %s "$1")" -gt "$2" ]; }
gone() { [ ! -e "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status"; }

sl-decode "http://127.0.0.1:$port/plain,half=go1/x.jpg" > early.slw &
eventually larger early.slw 100000
touch go1
wait $! || fail "status $?"
sl-decode x.jpg | sl-encode .png > x.png
sl-encode .png early.slw | cmp - x.png || fail "the late rows"

for victim in stage fetcher; do
  sl-decode "http://127.0.0.1:$port/half=go-$victim/x.jpg" > "$victim.slw" 2> "$victim.err" &
  stage=$!
  eventually fetchers $stage
  fetcher=$(cat fetchers)
  eventually larger $victim.slw 100000
  if [ $victim = stage ]; then kill -KILL $stage; else kill -KILL "$fetcher"; fi
  expect_status $([ $victim = stage ] && echo 137 || echo 69) wait $stage 2> none.err
  eventually gone "$fetcher"
  touch go-$victim
done
one_line fetcher.err 'sl-decode: http.*x.jpg: sl-fetch is gone'

# Interrupted while the server is silent.
sl-decode "http://127.0.0.1:$port/wait=go2/x.jpg" > none.slw 2> interrupted.err &
stage=$!
eventually fetchers $stage
kill -TERM $stage
expect_status 143 wait $stage 2> none.err

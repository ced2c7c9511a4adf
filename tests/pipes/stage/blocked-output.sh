#!/bin/bash
# A stage whose output is neither read nor closed dies of the signal after two seconds, without a message.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 2000 1500 x.ppm
checks=()
check() {  # STAGE NUMBER
  local out=out$2 log=blocked$2.err pid begin
  mkfifo $out
  $1 > $out 2> $log & pid=$!
  exec 9< $out
  sleep 0.3
  begin=$SECONDS
  kill -TERM $pid
  expect_status 143 wait $pid
  [ ! -s $log ] && [ $((SECONDS - begin)) -le 4 ] || fail "$1: $((SECONDS - begin)) s"
}
for stage in "sl-decode x.ppm" "sl-invert x.ppm" "sl-encode .ppm x.ppm" "sl-tap --json /dev/null x.ppm"; do
  check "$stage" ${#checks[@]} & checks+=($!)
done
for check in "${checks[@]}"; do wait $check; done

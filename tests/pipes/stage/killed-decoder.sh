#!/bin/bash
# A decoder that is killed: the stage that started it names it and the signal, and the host unless --anonymous is given.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 640 480 x.jpg
mkfifo input
killed() { # message, options
  sl-invert "${@:2}" < input > none.slw 2> invert.err &
  local stage=$! decoder=
  exec {to}> input
  head -c 3000 x.jpg >&$to
  for _ in {1..100}; do decoder=$(pgrep -P $stage) && [ "$(cat "/proc/$decoder/comm")" = sl-decode ] && break || sleep 0.05; done
  kill -KILL "$decoder"
  expect_status 79 wait $stage
  exec {to}>&-
  one_line invert.err "$1: was killed by signal 9 (Killed)"
}
killed "sl-invert: sl-decode on $(uname -n)"
killed "sl-invert: sl-decode" --anonymous

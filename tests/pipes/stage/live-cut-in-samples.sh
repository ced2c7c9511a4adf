#!/bin/bash
# An interrupted live stream that ends inside samples (ssh died of the same Ctrl-C) is a whole recording of whole frames.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
test-live --frames 4 --rate 200 --width 320 --height 240 > live.slw
for cut in 700000 704300 921500; do  # rows in the middle of a frame, and its last ones
  for output in rec.slw rec-%d.png; do
    rm -f rec*
    sl-encode -o "$output" < <(head -c $cut live.slw; sleep 0.5) 2> encode.err &
    sink=$!
    sleep 0.25
    kill -TERM $sink
    expect_status 0 wait $sink
    [ ! -s encode.err ] || fail "it spoke"
    for file in rec*; do sl-info --frames "$file" > info || fail "$cut: $file is not whole"; done
    [ "$output" = rec.slw ] || [ "$(ls rec-*)" = "$(printf 'rec-%d.png\n' 1 2 3)" ] || fail "$cut: $(ls)"
    [ "$output" != rec.slw ] || grep -q '(frames 3,' info || fail "$cut: not three frames"
  done
done

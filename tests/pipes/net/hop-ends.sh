#!/bin/bash
# Failures and ends cross the hop: the first cause with its host, a reader that needs no more, a killed end, a dead line.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/hop.bash"
photo 640 480 in.jpg
head -c 9000 in.jpg > cut.jpg
host=$(hostname)
endless() { sl-pattern --live --size 640x480 --rate 200; }
# receive OPTIONS...: connect, in the background.
receive() {
  sl-recv "127.0.0.1:$port" "$@" 2> recv.err &
  receiver=$!
}

# record ADDRESS OPTIONS...: receive into live.slw, in the background, until something is there.
record() {
  : > live.slw
  sl-recv "$@" > live.slw 2> recv.err &
  receiver=$!
  for _ in $(seq 400); do [ ! -s live.slw ] || return 0; sleep 0.02; done
  fail "nothing is received: $(cat recv.err)"
}

# A damaged picture: each end fails, and the last stage names the first cause.
sl-decode cut.jpg 2> decode.err | sl-send unix:hop 2> send.err & sender=$!
expect_status 79 sl-recv unix:hop -o out.png 2> out.err
ends 79 $sender
absent out.png
grep -q "sl-decode on $host: .*truncated" out.err || fail "$(cat out.err)"
sl-send unix:hop cut.jpg 2> send.err & sender=$! # its own decoder: its own failure
expect_status 79 sl-recv unix:hop -o out.png 2> out.err
ends 65 $sender
grep -q "on $host: .*truncated" out.err || fail "$(cat out.err)"
sl-send unix:hop < /dev/null 2> send.err & sender=$!
expect_status 79 sl-recv unix:hop -o out.png 2> out.err
wait $sender && fail "an empty input is no stream" || true

# `| head`: the sender ends as a process does whose pipe has no reader, idle or not.
send < <(endless)
sl-recv "127.0.0.1:$port" | head -c 100000 > head.out
ends 141 "$sender"
send < <(sl-pattern smpte75 && sleep 10)
{ sl-recv "127.0.0.1:$port"; echo $? > recv.status; } | sl-info > /dev/null
ends 141 "$sender"

# One end is killed: 79 at the other one, and ABORT behind it.
send < <(endless)
receive -o out.mkv
wait_for '\(.\)' <(sleep 0.3; echo x) # some frames
kill -KILL "$sender"
ends 79 "$receiver"
grep -q "sl-send on $host: the connection is broken" recv.err || fail "$(cat recv.err)"
send < <(endless)
record "127.0.0.1:$port"
kill -KILL "$receiver"
ends 79 "$sender"
grep -q "sl-recv on $host: the connection is broken" send.err || fail "$(cat send.err)"

# An end that is stopped is a dead line; a reader that is stopped is not.
mkfifo slow
send --timeout 3s < <(sl-pattern --duration 5s --size 640x480)
sl-recv "127.0.0.1:$port" --timeout 3s > slow 2> recv.err & receiver=$!
{ head -c 1000; sleep 4; cat; } < slow > slow.slw
ends 0 "$sender"
ends 0 $receiver
sl-info slow.slw > /dev/null || fail "the slow reader got no whole stream"
send --timeout 500ms < <(endless)
record "127.0.0.1:$port"
kill -STOP $receiver
ends 79 "$sender"
kill -KILL $receiver
grep -q 'no sign of life' send.err || fail "$(cat send.err)"

# The receiver's own failure is named at the sender; no end listens; a port is taken.
send < <(endless)
expect_status 74 sl-recv "127.0.0.1:$port" > /dev/full 2> recv.err
ends 79 "$sender"
grep -q "sl-recv on $host: .*No space left" send.err || fail "$(cat send.err)"
expect_status 69 sl-recv 127.0.0.1:1 > none.out 2> refused.err
one_line refused.err '127.0.0.1:1: Connection refused'
send in.jpg
expect_status 73 sl-send --listen "127.0.0.1:$port" in.jpg 2> taken.err
one_line taken.err 'Address already in use'
kill "$sender"

# An interrupt of a live source ends both well; one of sl-recv alone ends the sender quietly.
sl-pattern --live --size 64x48 > >(exec sl-send unix:hop 2> send.err) & source=$!
record unix:hop
kill -TERM $source
ends 0 $receiver
sl-info live.slw | grep -q 'video 1: 64x48' || fail "no whole recording"
send < <(endless)
record "127.0.0.1:$port"
kill -TERM $receiver
ends 0 $receiver
ends 141 "$sender"

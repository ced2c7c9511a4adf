#!/bin/bash
# A stream through a Unix socket, TCP and TLS, either end listening, comes out as it went in, and both ends know it.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/hop.bash"
sl-pattern --duration 1s --size 320x240 --sound click -o film.mkv
sl-decode film.mkv > film.slw
photo 640 480 in.jpg
key door psk
grep -qE '^door:[0-9a-f]{64}$' psk || fail "no key: $(cat psk)"

frames() { sl-info --frames "$1" | sed -n '/^  frame:/,$p' | grep -v stages:; }
[ "$(frames film.slw | grep -c number:)" -gt 25 ] || fail "no frames are listed"
# same STREAM: the samples of all tracks, and the times, are those of the film.
same() {
  cmp <(sl-encode -q .y4m film.slw) <(sl-encode -q .y4m "$1") || fail "other pictures"
  cmp <(sl-encode -q .wav film.slw) <(sl-encode -q .wav "$1") || fail "other sound"
  cmp <(frames film.slw) <(frames "$1") || fail "other frames"
}

sl-send unix:hop film.slw & sender=$!
sl-recv unix:hop > unix.slw || fail "sl-recv: status $?"
ends 0 $sender
same unix.slw
[ "$(stat -c %a hop)" = 600 ] || fail "the socket has mode $(stat -c %a hop)"
# That socket is stale: it is replaced. A live one, and a file, are not.
sl-send unix:hop in.jpg & sender=$!
for _ in $(seq 200); do ! expect_status 73 sl-send unix:hop in.jpg 2> live.err || break; sleep 0.02; done
one_line live.err 'hop: another process listens at this socket'
sl-recv unix:hop -o out.png
ends 0 $sender
same_pixels in.jpg out.png 0
: > file
expect_status 73 sl-send unix:file in.jpg 2> file.err

for options in '' '--psk psk' --insecure; do
  send $options < film.slw
  sl-recv "127.0.0.1:$port" $options > tcp.slw || fail "sl-recv $options: status $?"
  ends 0 "$sender"
  same tcp.slw
done

# The other way round, with the key at its usual place, over IPv6 if there is one.
mkdir -p config/streamlib && mv psk config/streamlib/psk
for address in 127.0.0.1 '[::1]'; do
  [ "$address" = 127.0.0.1 ] || [ -s /proc/net/if_inet6 ] || continue
  sl-recv --listen "$address:0" > back.slw 2> recv.err & receiver=$!
  wait_for '^sl-recv: listens at .*:\([0-9]*\)$' recv.err
  sl-send "$address:$found" film.slw || fail "sl-send: status $?"
  ends 0 $receiver
  same back.slw
done

# Streams one after another, and a socket that the process was started with.
(cat film.slw && sl-decode in.jpg) > two.slw
send < two.slw
exec 7<> "/dev/tcp/127.0.0.1/$port" && exec 7>&- # a guest that says nothing
sl-recv "127.0.0.1:$port" > both.slw
ends 0 "$sender"
sl-encode -o 'both-%d.png' both.slw
[ "$(ls both-*.png | wc -l)" = 26 ] || fail "$(ls both-*.png | wc -l) pictures of 26"
"$SL_PYTHON" - << 'END' || fail "fd:N"
import socket, subprocess
listener = socket.socket(socket.AF_UNIX)
listener.bind("given")
listener.listen()
sender = subprocess.Popen(["sl-send", f"fd:{listener.fileno()}", "in.jpg"], pass_fds=[listener.fileno()])
assert subprocess.run(["sl-recv", "unix:given", "-o", "given.png"]).returncode == 0
assert sender.wait() == 0
assert subprocess.run(["sl-send", "fd:0", "in.jpg"], stderr=subprocess.DEVNULL).returncode == 64
assert subprocess.run(["sl-send", "fd:77", "in.jpg"], stderr=subprocess.DEVNULL).returncode == 66
END
same_pixels in.jpg given.png 0

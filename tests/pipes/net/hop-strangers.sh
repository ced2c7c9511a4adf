#!/bin/bash
# Who has no key gets nothing: neither a picture nor a hint which names exist. The listening end waits on for others.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/hop.bash"
needs openssl
photo 640 480 in.jpg
key door psk
key door wrong
key window other
expect_status 77 sl-recv 192.0.2.1:7000 > none.out 2> none.err
one_line none.err 'sl-send --make-psk NAME.*scp -p'
expect_status 77 sl-send --listen 0.0.0.0:0 in.jpg > none.out 2> none.err
cp psk open && chmod 644 open
expect_status 77 sl-recv 127.0.0.1:7000 --psk open > none.out 2> none.err
one_line none.err 'chmod 600 open'
echo 'door:12' > bad && chmod 600 bad
expect_status 65 sl-recv 127.0.0.1:7000 --psk bad > none.out 2> none.err
one_line none.err 'bad: line 1 is not NAME:HEX'
! grep -q 'door:12' none.err || fail "the message holds the key"

send --psk psk in.jpg
for file in wrong other; do
  expect_status 79 sl-recv "127.0.0.1:$port" --psk $file -o out.png 2> $file.err
  absent out.png
done
sed s/window/door/ other.err | cmp - wrong.err || fail "a wrong key and an unknown name look different"
expect_status 79 sl-recv "127.0.0.1:$port" -o out.png 2> plain.err
absent out.png

secret=$(cut -d: -f2 psk)
stranger() { timeout 5 openssl s_client -connect "127.0.0.1:$port" "$@" < /dev/zero > stranger.log 2>&1 || true; }
refused() { # WHAT PATTERN
  ! grep -aq 'SLH' stranger.log || fail "$1: it was greeted"
  grep -aqE "$2" stranger.log || fail "$1: $(head -c 300 stranger.log)"
}
stranger -tls1_2 && refused 'TLS 1.2' 'alert'
stranger -alpn sl-hop/1 && refused 'no key' 'alert'
stranger -psk "$secret" -psk_identity door -ciphersuites TLS_AES_256_GCM_SHA384 -alpn sl-hop/1 && refused 'SHA-384' 'alert'
stranger -psk "$secret" -psk_identity door -ciphersuites TLS_AES_128_GCM_SHA256 -alpn http/1.1 && refused 'another ALPN' 'no application protocol'
printf 'GET / HTTP/1.0\r\n\r\n' > "/dev/tcp/127.0.0.1/$port"
head -c 100000 /dev/urandom > "/dev/tcp/127.0.0.1/$port" 2> none.log || true
exec 7<> "/dev/tcp/127.0.0.1/$port" # half a handshake, which does not end

# One with the key, and with the other suite: it may say HELLO, and the sender goes to who answers as it should.
timeout 5 openssl s_client -connect "127.0.0.1:$port" -psk "$secret" -psk_identity door -alpn sl-hop/1 -quiet \
  -ciphersuites TLS_CHACHA20_POLY1305_SHA256 < <(printf 'hello, this is no hop') > stranger.log 2>&1 || true
! grep -aq SLH stranger.log || fail "it answered what is no hop"
sl-recv "127.0.0.1:$port" --psk psk -o out.png || fail "sl-recv: status $?"
ends 0 "$sender"
same_pixels in.jpg out.png 0
[ "$(grep -c 'closed' send.err)" -ge 5 ] || fail "the strangers were not reported: $(cat send.err)"
! grep -q "$secret" ./*.err || fail "a message holds the key"

# The sender meets a sender, and another protocol.
send --psk psk in.jpg
expect_status 79 sl-send "127.0.0.1:$port" --psk psk in.jpg 2> role.err || true
grep -q 'sends too' role.err send.err || fail "two senders talk"
kill "$sender"

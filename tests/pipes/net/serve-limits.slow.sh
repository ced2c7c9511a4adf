#!/bin/bash
# Slow clients are disconnected; requests and connections are limited in size and number; memory stays flat.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/serve.bash"
mkdir dir && head -c 100000000 /dev/zero > dir/big.ts && live_playlist 1 5 1
ulimit -n 300
serve dir 0
helper=$(pgrep -P $server)
says 414 'Connection: close' "/$(head -c 20000 /dev/zero | tr '\0' a)"
says 431 'Connection: close' /big.ts -H "X: $(head -c 20000 /dev/zero | tr '\0' a)"
cat > clients.py << 'END'
import socket, sys, time
def connect(): return socket.create_connection(('127.0.0.1', int(sys.argv[1])))
def ended(s):
    try: return s.recv(1 << 16) == b''
    except BlockingIOError: return False
    except OSError: return True
kind, start = sys.argv[2], time.time()
if kind == 'crowd':  # more than there is room for: none is lost
    crowd = [connect() for _ in range(200)]
    for s in crowd: s.sendall(b'GET /live.m3u8 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    good = 0
    for s in crowd:
        s.settimeout(20)
        try: good += s.recv(15) == b'HTTP/1.1 200 OK'
        except OSError: pass
        s.close()
    print(good)
else:
    s = connect()
    if kind == 'reader': s.sendall(b'GET /big.ts HTTP/1.1\r\nHost: localhost\r\n\r\n')
    if kind == 'body': s.sendall(b'GET /live.m3u8 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n')
    s.setblocking(False)
    while time.time() - start < 30:
        time.sleep(0.3)
        if kind == 'reader': continue
        try: s.send(b'G' if kind != 'silent' else b'')
        except OSError: break
        if kind != 'body' and ended(s): break
    print('%.1f' % (time.time() - start))
END
run() { "$SL_PYTHON" clients.py "${url##*:}" "$1" > "$1.took" & }
for kind in loris silent body reader; do run $kind; done
sleep 1
[ "$(curl -s -m 3 -o got -w '%{http_code}' "$url/live.m3u8")" = 200 ] || fail "slow clients hold up the others"
wait %2 %3 %4
kill %5
for kind in loris silent body; do
  awk -v took="$(cat $kind.took)" 'BEGIN { exit !(took >= 9 && took < 13) }' || fail "$kind was disconnected after $(cat $kind.took) s"
done
run crowd
wait $!
[ "$(cat crowd.took)" = 200 ] || fail "$(cat crowd.took) of 200 are served, 100 at a time"
[ "$(curl -s -o got -w '%{http_code}' "$url/live.m3u8")" = 200 ] || fail "it does not serve any more"
memory=$(awk '/VmRSS/ { print $2 }' "/proc/$helper/status")
for _ in 1 2 3; do curl -s -r 0-50000000 -o none "$url/big.ts?[1-3]"; done
[ "$(awk '/VmRSS/ { print $2 }' "/proc/$helper/status")" -lt $((memory + 1000)) ] || fail "memory grows"
[ "$memory" -lt 20000 ] || fail "$memory KiB of memory"
[ "$(ls "/proc/$helper/fd" | wc -l)" -lt 20 ] || fail "descriptors are left open"

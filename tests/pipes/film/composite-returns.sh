#!/bin/bash
# Layers of sl-composite that come back: from a FIFO after another writer's end, cut or kill, also of foreign bytes; from a URL.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
clip() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/clip.py" "$@"; }
clip make frames=3 step=40 cut=1 > cut.slw || true
clip make pts=0,40,80,120 > whole.slw
mkfifo layer control
cat > returns.py << 'END_OF_PYTHON'
import os, signal, subprocess, sys, time
import numpy
from steps import Steps, streamlib

def frame(value):
    """Write pictures of this value into the FIFO, and keep it open. Opened both ways, it needs no reader yet: the stage looks
    for a layer again when its master has a picture."""
    file = open("layer", "r+b", buffering=0)
    writer = streamlib.Writer(file.fileno(), tool="writer")
    writer.begin()
    writer.track(1, streamlib.video("gray", 8, 8, time_base=[1, 1000], live=True))
    for n in range(3):
        writer.picture(1, numpy.full((8, 8), value, "u1"), number=n, pts=40 * n, duration=40)
    writer.flush()
    return file, writer

def until(value, what):
    """Step until the layer has this value; other frames show `before`, the value until then, and no gap."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        picture = stage.step().planes[0]
        if (picture[:8, :8] == value).all():
            return
        assert (picture[:8, :8] == before).all() or before is None, (what, picture.tolist()[0])
        time.sleep(0.02)
    sys.exit(f"{what} never came")

def until_lost(count):
    """Step until so many losses are reported: the reader of then is gone."""
    end = time.monotonic() + 30
    while open("returns.err").read().count("is lost") < count:
        assert time.monotonic() < end, "no loss is reported"
        stage.step()

stage = Steps(["sl-composite", "--late", "hold", "-", "layer[required=no]"])
stage.send()
file, writer = frame(200)
stage.receive()
before = None
until(200, "the first writer")
before = 200
file.close()  # as if it was killed
until_lost(1)
file, writer = frame(150)
until(150, "the writer after a cut")
before = 150
writer.end()
writer.close()
file.close()
file, writer = frame(100)
until(100, "the writer after an end")
before = 100
file.close()
until_lost(2)
with open("x.pgm", "wb") as foreign:
    foreign.write(b"P5 8 8 255\n" + bytes([50]) * 64)
# Once more each second: what a reader takes that is about to end is lost.
again = subprocess.Popen(["sh", "-c", "while :; do cat x.pgm > layer; sleep 1; done"], start_new_session=True,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    until(50, "a foreign picture")
finally:
    os.killpg(again.pid, signal.SIGKILL)
assert stage.end() == 0
END_OF_PYTHON
"$SL_PYTHON" returns.py 2> returns.err || fail "layers that come back"
[ "$(grep -c 'layer layer, input 2 (layer), is lost' returns.err)" = 2 ] || fail "the losses"
# A writer after an END may come before the end of the FIFO: then it is the next stream.
[ "$(grep -c 'layer layer, input 2 (layer), is back' returns.err)" -ge 2 ] || fail "the returns"

# A server that has nothing at first.
cat > server.py << 'END_OF_PYTHON'
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = open("clip.slw", "rb").read() if os.path.exists("clip.slw") else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_HEAD = do_GET
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
END_OF_PYTHON
"$SL_PYTHON" server.py > port &
server=$!
trap 'kill $server' EXIT
for _ in $(seq 200); do [ ! -s port ] || break; sleep 0.05; done
cat > url.py << 'END_OF_PYTHON'
import os, sys, time
from steps import Steps
stage = Steps(["sl-composite", "--late", "hold", "-", f"http://127.0.0.1:{open('port').read().strip()}/clip.slw[required=no,name=far]"])
for n in range(3):
    assert (stage.step().planes[0] == n).all()
os.rename("whole.slw", "clip.slw")
end = time.monotonic() + 30
while (stage.step().planes[0] == stage.number - 1).all():
    assert time.monotonic() < end, "the URL never came back"
    time.sleep(0.02)
assert stage.end() == 0
END_OF_PYTHON
"$SL_PYTHON" url.py 2> url.err || fail "a URL that comes back"
grep -q 'layer far, input 2 .*, is lost' url.err && grep -q 'layer far, input 2 .*, is back' url.err || fail "the lines of the URL"

# What waits for itself, or for another layer's bytes, is refused.
expect_status 64 sl-composite x.pgm layer <> layer > layer 2> own.err
one_line own.err 'a layer reads the pipe that the result is written to, layer'
expect_status 64 sl-composite x.pgm layer --preview-to layer 2> own.err > none.slw
one_line own.err 'a layer reads the pipe that the result is written to, layer'
expect_status 64 sl-composite - /dev/stdin < layer 2> own.err > none.slw &
: > layer
wait $!
one_line own.err 'two layers read the same pipe'
# A layer that changes its size in mid-stream: in its own size, or in its box.
"$SL_PYTHON" - > sizes.slw << 'END_OF_PYTHON'
from steps import numpy, streamlib
with streamlib.Writer(1, tool="sizes") as out:
    out.begin()
    for n in range(4):
        size = 8 if n < 2 else 4
        out.track(1, streamlib.video("gray", size, size, time_base=[1, 1000]))
        out.picture(1, numpy.full((size, size), 99 - n, "u1"), number=n, pts=40 * n, duration=40)
END_OF_PYTHON
clip make frames=4 step=40 > master.slw
pixels() { sl-composite master.slw "$1" | sl-crop "1x1+$2+$2" | sl-encode --quiet .pgm | "$SL_PYTHON" -c '
import sys
print(*[part[-1] for part in sys.stdin.buffer.read().split(b"P5")[1:]])'; }
[ "$(pixels sizes.slw 2) $(pixels sizes.slw 6) $(pixels 'sizes.slw[width=8]' 6)" = "99 98 97 96 99 98 2 3 99 98 97 96" ] ||
  fail "a layer that changes its size: $(pixels sizes.slw 2) $(pixels sizes.slw 6) $(pixels 'sizes.slw[width=8]' 6)"

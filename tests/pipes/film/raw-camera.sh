#!/bin/bash
# A raw stream that comes in real time, as cameras send it, is decoded soon, at its own rate; --probe sets the time.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
cat > camera.py << 'P'
"""FILE OPTIONS...: seconds from the first byte of FILE, sent at 30 pictures a second, to the first frame; and its rate."""
import json, os, subprocess, sys, threading, time
data = open(sys.argv[1], "rb").read()
stage = subprocess.Popen(["sl-decode"] + sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
start = time.monotonic()
def send(pictures=240):
    try:
        for i in range(pictures):
            os.write(stage.stdin.fileno(), data[len(data) * i // pictures:len(data) * (i + 1) // pictures])
            time.sleep(max(start + (i + 1) / 30 - time.monotonic(), 0))
    except BrokenPipeError:
        pass
threading.Thread(target=send, daemon=True).start()
got = b""
while len(got) < 8000:
    got += os.read(stage.stdout.fileno(), 65536)
took = time.monotonic() - start
stage.kill()
track = got[got.index(b'{"kind"'):]
print("%.2f" % took, json.JSONDecoder().raw_decode(track.decode(errors="replace"))[0].get("rate"))
P
for codec in "libx264 -tune zerolatency" "libx264 -bf 2" "libx265 -x265-params log-level=none"; do
  form=h264; [ "${codec#libx265}" = "$codec" ] || form=hevc
  ffmpeg -v error -y -f lavfi -i testsrc2=size=128x96:rate=30:duration=8 -c:v $codec -preset ultrafast -g 30 -f $form camera
  read -r took rate < <("$SL_PYTHON" camera.py camera)
  awk -v t="$took" 'BEGIN { exit !(t < 2) }' || fail "$codec: the first frame came after $took s"  # 0.6 on an idle machine, 5 before
  [ "$rate" = "[30, 1]" ] || fail "$codec: the rate is $rate"
done
read -r took rate < <("$SL_PYTHON" camera.py camera --probe 2s)
awk -v t="$took" 'BEGIN { exit !(t >= 2 && t < 4) }' || fail "--probe 2s: the first frame came after $took s"
expect_status 64 sl-decode --probe soon camera 2> usage.err
one_line usage.err '--probe'

#!/bin/bash
# From sl-pattern to the screen of Chromium, with low latency: a screenshot of the video shows the card, with the
# time of its frame number, a short while ago, and the page shows the picture's true delay.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
[ -x /usr/bin/chromium ] || skip "/usr/bin/chromium is missing"
needs node
(sl-pattern --live --size 640x360 --rate 30 | exec sl-hls out --serve 0 --low-latency) 2> hls.err &
pipe=$!
trap 'pkill -TERM -P $pipe || true' EXIT
for _ in $(seq 200); do
  url=$(sed -n 's|^sl-hls: serving ||p' hls.err)
  [ -z "$url" ] || [ ! -e out/index.m3u8 ] || break
  sleep 0.05
done
node "$SL_SOURCE/tests/browser/play.mjs" "$url" 16 "$SL_BUILD/npm/browser-modules" 4 > seen.json 2> watch.err ||
  fail "the browser: $(tail -3 watch.err)"
"$SL_PYTHON" - << 'CHECK' 2> check.err || fail "the screen shows something else"
import json, subprocess
seen, last = json.load(open("seen.json")), -1
assert not seen["refused"] and not any(one[2] for one in seen["said"]) and len(seen["pictures"]) == 4, seen
for number, picture in enumerate(seen["pictures"]):
    card = json.loads(subprocess.check_output(["sl-pattern", "--read", "--json", f"shot-{number}.png"]))
    assert card["frame"] > last and abs(card["time_us"] - card["frame"] * 1e6 / 30) < 2, card
    age = [picture[when] - card["utc_us"] / 1e6 for when in ("before", "after")]
    shown = min((abs(when - picture["before"]), look["delay"]) for when, look in seen["looks"])[1]
    assert 0.2 < age[1] < 3 and age[0] - 0.4 < shown < age[1] + 0.4, (age, shown)
    last = card["frame"]
CHECK

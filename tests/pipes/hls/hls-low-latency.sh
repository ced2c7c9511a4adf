#!/bin/bash
# Low latency: parts appear before their segment, are its content, and match the playlist.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_wire.py" sound 5 realtime 40 | sl-hls out --low-latency --segment-duration 1s 2> hls.err & stage=$!
cat > look.py <<'END'
import os, sys, time
import hls_check
watcher, parts = hls_check.Watcher("out"), 0
while os.path.exists(f"/proc/{sys.argv[1]}"):
    watcher.look()
    media = watcher.last.get("video.m3u8")
    if media:
        parts = max(parts, len(media.open["parts"]))
        for segment in media.segments:
            if segment["parts"] and segment["number"] < 4:
                assert segment["duration"] == 1 and [p["DURATION"] for p in segment["parts"]] == ["0.200000"] * 5, segment
                whole = open("out/" + segment["uri"], "rb").read()
                assert whole == b"".join(open("out/" + p["URI"], "rb").read() for p in segment["parts"]), segment
                assert segment["parts"][0]["INDEPENDENT"] == "YES", segment
    time.sleep(0.02)
watcher.look()
assert parts >= 3, parts
assert watcher.last["video.m3u8"].ended and not watcher.last["video.m3u8"].open["parts"]
END
"$SL_PYTHON" look.py $stage 2> look.err || fail "a player sees a wrong playlist"
wait $stage || fail "status $?"
[ ! -s hls.err ] || fail "it is not silent"
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" out > check.txt || fail "the end is not right"
same "pictures" "$(pts out/index.m3u8 | wc -w)" 45
# Seven frames a second: a part is one frame, so that none is shorter than 85 % of the part target.
film frames=21 base=1/7 rate=7/1 track='{"live":true}' | sl-hls slow --low-latency --event --segment-duration 1s
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" slow > check.txt || fail "parts of one frame"
# Missing pictures, in a part and at its end: no part exceeds the target, and only the last one of a segment is much shorter.
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_wire.py" realtime 3 drop=6 6 drop=9 5 | sl-hls dropped --low-latency --segment-duration 1s & stage=$!
"$SL_PYTHON" -c 'import hls_check, os, sys, time
watcher = hls_check.Watcher("dropped")
while os.path.exists(f"/proc/{sys.argv[1]}"):
    watcher.look()
    time.sleep(0.02)' $stage 2> look.err || fail "parts with pictures missing"

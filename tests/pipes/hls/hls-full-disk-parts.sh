#!/bin/bash
# Low latency on a disk that is full for a while: one line, lost parts and segments are listed as gaps, no listed file is
# missing, and the stream continues when there is room.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
on_full_disk 512k
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_wire.py" sound realtime 70 | sl-hls full/out --low-latency --segment-duration 1s 2> hls.err & stage=$!
cat > look.py <<'END'
import os, sys, time
import hls_check
watcher, gaps, start, filled = hls_check.Watcher("full/out"), 0, None, False
while os.path.exists(f"/proc/{sys.argv[1]}"):
    watcher.look()
    media = watcher.last.get("video.m3u8")
    if media:
        start = start or time.monotonic()
        gaps += any(part.get("GAP") == "YES" for segment in media.segments + [media.open] for part in segment["parts"])
        if not filled and time.monotonic() - start > 1.2:
            filled = True
            try:
                with open("full/other", "wb", 0) as other:
                    while other.write(bytes(4096)):
                        pass
            except OSError:
                pass
        if os.path.exists("full/other") and time.monotonic() - start > 3.5:
            os.remove("full/other")
    time.sleep(0.02)
watcher.look()
assert gaps, "no part is told to be a gap"
END
"$SL_PYTHON" look.py $stage 2> look.err || fail "a player sees a wrong playlist"
wait $stage || fail "status $?"
one_line hls.err "No space left on device: .*writing continues\|No space left on device: .*left out"
gaps_told full/out 7 1 4

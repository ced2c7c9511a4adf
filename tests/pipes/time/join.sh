#!/bin/bash
# Picture from here, sound from there: all of both, interleaved by time, from files, pipes and FIFOs.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
cat > make.py <<'END'
import sys
import numpy, sound, streamlib
what, seconds, live = sys.argv[1], float(sys.argv[2]), "live" in sys.argv
with streamlib.Writer(1, tool="make-" + what) as out:
    out.begin()
    out.attachment(0, "note", what.encode())
    if what == "film":
        out.track(3, streamlib.video("gray", 320, 240, time_base=[1001, 30000], clock={"id": "utc"}, live=live))
        out.track(7, {"kind": "data", "codec": "text/plain", "time_base": [1, 1000], "sparse": True})
        for n in range(int(seconds * 30000 / 1001)):
            out.picture(3, numpy.full((240, 320), n % 256, "u1"), number=n, pts=n, duration=1, capture=n)
    else:
        out.track(1, sound.audio(language="de"))
        out.track(2, sound.audio(language="en"))
        for n, (start, block) in enumerate(sound.cut(sound.sound(int(seconds * 48000)), [1024])):
            for track in (1, 2):
                out.picture(track, block, number=n, pts=start, duration=len(block))
END
cat > check.py <<'END'
import sys
import sound, streamlib
film, noise, apart = int(float(sys.argv[1]) * 30000 / 1001), sound.sound(int(float(sys.argv[2]) * 48000)), float(sys.argv[3])
blocks, times, count = -(-len(noise) // 1024), {}, {1: 0, 3: 0}
for stream in streamlib.Reader(0):
    for frame in stream:
        n, base = count[frame.track], stream.tracks[frame.track]["time_base"]
        count[frame.track] += 1
        assert frame.number == n and frame.attachments == {"note": b"film"}, frame
        if frame.track == 1:
            assert frame.pts == frame.capture == n and (frame.data == n % 256).all()
        else:
            assert frame.pts == n * 1024 and (frame.data == noise[n * 1024:][:1024]).all()
        times[frame.track] = frame.pts * base[0] / base[1]
        if len(times) == 2 and count[1] < film and count[3] < blocks:
            assert abs(times[1] - times[3]) <= apart + 0.04, times
assert count == {1: film, 3: blocks}, count
tracks, reported = stream.tracks, [(s["tool"], s.get("input")) for s in stream.stages]
assert list(tracks) == [1, 2, 3] and tracks[1]["clock"] == {"id": "utc"} and tracks[3]["language"] == "en", tracks
assert ("sl-join", None) in reported and ("make-film", "1") in reported and ("make-sound", "2") in reported, reported
assert {s["tool"] for s in stream.end["stages"]} >= {"sl-join"}
END
make() { "$SL_PYTHON" make.py "$@"; }
make film 4 > film.slw
make sound 3 > sound.slw
mkfifo f s
check() { "$SL_PYTHON" check.py "$@" || fail "$*"; }
sl-join film.slw "sound.slw[tracks=2]" | check 4 3 1
sl-join "$PWD/film.slw[tracks=video+data]" - < sound.slw | sl-track 1,2,audio:en | check 4 3 1
sl-join <(make film 4) <(make sound 3 | sl-track audio:en) | check 4 3 1
# Slow inputs, either of them, and a live one.
make film 4 > f & { head -c 200000 sound.slw; sleep 0.7; tail -c +200001 sound.slw; } > s &
sl-join f "s[tracks=audio:en]" | check 4 3 1
make film 1 live > f & { sleep 0.5; make sound 3; } > s &
sl-join f "s[tracks=2]" | check 1 3 0.1
# One source for both, as tee makes them, and more than the pipes hold.
sl-join film.slw "sound.slw[tracks=2]" | tee >(sl-track audio > s) | sl-track 1,2 | sl-join - s > teed.slw
[ "$(sl-info --frames teed.slw | grep -c '^  frame:')" = "$((119 + 141))" ] || fail "the teed film is not whole"
expect_status 64 sl-join film.slw "sound.slw[tracks=3]" 2> no.err > none.slw
one_line no.err 'sound.slw has no track 3; its tracks: 1 audio de, 2 audio en'

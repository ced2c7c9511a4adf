#!/bin/bash
# Tracks picked, dropped, reordered and labelled: their frames, attachments and events go with them, and nothing else.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
cat > make.py <<'END'
import numpy, sound, streamlib
with streamlib.Writer(1) as out:
    out.begin()
    out.track(1, streamlib.video("gray", 2, 2, time_base=[1, 25]))
    out.attachment(1, "icc", b"profile")
    out.track(3, sound.audio(language="en", disposition=["default", "dub"]))
    out.event(3, {"event": "tick", "pts": 0})
    out.track(4, sound.audio(language="de", title="Kommentar"))
    out.attachment(0, "note", b"whole")
    out.track(9, {"kind": "data", "codec": "text/plain", "time_base": [1, 1000], "meta": {"a": 1}})
    for n in range(3):
        out.picture(1, numpy.full((2, 2), n, "u1"), number=n, pts=n)
        out.picture(3, sound.sound(10, seed=n), number=n, pts=10 * n)
        out.picture(4, sound.sound(20, seed=n + 9), number=n, pts=20 * n)
        out.picture(9, b"text", number=n, pts=n)
END
"$SL_PYTHON" make.py > x.slw
cat > check.py <<'END'
import sys
import sound
[(tracks, frames, events, stages, end)] = sound.read(0)
kinds = {1: "video", 3: "en", 4: "de", 9: "data"}
reported = {n: t.get("language", t["kind"]) for n, t in tracks.items()}
expected = sys.argv[1].split()
assert list(reported.values()) == expected and list(reported) == list(range(1, len(expected) + 1)), reported
for number, what in reported.items():
    size = {"video": 4, "en": 40, "de": 80, "data": 4}[what]
    assert [memoryview(f.data).nbytes for f in frames[number]] == [size] * 3, what
    assert [f.number for f in frames[number]] == [0, 1, 2]
    icc = frames[number][0].attachments
    assert icc == {"note": b"whole", **({"icc": b"profile"} if what == "video" else {})}, icc
assert len(events) == ("en" in expected)
exec(sys.argv[2] if len(sys.argv) > 2 else "")
END
check() { "$SL_PYTHON" check.py "$@" || fail "$*"; }
sl-track all x.slw | check "video en de data"
sl-track audio < x.slw | check "en de"
sl-track 4,video x.slw | check "de video"
sl-track audio:DE+all x.slw | check "de video en data"
sl-track audio:2 x.slw | check "de"
cat x.slw | sl-track --drop audio,data | check "video"
sl-track --drop audio:eng x.slw | check "video de data"
sl-track audio,video --drop 3 x.slw | check "de video"
sl-track --default audio:de --title 1=Film --title data= x.slw | check "video en de data" \
  "assert tracks[3]['disposition'] == ['default'] and tracks[2]['disposition'] == ['dub'] and tracks[1]['title'] == 'Film'"
sl-track --title audio:de= --title 3=Main x.slw | check "video en de data" \
  "assert 'title' not in tracks[3] and tracks[2]['title'] == 'Main' and tracks[4]['meta'] == {'a': 1}"
sl-track 1 --language 1=de x.slw | sl-info --json | grep -q '"language":"de"' || fail "no language"
expect_status 64 sl-track audio:fr x.slw 2> none.err > none.slw
one_line none.err 'x.slw has no track audio:fr; its tracks: 1 video, 3 audio en, 4 audio de, 9 data'
expect_status 64 sl-track --drop all x.slw 2> all.err > none.slw
one_line all.err 'no track is left'
expect_status 66 sl-track film.slw 2> missing.err > none.slw
one_line missing.err 'film.slw'
for bad in 0 audio: ,1 video:%; do expect_status 64 sl-track "$bad" x.slw 2> bad.err > none.slw; one_line bad.err '"'; done

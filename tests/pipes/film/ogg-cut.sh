#!/bin/bash
# Ogg that is cut off, also between two pages, is recognised as such; streams that end early, and chains, are complete.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
sound="sine=d=4:r=48000" picture="testsrc2=s=160x120:r=25:d=2"
ffmpeg -v error -f lavfi -i "$sound" -c:a libvorbis vorbis.ogg
ffmpeg -v error -f lavfi -i "$sound" -c:a libopus opus.ogg
ffmpeg -v error -f lavfi -i "$sound" -c:a flac flac.ogg
ffmpeg -v error -f lavfi -i "$picture" -f lavfi -i "$sound" -c:v libtheora -c:a libvorbis early.ogv
cat vorbis.ogg opus.ogg > chain.ogg
cat > cut.py <<'END'
"""FILE: cuts it behind some of its pages, and once inside a page."""
import sys
data, ends, at = open(sys.argv[1], "rb").read(), [], 0
while at < len(data):
    assert data[at:at + 4] == b"OggS"
    count = data[at + 26]
    at += 27 + count + sum(data[at + 27:at + 27 + count])
    ends.append(at)
for name, end in (("first", ends[len(ends) // 2]), ("last", ends[-2]), ("inside", ends[-1] - 3)):
    open(f"{name}-{sys.argv[1]}", "wb").write(data[:end])
END
for film in vorbis.ogg opus.ogg flac.ogg early.ogv; do
  sl-decode $film > whole.slw || fail "a whole $film"
  cat $film | sl-decode > whole.slw || fail "a whole $film from a pipe"
  "$SL_PYTHON" cut.py $film
  for cut in first last inside; do
    expect_status 65 sl-decode $cut-$film > out.slw 2> cut.err
    one_line cut.err "sl-decode: $cut-$film: is truncated: \(the last page is missing\|it ends inside a part\)"
    cat $cut-$film | expect_status 65 sl-decode > out.slw 2> cut.err
    sl-decode --salvage $cut-$film > salvaged.slw 2> salvage.err || fail "--salvage $cut-$film"
    one_line salvage.err "$cut-$film: is truncated"
    sl-info --frames salvaged.slw > frames || fail "salvaged $cut-$film"
  done
done
sl-info early.ogv > info || fail "information on a whole one"
sl-decode --at 1s early.ogv > frame.slw || fail "a frame of a whole one"
sl-decode chain.ogg > chain.slw 2> chain.err || ! grep -q truncated chain.err || fail "a chain"
cat vorbis.ogg last-opus.ogg > chain.ogg
expect_status 65 sl-decode chain.ogg > chain.slw 2> chain.err

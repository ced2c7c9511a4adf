#!/bin/bash
# The times of a variable-rate clip through six stages that change them, and back: 0 error.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
clip="$SL_SOURCE/tests/pipes/support/clip.py"
pts=$("$SL_PYTHON" -c 'import random; random.seed(3); t = 8333
for n in range(200): print(t, end="," if n < 199 else ""); t += random.choice((1, 17, 33, 34, 40, 41, 67, 1001))')
"$clip" make base=1/1000 pts="$pts" sound=44100 samples=441000 sound_pts=367485 data=9000:500 > x.slw
"$clip" show < x.slw > before
sl-speed 30000/1001 x.slw | sl-loop 1 | sl-select | sl-trim 0: | sl-pace --speed 100000 | sl-speed 1001/30000 2> pitch.err |
  "$clip" show > after
sort before > a; sort after > b
cmp a b || fail "$(diff a b | head)"
# The same in two pieces, by a range and by number: every frame is there once.
{ sl-trim :20s x.slw | "$clip" show; sl-select --range 20: x.slw | "$clip" show; } | awk '$1 == 1 {print $2}' | sort -n | uniq > numbers
[ "$(wc -l < numbers)" = 200 ] || fail "$(wc -l < numbers) frames"
{ sl-trim :20.0001s x.slw | "$clip" show; sl-trim 20.0001s: x.slw | "$clip" show; } | awk '$1 == 2 {n += substr($6, 2)} END {print n}' > samples
[ "$(cat samples)" = 441000 ] || fail "$(cat samples) samples"

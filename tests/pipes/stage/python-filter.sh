#!/bin/sh
# A filter in Python works in a pipe like any other: the same picture, foreign input, and a message for every failure.
set -eu
export PYTHONPATH="$SL_SOURCE/bindings/python" PYTHONDONTWRITEBYTECODE=1
fail() { echo "$*" >&2; exit 1; }
python() { "$SL_PYTHON" -c "import streamlib; streamlib.filter(lambda frame: $1, tool='py')"; }
negative='[255 - plane for plane in frame.planes]'

"$SL_PYTHON" -c 'import sys
sys.stdout.buffer.write(b"P6 290 442 255\n" + bytes((x * y >> 3) + 90 * c & 255 for y in range(442) for x in range(290) for c in range(3)))' > in.ppm
sl-encode in.ppm -o x.jpg
sl-decode x.jpg | sl-encode .png > plain.png

sl-decode x.jpg | python None | sl-encode .png > same.png
cmp same.png plain.png || fail "an idle filter changed the picture"
sl-decode x.jpg | python "$negative" | python "$negative" | sl-encode .png > twice.png
cmp twice.png plain.png || fail "inverted twice is not the same"
sl-decode x.jpg | python "$negative" | sl-encode .png > once.png
! cmp -s once.png plain.png || fail "the filter did nothing"
python None < x.jpg | sl-encode .png > foreign.png
cmp foreign.png plain.png || fail "foreign input came out differently"

head -c 3000 x.jpg > cut.jpg
status=0; { sl-decode cut.jpg 2> first.err | python None 2> second.err | sl-encode -o cut.png 2> last.err; } || status=$?
[ $status = 79 ] && [ ! -e cut.png ] && [ ! -s second.err ] && grep -q cut.jpg last.err || fail "truncated input: $status"
status=0; python None < cut.jpg > cut.slw 2> own.err || status=$?
[ $status = 65 ] && [ "$(wc -l < own.err)" = 1 ] || fail "its own sl-decode: $status, $(cat own.err)"
status=0; { sl-decode x.jpg | python '1 / 0' 2> /dev/null | sl-encode -o bad.png 2> last.err; } || status=$?
[ $status = 79 ] && [ ! -e bad.png ] && grep -q 'py.*division by zero' last.err || fail "an exception: $status, $(cat last.err)"
sl-decode x.jpg | python None 2> gone.err | head -c 100 > /dev/null
[ ! -s gone.err ] || fail "a closed reader was not quiet: $(cat gone.err)"

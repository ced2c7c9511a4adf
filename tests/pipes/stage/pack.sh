#!/bin/bash
# sl-pack: what comes out of sl-decode behind it is what went in, in every format and kind of stream.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
vectors="$SL_SOURCE/tests/data/wire"
records() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/all_records.py" "$@"; }
for name in every-format interlaced attachments events hostile-samples picture-and-sound damaged packets stopped writers; do
  records "$vectors/$name.slw" > before
  sl-pack "$vectors/$name.slw" > packed.slw
  records packed.slw > packed
  sl-decode --packets packed.slw | records > after
  cmp -s before after || fail "$name changed: $(diff before after | head -4)"
  [ "$name" = packets ] || grep -q '"codec": "sl-lossless"' packed || fail "$name is not packed"
done

# Any stage unpacks, without a word, also one that takes packets; a stage that looks at no samples does not.
photo 640 480 photo.png
sl-decode photo.png > raw.slw
sl-pack raw.slw > packed.slw
[ $(($(stat -c %s packed.slw) * 100)) -lt $(($(stat -c %s raw.slw) * 80)) ] || fail "a photograph is not smaller"
hash() { sl-hash "$@" | cut -d ' ' -f 1; }
[ "$(hash raw.slw)" = "$(sl-pack photo.png | sl-tap --quiet | hash)" ] || fail "the pixels changed"
sl-pack raw.slw | sl-invert | sl-invert | sl-compare raw.slw - > compared || fail "sl-invert: $(cat compared)"
sl-pack raw.slw | sl-encode -o film.nut
sl-compare raw.slw film.nut > compared || fail "sl-encode: $(cat compared)"
sl-pack raw.slw | sl-pack | records | grep -c sl-lossless | grep -qx 1 || fail "packed twice"

# Damage is one line with frame and row, and no file; with --salvage it is marked.
"$SL_PYTHON" - << 'END'
data = bytearray(open("packed.slw", "rb").read())
data[len(data) // 2] ^= 1
open("hurt.slw", "wb").write(data)
END
expect_status 65 sl-invert hurt.slw -o hurt.png 2> hurt.err
one_line hurt.err 'sl-lossless: damaged in frame 0, row [0-9]*: its bytes do not unpack'
absent hurt.png
sl-decode --salvage hurt.slw 2> salvaged.err | records > salvaged
grep -q '^samples 1 damaged ' salvaged || fail "nothing is marked"
one_line salvaged.err 'damaged in frame 0'
head -c 100000 packed.slw > cut.slw
expect_status 65 sl-hash cut.slw 2> cut.err
one_line cut.err 'cut.slw'

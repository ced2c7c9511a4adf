#!/bin/bash
# sl-info --get: bare values of pictures, wires and films, and names that are missing.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 290 443 x.jpg
exiftool -q -overwrite_original -EXIF:DateTimeOriginal='2026:11:21 15:40:33' -EXIF:Model='a "b" c' x.jpg

is() {  # NAME VALUE FILE
  [ "$(sl-info --get "$1" "$3")" = "$2" ] || fail "$1 of $3 is $(sl-info --get "$1" "$3"), not $2"
}
is width 290 x.jpg
is tracks.1.height 443 x.jpg
is size "$(stat -c %s x.jpg)" x.jpg
is pixels yuv420p x.jpg
is format JPEG x.jpg
is exif.camera 'a "b" c' x.jpg
is exif.DateTimeOriginal 2026-11-21T15:40:33 x.jpg
sl-decode x.jpg > x.slw
is stages.1.tool sl-decode x.slw
[ "$(sl-invert x.jpg | sl-info --get height)" = 443 ] || fail "of a pipe"

sl-pattern --duration 2s --rate 25 --sound click --size 64x48 -o film.mp4
is width 64 film.mp4
is rate 25/1 film.mp4
is tracks.2.kind audio film.mp4
is duration "$(sl-info --json film.mp4 | "$SL_PYTHON" -c 'import json, sys; print(json.load(sys.stdin)["container"]["duration"])')" film.mp4

for file in x.jpg x.slw film.mp4; do
  for name in nothing exif.Nothing tracks.9.width tracks.0.width width.height ''. . ..; do
    expect_status 65 sl-info --get "$name" $file 2> missing.err > missing.txt
    one_line missing.err "$file: has no \"$name\""
  done
done
expect_status 64 sl-info --get width --json x.jpg 2> usage.err > usage.txt

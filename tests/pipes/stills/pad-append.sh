#!/bin/bash
# sl-pad and sl-append: the pixels of other programs, films, orientation tags, and wrong arguments.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 96 64 x.png
photo 41 30 y.png
for picture in x y; do ffmpeg -v error -i $picture.png -pix_fmt rgb24 $picture.ppm; done
pads() {
  sl-pad $1 x.png | sl-encode .ppm > own.ppm
  ffmpeg -v error -y -i x.ppm -vf "$2" other.ppm
  cmp own.ppm other.ppm || fail "sl-pad $1"
}
pads 150x100 pad=150:100:27:18
pads "150x100+5+7 --color red" pad=150:100:5:7:red
pads "+4x6 --color #102030" pad=104:76:4:6:0x102030
pads "16:9 --gravity east" pad=114:64:18:0
pads "150x100+20+10 --fill mirror --gravity southeast" pad=150:100:34:26,fillborders=34:20:26:10:mirror
pads "150x100 --fill edge" pad=150:100:27:18,fillborders=27:27:18:18:smear
sl-pad 200x100 --fill blur x.png | sl-crop 96x64 | sl-encode .ppm > own.ppm
cmp own.ppm x.ppm || fail "the picture on its blurred copy"
sl-pad 120x80 --color transparent x.png | sl-info - | grep -q rgba || fail "transparent"
expect_status 64 sl-pad 90x90 x.png 2> small.err > none.slw
one_line small.err "no room for the picture, which is 96x64"
expect_status 64 sl-pad 5 x.png 2> usage.err > none.slw
one_line usage.err "1920x1080"

# A row and a column; a still beside a film; what a list names.
sl-append x.png y.png | sl-encode .ppm > own.ppm
ffmpeg -v error -y -i x.ppm -i y.ppm -filter_complex '[1]pad=41:64:0:17[b];[0][b]hstack' other.ppm
cmp own.ppm other.ppm || fail "a row"
printf '%s\n' x.png y.png > list
sl-append --column --gravity west --color white --space 2 --files-from list | sl-encode .ppm > own.ppm
ffmpeg -v error -y -i x.ppm -i y.ppm -filter_complex '[0]pad=96:66:0:0:white[a];[1]pad=96:30:0:0:white[b];[a][b]vstack' other.ppm
cmp own.ppm other.ppm || fail "a column"
printf 'x.png\0y.png\0' | sl-append -0 --files-from - | sl-info - | grep -q ' 137x64 ' || fail "a list with zeros"
sl-pattern --frames 3 --size 64x48 > film.slw
sl-append y.png film.slw | sl-info --json --frames - > joined.json
grep -q '"frames": *3' joined.json && grep -q '"width": *105' joined.json || fail "a still beside a film: $(cat joined.json)"
sl-append film.slw <(sl-pattern --frames 5 --size 64x48) | sl-info --json --frames - | grep -q '"frames": *3' ||
  fail "the shortest ends it"
expect_status 66 sl-append --files-from missing 2> missing.err > none.slw
# Sound that comes before the first picture is the first film's.
sl-pattern --size 32x24 --duration 1s --sound click -o film.mp4
sl-append film.mp4 film.mp4 > films.slw
[ "$(sl-info --get width films.slw)" = 64 ] || fail "two films: $(sl-info films.slw)"
sl-track audio films.slw | sl-encode .wav > films.wav
sl-decode --audio film.mp4 | sl-encode .wav > film.wav
cmp films.wav film.wav || fail "the sound is another one"

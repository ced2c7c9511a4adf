#!/bin/bash
# sl-batch: names and fields, odd names, bad pictures among good ones, in place, what is newer, other formats, usage.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
needs exiftool
mkdir in
for i in $(seq 1 12); do test-photo 160 120 $i | sl-encode -o in/p$i.jpg; done

# As one pipeline for each, with any number of pipelines; folders are made.
sl-batch -o 'out/{stem}.webp' 'sl-thumbnail 64 | sl-flip vertical' -- in/*.jpg 2> first.err
[ ! -s first.err ] || fail "$(cat first.err)"
for i in $(seq 1 12); do
  sl-thumbnail 64 in/p$i.jpg | sl-flip vertical | sl-encode .webp > one.webp
  cmp one.webp out/p$i.webp || fail "picture $i"
done
sl-batch -j 1 -o 'one/{stem}.webp' 'sl-thumbnail 64 | sl-flip vertical' -- in/*.jpg
sl-batch -j 7 -o 'many/{stem}.webp' 'sl-thumbnail 64 | sl-flip vertical' -- in/*.jpg
diff -r out one && diff -r out many

# Up to date: skipped. An input that changes is done again.
touch -d '2001-02-03 04:05:06' out/p3.webp
sl-batch -o 'out/{stem}.webp' 'sl-thumbnail 64 | sl-flip vertical' -- in/*.jpg 2> again.err
one_line again.err "1 written, 11 skipped"

# Fields.
touch -d '2001-02-03 04:05:06' in/p1.jpg
sl-batch -o 'f/{n}-{{{stem}}}-{ext}-{date:%Y_%m}-{width}x{height}.png[bits=8]' 'sl-resize 40x' -- in/p2.jpg in/p1.jpg 2> fields.err || true
ls f > names.txt
grep -qx '1-{p2}-jpg-[0-9_]*-40x30.png' names.txt && grep -qx '2-{p1}-jpg-2001_02-40x30.png' names.txt || fail "fields: $(cat names.txt fields.err)"
sl-batch -o '{dir}/{stem}-{date}.bmp' sl-encode -- in/p1.jpg
same_pixels in/p1.jpg in/p1-2001-02-03.bmp 0
# The date is when a picture or a film was taken, if it says so.
mkdir dated
cp in/p1.jpg dated/shot.jpg && exiftool -q -overwrite_original -DateTimeOriginal='2019:05:06 23:59:58' dated/shot.jpg
ffmpeg -v error -f lavfi -i testsrc=d=0.1:s=32x32 -metadata creation_time=2018-03-04T12:00:00Z dated/film.mp4
cp in/p1.jpg dated/plain.jpg && touch -d '2001-02-03 04:05:06' dated/plain.jpg
sl-batch -o 'by/{date:%Y}/{stem}-{date:%m%d}.png' 'sl-select --frame 0' -- dated/*
[ "$(cd by && echo */*)" = "2001/plain-0203.png 2018/film-0304.png 2019/shot-0506.png" ] || fail "dates: $(cd by && echo */*)"

# Names of any kind, from a list.
mkdir odd
for name in 'a b' '-dash' 'new
line' '[brackets]' "quote'\"" '100%d' 'ü' '{stem}' 'star*' '#hash' '$HOME' '~'; do cp in/p4.jpg "odd/$name.jpg"; done
(cd odd && find . -name '*.jpg' -printf '%P\0' | sl-batch -0 --files-from - -o 'small}/{stem}.png' 'sl-shrink 2' 2> list.err || true)
one_line odd/list.err "brace without its partner"
(cd odd && find . -name '*.jpg' -printf '%P\0' | sl-batch -0 --files-from - -o 'small/{stem}.png' 'sl-shrink 2')
[ "$(find odd/small -name '*.png' | tr '\n' ' ' | grep -o png | wc -l)" = 12 ] || fail "odd names: $(ls -b odd/small)"
[ -f 'odd/small/new
line.png' ] && [ -f odd/small/-dash.png ] && [ -f 'odd/small/[brackets].png' ] || fail "odd names: $(ls -b odd/small)"

# Bad ones are left out, and listed at the end; their neighbours are done.
mkdir bad
cp in/p[1-9].jpg bad
head -c 3000 in/p5.jpg > bad/p2.jpg
head -c 300 in/p5.jpg > bad/p4.jpg
: > bad/p6.jpg
echo "no picture at all" > bad/p8.jpg
expect_status 65 sl-batch -j 1 -o 'good/{stem}.png' 'sl-thumbnail 32' -- bad/*.jpg bad/missing.jpg 2> bad.err
[ "$(ls good | xargs)" = "p1.png p3.png p5.png p7.png p9.png" ] || fail "neighbours: $(ls good)"
for i in 2 4 6 8; do grep -q "sl-batch: .*bad/p$i.jpg" bad.err || fail "no line for $i: $(cat bad.err)"; done
grep -q 'bad/missing.jpg: No such file' bad.err && grep -q '5 written, 0 skipped (newer than their input), 5 failed' bad.err || fail "$(cat bad.err)"

# One that a stage refuses costs none of its neighbours either.
sl-pattern red --size 30x20 -o bad/p2.jpg
rm bad/p4.jpg bad/p6.jpg bad/p8.jpg
status=0
sl-batch -j 1 -o 'crop/{stem}.png' 'sl-crop 100x100+40+10' -- bad/*.jpg 2> crop.err || status=$?
[ "$status" != 0 ] && [ "$(ls crop | wc -l)" = 5 ] || fail "a stage that refuses: $status $(ls crop; cat crop.err)"
grep -q 'bad/p2.jpg: sl-' crop.err || fail "$(cat crop.err)"

# A stage that makes one stream of all gets each input alone.
sl-batch -o 'joined/{stem}.webp' 'sl-concat --rate 2' -- in/p?.jpg
for i in 1 5 9; do
  sl-concat --rate 2 in/p$i.jpg | sl-encode .webp > one.webp
  cmp one.webp joined/p$i.webp || fail "sl-concat in a batch: $i"
done

# In place: mode and times stay; a failure leaves the old file.
cp in/p1.jpg in/p2.jpg bad/
chmod 640 bad/p1.jpg
touch -d '2002-03-04 05:06:07' bad/p1.jpg
cp bad/p3.jpg was.jpg
head -c 2000 was.jpg > bad/p3.jpg
cp bad/p3.jpg cut.jpg
expect_status 65 sl-batch -o '{path}' --keep-time 'sl-resize 50% | sl-encode -Q 60' -- bad/p1.jpg bad/p3.jpg 2> place.err
[ "$(stat -c '%a %y' bad/p1.jpg | cut -c 1-23)" = "640 2002-03-04 05:06:07" ] || fail "in place: $(stat -c '%a %y' bad/p1.jpg)"
sl-info bad/p1.jpg | grep -q 80x60 || fail "in place: $(sl-info bad/p1.jpg)"
cmp bad/p3.jpg cut.jpg
[ "$(find bad -name '.*' -type f | wc -l)" = 0 ] || fail "temporary files: $(ls -A bad)"

# Formats of helpers, film, wires: each in a pipeline of its own.
mkdir mixed
sl-encode -o mixed/a.tif in/p1.jpg
cat in/p1.jpg in/p2.jpg in/p3.jpg | sl-concat --rate 25 | sl-encode -o mixed/b.mkv
sl-decode in/p4.jpg > mixed/c.slw
cp in/p5.jpg mixed/d.jpg
sl-batch -o 'mixed/{stem}.{ext}.png' 'sl-thumbnail 50' -- mixed/*
[ "$(ls mixed/*.png | xargs)" = "mixed/a.tif.png mixed/b.mkv.png mixed/c.slw.png mixed/d.jpg.png" ] || fail "$(ls mixed)"
expect_status 64 sl-batch -o 'frames/{stem}.png' 'sl-shrink 2' -- mixed/b.mkv 2> frames.err
grep -q 'more than one picture' frames.err || fail "$(cat frames.err)"
absent frames/b.png
sl-batch -o 'film/{stem}.mp4' 'sl-decode --range 0:0.08s | sl-shrink 2' -- mixed/b.mkv 2> film.err || fail "$(cat film.err)"
sl-info film/b.mp4 | grep -q 80x60 || fail "film"

# Wrong usage is said before anything is started.
usage() {
  local pattern=$1
  shift
  expect_status 64 sl-batch "$@" 2> usage.err
  grep -q -- "$pattern" usage.err || fail "$pattern: $(cat usage.err)"
}
usage 'would both become' -o 'same/{stem}.png' 'sl-shrink 2' -- in/p1.jpg bad/p1.jpg
usage 'which is an input too' -o '{dir}/p2.jpg' 'sl-shrink 2' -- in/p1.jpg in/p2.jpg
(cd in && usage 'which is an input too' -o '{dir}/p2.jpg' 'sl-shrink 2' -- p1.jpg p2.jpg) || fail "./p2.jpg is p2.jpg"
usage 'has no suffix' -o 'x/{stem}' 'sl-shrink 2' -- in/p1.jpg
usage '{name}' -o 'x/{name}.png' 'sl-shrink 2' -- in/p1.jpg
usage 'is no stage of streamlib' -o 'x/{stem}.png' 'rm -rf /' -- in/p1.jpg
usage 'joined by |' -o 'x/{stem}.png' 'sl-shrink 2; id' -- in/p1.jpg
usage 'lacks a stage' -o 'x/{stem}.png' 'sl-shrink 2 |' -- in/p1.jpg
usage 'sl-shrink' -o 'x/{stem}.png' 'sl-shrink none' -- in/p1.jpg
usage 'no known format' -o 'x/{stem}.xyz' 'sl-shrink 2' -- in/p1.jpg
usage 'no option "level"' -o 'x/{stem}.png[level=1]' 'sl-shrink 2' -- in/p1.jpg
usage 'no files' -o 'x/{stem}.png' 'sl-shrink 2'
usage '-o NAME is missing' 'sl-shrink 2' -- in/p1.jpg
[ ! -e x ] || fail "wrong usage made a folder"
sl-batch --progress json -o 'j/{stem}.png' 'sl-shrink 2' -- in/*.jpg 2> progress.err
tail -n 1 progress.err | grep -q '"done":12,"of":12,"failed":0' || fail "$(cat progress.err)"

# An interrupt ends all stages, and leaves whole files only.
sl-pattern red --duration 20s --size 64x48 -o long.mkv
sl-batch -j 1 -o 'stop/{stem}.mkv' sl-pace -- in/p1.jpg long.mkv 2> stop.err &
sleep 1
kill $!
expect_status 143 wait $!
one_line stop.err 'interrupted after 1 of 2'
[ "$(ls -A stop)" = p1.mkv ] || fail "left by an interrupt: $(ls -A stop)"

#!/bin/bash
# Names that are not UTF-8, hold control characters or are very long pass through messages and streams unharmed.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 64 48 x.jpg
latin=$'caf\xe9.jpg'
cp x.jpg "$latin"
sl-decode "$latin" | sl-invert | sl-encode -o latin.png || fail "Latin-1"
sl-encode -o $'\xff\xfe.png' "$latin" && [ -s $'\xff\xfe.png' ] || fail "Latin-1 output"
status=0; { sl-decode $'no\xff\e[31m.jpg' 2> own.err | sl-invert | sl-encode -o out.png 2> last.err; } || status=$?
[ $status = 79 ] || fail "status $status"
one_line own.err 'no\\xff\\x1b\[31m.jpg: No such file'
one_line last.err 'sl-decode on .*No such file'
! grep -q $'\e' own.err last.err || fail "an escape sequence came through"
long=$(printf 'x%.0s' {1..100000})
status=0; { sl-decode "$long" 2> own.err | sl-encode -o out.png 2> last.err; } || status=$?
[ $status = 79 ] || fail "status $status"
one_line own.err 'xxxx'
one_line last.err 'sl-decode on .*xxxx'
[ "$(wc -c < last.err)" -lt 1200 ] || fail "a line without end"
sl-decode "$(printf './%.0s' {1..2000})x.jpg" | sl-encode -o long.png || fail "a long path"
absent out.png
# Brackets and percent signs: in names of files and folders, of pictures, film and wires, written, in place and read, with
# options and without.
for name in 'IMG[1]' '[1]' 'x[' 'x]' 'x[a="b]' 'my%20dog' '%3d%0d%0Ad' "it's \$(x)" '-[x]' 'a\b*?'; do
  for folder in plain 'with [2] %20d %d'; do
    mkdir -p "$folder"
    for file in "$folder/$name.jpg" "$folder/$name.mkv" "$folder/$name.slw"; do
      sl-encode -q -o "$file" x.jpg || fail "writing $file"
      [ -f "$file" ] || fail "$file became $(ls "$folder")"
      sl-invert "$file" -o "$file" || fail "$file in place"
      [[ $file == *.mkv ]] || sl-decode "$file[no-orient]" > out.slw || fail "reading $file with an option"
      sl-decode "$file" > out.slw || fail "reading $file"
    done
    sl-decode "$folder/$name.jpg[shrink=2]" | sl-encode -o half.ppm
    [ "$(head -c 8 half.ppm | tr '\n' ' ')" = "P6 32 24" ] || fail "$name with [shrink=2]"
    sl-encode -o "$folder/$name.jpg[Q=20]" x.jpg && sl-encode -o "$folder/20.jpg" -Q 20 x.jpg || fail "$name with [Q=20]"
    cmp "$folder/$name.jpg" "$folder/20.jpg" || fail "$name with [Q=20]"
    [ "$(ls "$folder" | wc -l)" = 4 ] || fail "$name made other files: $(ls "$folder")"
    rm -r "$folder"
  done
done
# A field for the number is %d or %0Nd, and %% is a percent sign, unless there is a file of this very name.
mkdir fields && cd fields
while read -r given made; do
  cat ../x.jpg | sl-encode -o "$given.png" || fail "$given"
  [ "$(ls)" = "$made.png" ] || fail "$given.png became $(ls), not $made.png"
  rm ./*
done << 'END'
%d 1
a%03db a001b
%09d 000000001
%012d 000000000001
100%% 100%
50%%d 50%d
%d%% 1%
%%%d%%d %1%d
%%%% %%
%20d%d %20d1
END
cp ../x.jpg '50%%d.png' && sl-invert '50%%d.png' -o '50%%d.png' && [ "$(ls)" = '50%%d.png' ] || fail "in place: $(ls)"
expect_status 64 sl-encode -o '%d-%02d.png' ../x.jpg 2> two.err; one_line two.err 'two fields'
cd ..
# An empty name, of a variable that was not set, is an error: it is not standard input, and no other argument takes its place.
cp x.jpg kept.jpg
for command in 'sl-invert "" -o y.png' 'sl-decode ""' 'sl-decode "[shrink=2]"' 'sl-encode -o "" kept.jpg' 'sl-encode --output= kept.jpg' \
  'sl-encode "" kept.jpg' 'sl-join x.jpg ""' 'sl-concat "" x.jpg' 'sl-info ""' 'sl-info --index "" x.jpg' 'sl-hls ""' 'sl-hls y --to "" x.jpg' \
  'sl-invert x.jpg -o ""' 'sl-tap --json "" x.jpg'; do
  printf 'first\nsecond\n' | { read -r _; status=0; eval "$command" > out.slw 2> own.err || status=$?; [ $status = 64 ] || fail "$command: $status"
    one_line own.err 'empty\|has no name'; read -r rest && [ "$rest" = second ] || fail "$command reads standard input"; }
  cmp -s x.jpg kept.jpg && [ ! -e y.png ] && [ ! -e y ] || fail "$command wrote something"
done

#!/bin/bash
# An error in a plug-in is reported in one line with its name; no file is left.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
mkdir formats
printf '%s\n' 'name = Bad' 'extensions = bad' 'magic = 0 42 41 44' 'decode = bad' 'encode = bad' > formats/bad.format
export SL_FORMATS=$PWD/formats
photo 97 61 x.png
photo 1500 1000 large.ppm
echo BAD > x.bad
script() { printf '#!/bin/bash\n%s\n' "$1" > formats/bad && chmod +x formats/bad; }

for way in 'exit 1' 'exit 0' 'kill -9 $$' 'head -c 5 > /dev/null; exit 1' 'printf "\211SL"; kill -9 $$'; do
  script "$way"
  expect_status 79 sl-decode x.bad > wire 2> decode.err
  one_line decode.err 'sl-decode: .*\(Bad\|the stage before\)'
  for picture in x.png large.ppm; do
    expect_status 79 sl-encode -o out.bad $picture 2> encode.err
    one_line encode.err 'sl-encode: Bad.*encoder'
    absent out.bad
    expect_status 79 sl-encode .bad $picture > redirected 2> encode.err
    [ ! -s redirected ] || fail "half a file is left at > ($way)"
  done
done
script 'echo "bad: my own words" >&2; exit 65'
expect_status 65 sl-decode x.bad > wire 2> decode.err
one_line decode.err 'my own words'
status=0; { sl-decode x.bad 2> /dev/null | sl-encode -o out.png 2> last.err; } || status=$?
[ $status = 79 ] || fail "status $status"
one_line last.err 'sl-encode: .*'
rm formats/bad
expect_status 72 sl-decode x.bad > wire 2> decode.err
one_line decode.err 'bad.format.*formats/bad'
printf 'extensions' > formats/bad.format
expect_status 72 sl-decode x.bad > wire 2> decode.err
one_line decode.err 'bad.format:1: '
expect_status 64 env SL_FORMATS= sl-encode -o out.bad x.png 2> encode.err
one_line encode.err 'no known format'

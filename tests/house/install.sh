#!/bin/bash
# An installation is sufficient: both examples are built against it, one by CMake and one by pkg-config, and run in a pipe.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
prefix=$PWD/prefix
cmake --install "$SL_BUILD" --prefix "$prefix" > install.log || fail "cmake --install: $(tail -3 install.log)"
photo 290 442 in.jpg
test-photo 290 442 7 | sl-encode -o other.jpg

PATH=$prefix/bin:/usr/bin:/bin
cmake -S "$SL_SOURCE/examples/sl-posterize" -B posterize -G Ninja -DCMAKE_PREFIX_PATH="$prefix" > cmake.log 2>&1 &&
  cmake --build posterize >> cmake.log 2>&1 || fail "find_package: $(cat cmake.log)"
pc=$(dirname "$(find "$prefix" -name streamlib.pc)")
flags=$(PKG_CONFIG_PATH=$pc pkg-config --cflags --libs streamlib) || fail "pkg-config knows no streamlib"
g++ -std=c++20 -Wall -Wextra -Werror "$SL_SOURCE/examples/custom-source-target/soften.cpp" $flags -o soften

set -o pipefail
posterize/sl-posterize --levels 2 < in.jpg | sl-encode .ppm > two.ppm
[ "$(tail -c +16 two.ppm | od -An -v -t u1 -w1 | sort -u | tr -d ' \n')" = 0255 ] || fail "two levels are not 0 and 255"

sl-decode in.jpg | ./soften | posterize/sl-posterize | ./soften | sl-encode -o piped.png
sl-decode in.jpg > in.slw
./soften in.slw > from-file.slw
cat in.slw | ./soften > from-pipe.slw
sl-encode .ppm from-file.slw > from-file.ppm
sl-encode .ppm from-pipe.slw > from-pipe.ppm
cmp from-file.ppm from-pipe.ppm
sl-encode .ppm in.slw > plain.ppm
! cmp -s plain.ppm from-file.ppm || fail "soften changed nothing"

# The filters of docs/writing-a-filter.md.
cmake -S "$SL_SOURCE/examples/filters" -B filters -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_FLAGS="-Wall -Wextra -Werror" > filters.log 2>&1 &&
  cmake --build filters -j 2 >> filters.log 2>&1 || fail "the filters: $(tail -30 filters.log)"
differs() { expect_status 1 sl-compare in.jpg "$1" > differs.txt; }
filters/sl-gamma --gamma 1.5 in.jpg -o gamma.png && differs gamma.png
filters/sl-dilate --radius 2 in.jpg -o thick.png && differs thick.png
filters/sl-square in.jpg -o square.png && sl-info --get height square.png | grep -qx 290 || fail "sl-square: $(sl-info square.png)"
filters/sl-watermark --opacity 1 in.jpg other.jpg -o marked.png && expect_status 1 sl-compare --fuzz 1 marked.png in.jpg > marked.txt
filters/sl-watermark --opacity 0 in.jpg other.jpg | sl-compare - in.jpg > marked.txt || fail "sl-watermark of nothing: $(cat marked.txt)"
sl-concat --rate 2 in.jpg other.jpg | filters/sl-trails > trails.slw
sl-compare <(sl-select --frame 0 trails.slw) in.jpg > trails.txt || fail "the first picture has no trail: $(cat trails.txt)"
sl-compare <(sl-select --frame 1 trails.slw) other.jpg > trails.txt && fail "the second picture has no trail"

expect_status 76 ./soften in.jpg 2> foreign.err > foreign.slw
one_line foreign.err 'put sl-decode in front'

# A failure upstream goes through a program that is no sl::Tool.
set +o pipefail
expect_status 79 bash -c 'set -o pipefail; head -c 3000 in.jpg | sl-decode 2> first.err | ./soften 2> soften.err | sl-encode -o cut.png 2> last.err'
one_line last.err sl-decode
absent cut.png

for file in bin/sl-decode share/man/man1/sl-invert.1 share/bash-completion/completions/sl-encode share/zsh/site-functions/_sl-encode \
    share/fish/vendor_completions.d/sl-encode.fish share/doc/streamlib/LICENSE libexec/streamlib/sl-serve \
    share/streamlib/player/page.html share/streamlib/player/hls.min.js share/streamlib/player/hls.js-LICENSE; do
  [ -s "$prefix/$file" ] || fail "$file is not installed"
done

#!/bin/bash
# An installation is sufficient: both examples are built against it, one by CMake and one by pkg-config, and run in a pipe.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
prefix=$PWD/prefix
cmake --install "$SL_BUILD" --prefix "$prefix" > install.log || fail "cmake --install: $(tail -3 install.log)"
photo 290 442 in.jpg

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

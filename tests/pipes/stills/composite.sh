#!/bin/bash
# sl-composite of stills: numpy in float64, places, sizes, layouts, colours, wrong options.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
"$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/layers.py" > /dev/null || fail "numpy has other pixels"

photo 96 64 x.png
photo 40 30 y.png
for picture in x y; do ffmpeg -v error -i $picture.png -pix_fmt rgb24 $picture.ppm; done
same() {  # FILTER ARGUMENT...: as FFmpeg's overlay
  ffmpeg -v error -y -i x.ppm -i y.ppm -filter_complex "$1" -pix_fmt rgb24 other.ppm
  sl-composite x.ppm "${@:2}" | sl-encode .ppm > own.ppm
  cmp own.ppm other.ppm || fail "sl-composite ${*:2}"
}
same 'overlay=10:20:format=gbrp' 'y.ppm[x=10,y=20]'
same 'overlay=-7:50:format=gbrp' 'y.ppm[x=-7,y=50]'
same 'overlay=W-w-5:H-h-4:format=gbrp' --layer y.ppm 'gravity=southeast,x=5,y=4'
same 'overlay=(W-w)/2+3:0:format=gbrp' 'y.ppm[gravity=north,x=3]'
same '[1]crop=20:10:4:6[c];[0][c]overlay=8:8:format=gbrp' 'y.ppm[crop=20x10+4+6,x=8,y=8]'
same 'overlay=200:0:format=gbrp' 'y.ppm[x=200]'
same 'copy' 'y.ppm[visible=no]'
same 'copy' 'y.ppm[z=-1]'
same 'copy' 'y.ppm[opacity=0]'
sl-composite --layout grid x.ppm x.ppm x.ppm x.ppm | sl-encode .ppm > own.ppm
ffmpeg -v error -y -i x.ppm -filter_complex '[0]split=4[a][b][c][d];[a][b][c][d]xstack=inputs=4:layout=0_0|w0_0|0_h0|w0_h0' -pix_fmt rgb24 other.ppm
cmp own.ppm other.ppm || fail "a grid"
[ "$(sl-composite --layout side-by-side x.png y.png | sl-info --get width -)" = 180 ] || fail "side by side"
sl-composite --layout pip x.png y.png -o pip.png
sl-composite x.png 'y.png[width=24,gravity=southeast,x=2,y=2]' -o same.png
sl-compare pip.png same.png > /dev/null || fail "picture in picture"
[ "$(sl-composite --size 120x80 x.png | sl-info --get width -)" = 120 ] || fail "--size"
sl-resize 20x15 y.png -o small.png
sl-composite x.png 'y.png[width=20]' -o fitted.png
sl-composite x.png small.png -o same.png
sl-compare fitted.png same.png > /dev/null || fail "a width"

# A layer in other colours is what sl-convert makes of it; an orientation tag turns it.
sl-convert --to p3 y.png -o p3.png
sl-composite x.png p3.png -o p3-on-srgb.png
sl-composite x.png y.png -o same.png
same_pixels p3-on-srgb.png same.png 2
sl-convert --to pq --depth 16 x.png -o hdr.slw
sl-convert --to pq --depth 16 y.png -o layer.slw
sl-composite hdr.slw y.png -o one.slw
sl-composite hdr.slw layer.slw -o two.slw
sl-compare --fuzz 0.01 one.slw two.slw > /dev/null || fail "a layer over HDR is rounded to 8 bits"
# The same from standard input, a FIFO and the shell's descriptors.
mkfifo fifo
sl-decode y.png > fifo &
sl-composite x.png 'fifo[x=5]' -o one.png
sl-composite x.png '-[x=5]' -o two.png < y.png
sl-composite <(cat x.png) --layer <(sl-decode y.png) x=5 -o three.png
for n in two three; do sl-compare one.png $n.png > /dev/null || fail "input $n"; done

expect_status 64 sl-composite x.png 'y.png[opacity=2]' 2> usage.err > none.slw
one_line usage.err 'opacity: "2" is no number from 0 to 1'
expect_status 64 sl-composite x.png 'y.png[blend=mutliply]' 2> usage.err > none.slw
one_line usage.err 'multiply'
expect_status 64 sl-composite --master z x.png y.png 2> usage.err > none.slw
one_line usage.err '"z" is no layer; there are x, y'
expect_status 64 sl-composite x.png 'y.png[opacty=1]' 2> usage.err > none.slw
grep -q 'opacty' usage.err || fail "a key that nobody knows"
expect_status 64 sl-composite x.png fifo fifo 2> usage.err > none.slw
one_line usage.err 'two layers read the same pipe, fifo'
expect_status 66 sl-composite x.png missing.png 2> missing.err > none.slw
one_line missing.err missing.png
sl-composite x.png 'missing.png[required=no]' -o without.png 2> lost.err
one_line lost.err 'layer missing, input 2 (missing.png), is lost'
sl-compare x.png without.png > /dev/null || fail "without a layer that is not required"

#!/bin/bash
# sl-info of a folder and of several files: a line about each, in order; a file that fails costs the others nothing.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
mkdir folder
photo 64 48 folder/a.jpg
sl-encode -o folder/b.tif folder/a.jpg
sl-encode -o 'folder/c d.webp' folder/a.jpg
ffmpeg -v error -f lavfi -i testsrc=size=64x48:rate=10:duration=1 folder/e.mkv
echo hidden > folder/.hidden
sl-info folder > lines
[ "$(wc -l < lines)" = 4 ] || fail "lines: $(cat lines)"
sed -n 1p lines | grep -q "^folder/a.jpg: JPEG, 64x48 yuv420p, $(stat -c %s folder/a.jpg) bytes" || fail "JPEG: $(cat lines)"
sed -n 2p lines | grep -q "^folder/b.tif: TIFF, 64x48 rgb24, compression: deflate, " || fail "TIFF: $(cat lines)"
sed -n 3p lines | grep -q "^folder/c d.webp: WebP, 64x48 " || fail "WebP: $(cat lines)"
sed -n 4p lines | grep -q "^folder/e.mkv: Matroska / WebM, 64x48 h264, 1 s, " || fail "film: $(cat lines)"
[ "$(sl-info --get width folder/a.jpg folder/b.tif)" = "folder/a.jpg: 64
folder/b.tif: 64" ] || fail "--get"
[ "$(sl-info --json folder | grep -c '^{"input":"folder/')" = 4 ] || fail "--json"
echo nothing > folder/b.jpg
expect_status 65 sl-info folder > lines 2> bad.err
one_line bad.err "folder/b.jpg: "
[ "$(wc -l < lines)" = 4 ] || fail "after a failure: $(cat lines)"
expect_status 66 sl-info folder/a.jpg missing.jpg > lines 2> missing.err
one_line missing.err "missing.jpg"
[ "$(wc -l < lines)" = 1 ] || fail "a missing file: $(cat lines)"
expect_status 64 sl-info --frames folder 2> usage.err
one_line usage.err "frames is for one input"
mkdir none
[ -z "$(sl-info none)" ] || fail "an empty folder"

#!/bin/bash
# Formats that other programs read: FITS, PSD, NIfTI, DICOM by their description files, and what a missing program says.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
photo 40 30 a.png
sl-encode .ppm a.png > a.ppm
if command -v convert > /dev/null; then
  convert a.png a.psd
  sl-decode a.psd | sl-encode .ppm | cmp - a.ppm || fail "PSD"
  cat a.psd | sl-decode | sl-encode .ppm | cmp - a.ppm || fail "PSD from a pipe"
  head -c 60 a.psd > cut.psd
  expect_status 65 sl-encode -o cut.png cut.psd 2> cut.err
  one_line cut.err "PSD: "
  absent cut.png
fi
if vips -l 2> /dev/null | grep -q fitsload; then
  python3 - << 'END'
import struct
cards = ["SIMPLE  =                    T", "BITPIX  =                  -32", "NAXIS   =                    2",
         "NAXIS1  =                    3", "NAXIS2  =                    2", "END"]
data = struct.pack(">6f", 0.25, 1e6, -3, 2, 5, 6)
open("a.fits", "wb").write("".join(card.ljust(80) for card in cards).ljust(2880).encode() + data.ljust(2880, b"\0"))
END
  # The first row is the lowest one, as in PFM.
  [ "$(sl-decode a.fits | sl-encode .pfm | tail -c 24 | od -An -tf4 | tr -s ' \n' ' ')" = " 0.25 1e+06 -3 2 5 6 " ] || fail "FITS: floats"
fi
python3 - << 'END'
import struct
head = bytearray(352)
struct.pack_into("<i8h", head, 0, 348, *[0] * 8)
struct.pack_into("<8h", head, 40, 3, 3, 2, 2, 1, 1, 1, 1)
struct.pack_into("<2h", head, 70, 4, 16)
struct.pack_into("<3f", head, 108, 352, 2, 1)
head[344:348] = b"n+1\0"
open("a.nii", "wb").write(bytes(head) + struct.pack("<12h", *range(-3, 9)))
END
sl-decode a.nii | sl-encode -o 'slice-%d.pfm'
[ "$(tail -c 24 slice-2.pfm | od -An -tf4 | tr -s ' \n' ' ')" = " 7 9 11 13 15 17 " ] || fail "NIfTI: $(tail -c 24 slice-2.pfm | od -An -tf4)"
# Packed by gzip, as most volumes are; other things in gzip are neither NIfTI nor SVG.
gzip -k a.nii
sl-decode a.nii.gz | sl-encode -o 'packed-%d.pfm'
cmp slice-2.pfm packed-2.pfm || fail "NIfTI in gzip"
gzip < a.ppm > other.gz
expect_status 65 sl-encode -q -o none.png other.gz 2> other.err
grep -q "NIfTI: gzip of something else" other.err || fail "other things in gzip"
head -c 60 a.nii.gz > cut.nii.gz
expect_status 65 sl-encode -q -o 'cut-%d.pfm' cut.nii.gz 2> cut.err
grep -q "NIfTI: its gzip is cut or damaged" cut.err || fail "cut gzip"
head -c 370 a.nii > cut.nii
expect_status 65 sl-encode -o 'cut-%d.pfm' cut.nii 2> cut.err
grep -q "NIfTI: truncated in slice 2 of 2\|NIfTI: truncated in slice 1 of 2" cut.err || fail "cut: $(cat cut.err)"
# A program that is not there.
mkdir bin
for name in bash dirname mktemp rm cat grep head cut; do ln -s "$(command -v $name)" bin/$name; done
starts() { # NAME EXTENSION PROGRAM PACKAGE: a file that begins with the bytes on standard input
  cat > "b.$2"
  expect_status 72 env PATH="$PWD/bin" "$(command -v sl-decode)" "b.$2" 2> missing.err > /dev/null
  one_line missing.err "$1: $3 is not installed: apt install $4"
}
printf 'SIMPLE  =                    T' | starts FITS fits vips libvips-tools
printf 'SQLite format 3\0' | starts OpenSlide svslide vips libvips-tools
printf 'gimp xcf v011\0' | starts XCF xcf convert imagemagick
printf '8BPS\0\1' | starts PSD psd convert imagemagick
{ head -c 128 /dev/zero; printf DICM; } | starts DICOM dcm dcmj2pnm dcmtk
{ head -c 344 /dev/zero; printf 'n+1\0'; } | starts NIfTI nii python3 python3
# sl-info becomes a helper in another folder, and finds them too.
[ "$(sl-info --get width a.nii)" = 3 ] || fail "sl-info"
if command -v img2dcm > /dev/null; then
  sl-encode -o a.jpg a.png
  img2dcm a.jpg a.dcm
  [ "$(sl-decode a.dcm | sl-info --get width)" = 40 ] || fail "DICOM"
fi

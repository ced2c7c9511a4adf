#!/bin/bash
# SVG and PDF in their helpers: sizes, backgrounds, pages, text, and nothing from outside the file.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
svg() { printf '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="20" viewBox="0 0 40 20">%s</svg>\n' "$1"; }
size_of() { sl-decode "$@" | sl-info --get width; }
if [ -x "$SL_BUILD/libexec/streamlib/sl-format-svg" ]; then
  svg '<rect width="20" height="20" fill="#ff0000"/>' > a.svg
  sl-decode a.svg | sl-encode .ppm > file.ppm
  cat a.svg | sl-decode | sl-encode .ppm | cmp - file.ppm || fail "a pipe changes the pixels"
  [ "$(size_of a.svg)" = 40 ] || fail "size"
  [ "$(size_of --scale 2.5 a.svg)" = 100 ] || fail "--scale"
  [ "$(size_of --width 1000 a.svg)" = 1000 ] || fail "--width"
  [ "$(size_of --height 60 a.svg)" = 120 ] || fail "--height"
  sl-decode --background blue a.svg | sl-encode .ppm | tail -c +14 > pixels
  [ "$(od -An -tu1 -N3 pixels) $(tail -c 3 pixels | od -An -tu1)" = " 255   0   0    0   0 255" ] || fail "--background: $(od -An -tu1 pixels | head -3)"
  gzip -k a.svg && sl-decode a.svg.gz | sl-encode .ppm | cmp - file.ppm || fail "svgz"
  # Pictures outside are not opened.
  photo 40 20 secret.png
  svg '' > empty.svg
  svg "<image width=\"40\" height=\"20\" xlink:href=\"file://$PWD/secret.png\"/><image width=\"40\" height=\"20\" xlink:href=\"secret.png\"/>" > reaching.svg
  cmp <(sl-decode empty.svg | sl-encode .pam) <(sl-decode reaching.svg | sl-encode .pam) || fail "a file outside was opened"
  svg "<image width=\"40\" height=\"20\" xlink:href=\"data:image/png;base64,$(base64 -w0 secret.png)\"/>" > own.svg
  cmp -s <(sl-decode empty.svg | sl-encode .pam) <(sl-decode own.svg | sl-encode .pam) && fail "a picture inside is not drawn"
  # Text needs a font of the system, which the sandbox permits.
  svg '<text x="2" y="15" font-size="14">Ag</text>' > text.svg
  if fc-list 2> /dev/null | grep -q .; then
    cmp -s <(sl-decode empty.svg | sl-encode .pam) <(sl-decode text.svg | sl-encode .pam) && fail "text is not drawn"
  fi
  head -c 100 a.svg > cut.svg
  expect_status 65 sl-encode -o cut.png cut.svg 2> cut.err
  one_line cut.err "cut.svg: SVG: "
  absent cut.png
  svg '<rect width="9999999999" height="9" fill="red"/>' | sed 's/width="40"/width="9999999999"/' > huge.svg
  expect_status 78 sl-encode -o huge.png huge.svg 2> huge.err
  one_line huge.err "huge.svg: SVG: "
fi
if [ -x "$SL_BUILD/libexec/streamlib/sl-format-pdf" ]; then
  python3 - << 'END'
def pdf(name, pages, extra=""):
    drawing = "1 0 0 rg 10 10 40 30 re f"
    objects = ["<</Type/Catalog/Pages 2 0 R>>",
               "<</Type/Pages/Kids[%s]/Count %d>>" % (" ".join("%d 0 R" % (4 + i) for i in range(pages)), pages),
               "<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing)]
    objects += ["<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d 72]/Contents 3 0 R/Resources<<>>>>" % (72 * (i + 1)) for i in range(pages)]
    text, table = "%PDF-1.4\n", "0000000000 65535 f \n"
    for n, body in enumerate(objects, 1):
        table += "%010d 00000 n \n" % len(text)
        text += "%d 0 obj%s\nendobj\n" % (n, body)
    start = len(text)
    text += "xref\n0 %d\n%strailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table, len(objects) + 1, extra, start)
    open(name, "w").write(text)
pdf("a.pdf", 2)
pdf("locked.pdf", 1, "/Encrypt<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -4>>/ID[<00><00>]" % ("41" * 32, "42" * 32))
END
  [ "$(size_of --page 1 a.pdf)" = 300 ] || fail "300 dpi"
  sl-info a.pdf | grep -q "pages: 2" || fail "sl-info counts the pages"
  [ "$(size_of --page 2 --dpi 100 a.pdf)" = 200 ] || fail "--page and --dpi"
  sl-decode --dpi 72 a.pdf | sl-encode -o 'page-%d.ppm'
  [ "$(head -c 9 page-1.ppm | tr '\n' ' ')$(head -c 10 page-2.ppm | tr '\n' ' ')" = "P6 72 72 P6 144 72 " ] || fail "pages: $(head -c 10 page-2.ppm)"
  tail -c +14 page-1.ppm | head -c 3 | od -An -tu1 | grep -q "255 255 255" || fail "paper"
  cat a.pdf a.pdf | sl-decode --dpi 72 | sl-encode .ppm | cmp - <(cat page-1.ppm page-2.ppm page-1.ppm page-2.ppm) ||
    fail "two documents on one pipe"
  expect_status 65 sl-encode -o locked.png locked.pdf 2> locked.err
  one_line locked.err "locked.pdf: PDF: encrypted"
  head -c 300 a.pdf > cut.pdf
  expect_status 65 sl-encode -o cut.png cut.pdf 2> cut.err
  one_line cut.err "cut.pdf: PDF: truncated"
  expect_status 64 sl-decode --page 9 a.pdf 2> page.err > /dev/null
  one_line page.err "a.pdf: PDF: no page 9 in 2 pages"
  absent locked.png cut.png
  if command -v pdftoppm > /dev/null; then
    pdftoppm -r 72 -f 1 -l 1 a.pdf > peer.ppm
    cmp page-1.ppm peer.ppm || fail "pdftoppm draws another page"
  fi
fi

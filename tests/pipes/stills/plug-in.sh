#!/bin/bash
# A format made of two shell scripts, described in a file: read and written like any other, from pipes and files.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
mkdir formats
printf '%s\n' '# A PPM with another first line.' 'name = Framed PPM' 'extensions = fppm' 'magic = 0 46 50 50 4D 0A' \
  'decode = fppm decode' 'encode = fppm encode' "reads = $SL_BUILD/bin" > formats/fppm.format
cat > formats/fppm << END
#!/bin/bash
set -o pipefail
export PATH=$SL_BUILD/bin:/usr/bin:/bin
if [ "\$1" = decode ]; then
  read -r line && exec sl-decode
else
  echo FPPM && exec sl-encode .ppm
fi
END
chmod +x formats/fppm
export SL_FORMATS=$PWD/formats
photo 97 61 x.png
sl-encode .ppm x.png > x.ppm

sl-encode -o x.fppm x.png
[ "$(head -c 4 x.fppm)" = FPPM ] || fail "the encoder did not run"
sl-encode .fppm x.png > redirected.fppm
sl-encode .fppm x.png | cat > piped.fppm
sl-tap --json /dev/null x.png -o filter.fppm
for file in redirected piped filter; do cmp x.fppm $file.fppm || fail "$file"; done

sl-decode x.fppm | sl-encode .ppm | cmp - x.ppm || fail "from a file"
sl-decode < x.fppm | sl-encode .ppm | cmp - x.ppm || fail "from a redirect"
cat x.fppm | sl-decode | sl-encode .ppm | cmp - x.ppm || fail "from a pipe"
(head -c 9 x.fppm; sleep 0.2; tail -c +10 x.fppm) | sl-invert | sl-invert | sl-encode .ppm | cmp - x.ppm || fail "from a slow pipe, by a filter"
sl-encode .ppm x.fppm | cmp - x.ppm || fail "by sl-encode"
cmp <(sl-info --json x.png | grep -o '"width":[0-9]*') <(sl-info --json x.fppm | grep -o '"width":[0-9]*') || fail "sl-info"

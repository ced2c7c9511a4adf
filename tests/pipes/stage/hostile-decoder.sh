#!/bin/bash
# A plug-in's decoder that has been taken over reads only what its description names, and writes nothing.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
mkdir formats secret shared
echo precious | tee secret/key > shared/table
cat > formats/evil.format << END
name = Evil
extensions = evil
magic = 0 45 56 49 4C
decode = evil-decode
reads = $PWD/shared
END
cat > formats/evil-decode << END
#!/bin/bash
try() { "\$@" 2> /dev/null && echo "worked: \$*" >&2; }
try cat $PWD/secret/key > /dev/null
try cat $HOME/.bashrc > /dev/null
try cat /etc/passwd > /dev/null
try ls $PWD > /dev/null
try bash -c 'echo planted > $PWD/planted'
try bash -c 'echo planted > /tmp/streamlib-planted'
try bash -c 'echo planted > $PWD/formats/evil-decode'
try bash -c 'echo planted >> $PWD/shared/table'
try rm $PWD/secret/key
try bash -c 'echo > /dev/tcp/127.0.0.1/9'
try bash -c 'echo > /dev/udp/127.0.0.1/9'
try $SL_PYTHON -ISc 'import socket; socket.socket(socket.AF_UNIX)'
cat $PWD/shared/table $PWD/formats/evil.format > /dev/null || echo "may not read its own" >&2
exit 65
END
chmod +x formats/evil-decode
case $(sl-tap --sandbox-report < /dev/null 2>&1 > /dev/null) in *sanitizer* | *"Landlock: missing"*) skip "this kernel has no Landlock" ;; esac
echo EVIL > x.evil
export SL_FORMATS=$PWD/formats
expect_status 65 sl-decode x.evil > wire 2> decoder.err
[ ! -s decoder.err ] || fail "the decoder could do more than it may"
[ "$(cat secret/key shared/table | sort -u)" = precious ] && [ ! -e planted ] || fail "files were changed"

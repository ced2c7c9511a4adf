#!/bin/bash
# Every writer of files, over a file that is there: mode, owner, ACL, extended attributes and links to it are kept. Without hard
# links or unnamed files, and after a kill, nothing else is left.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
photo 64 48 x.jpg
film frames=3 size=64x48 sound=s16le > x.slw
sl-encode -q -o x.mkv --codec ffv1 x.slw
writers="out.png out.slw out.mkv out-001.png out.index video.m3u8"
# write FILE [COMMAND...]: write the file, by its kind of writer. COMMAND runs it.
write() {
  local folder=${1%/*}
  case $1 in
    *-001.png) "${@:2}" sl-encode -o "$folder/out-%03d.png" x.jpg ;;
    *.mkv) "${@:2}" sl-encode -o "$1" --codec ffv1 x.slw ;;
    *.index) "${@:2}" sl-info --index "$1" x.mkv > info.txt ;;
    *.m3u8) "${@:2}" sl-hls -q "$folder" x.slw ;;
    *) "${@:2}" sl-encode -o "$1" x.jpg ;;
  esac
}
# attributes FILE: mode, owner, and extended attributes.
attributes() {
  stat -c '%a %u:%g' "$1"
  "$SL_PYTHON" -c 'import os, sys
for name in sorted(os.listxattr(sys.argv[1])): print(name, os.getxattr(sys.argv[1], name).hex())' "$1"
}
# An ACL: one user more may read (acl(5): version 2; owner rw, user 12345 r, group none, mask r, others none).
cat > set.py << 'END'
import os, struct, sys
name, kind = sys.argv[1:]
entries = [(1, 6, 2**32 - 1), (2, 4, 12345), (4, 0, 2**32 - 1), (16, 4, 2**32 - 1), (32, 0, 2**32 - 1)]
acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
for attribute, value in [("user.origin", b"camera\0two")] + [("system.posix_acl_access", acl)] * (kind == "acl"):
  try: os.setxattr(name, attribute, value)
  except OSError as error: print(attribute, error, file=sys.stderr)  # a file system without them
END
umask 022
mkdir new
for file in $writers; do
  write new/$file || fail "$file"
  [ "$(stat -c %a new/$file)" = 644 ] || fail "a new $file has mode $(stat -c %a new/$file)"
done
for kind in private readable acl owned; do
  [ $kind != owned ] || [ "$(id -u)" = 0 ] || continue
  for file in $writers; do
    mkdir -p $kind && echo old > $kind/$file
    "$SL_PYTHON" set.py $kind/$file $kind
    case $kind in private) chmod 600 $kind/$file ;; readable) chmod 664 $kind/$file ;; owned) chown 12345:12346 $kind/$file ;; esac
    attributes $kind/$file > before
    write $kind/$file 2> write.err || fail "$kind $file"
    attributes $kind/$file | cmp before - || fail "$kind: $file has other attributes: $(attributes $kind/$file), not $(cat before)"
    [ "$(head -c 3 $kind/$file)" != old ] || fail "$kind $file was not written"
    [ ! -s write.err ] || fail "$kind $file: a message"
  done
done
# Another name of the file keeps the old content, and a line says so.
for file in out.png out.slw out.mkv out-001.png out.index; do
  mkdir -p names && echo old > names/$file && ln names/$file names/other.$file
  write names/$file 2> write.err || fail "two names of $file"
  one_line write.err "names/$file\|$file: other names of the replaced file"
  [ "$(cat names/other.$file)" = old ] || fail "$file: the other name"
done
# Symbolic links, to a file that is there or not, in this folder or another one.
mkdir links far
for file in out.png out.slw out.mkv out-001.png out.index; do
  for to in here.$file ../far/there.$file "$PWD/far/new.$file" ../far/new2.$file chain.$file; do
    rm -f links/*; ln -sf ../far/last.$file links/chain.$file
    [[ $to == *new* ]] || echo old > links/$to
    ln -s "$to" links/$file
    write links/$file 2> write.err || fail "$file as a link to $to"
    [ -L links/$file ] || fail "$file is no link to $to any more"
    [ "$(head -c 3 links/$file)" != old ] || fail "$file, a link to $to, is still the old file"
    cmp -s links/$file new/$file || [[ $file == *.slw ]] || fail "$file, a link to $to, is another file"
  done
  ln -sf nowhere/x links/$file
  ! write links/$file 2> write.err && [ -L links/$file ] || fail "$file, a link into no folder"
  ln -sf $file links/$file
  ! write links/$file 2> write.err && [ -L links/$file ] || fail "$file, a link to itself"
done
# Without hard links, without unnamed files: the same, and nothing is left.
for how in --no-links --no-unnamed; do
  for file in $writers; do
    mkdir -p bare$how && echo old > new.txt
    write bare$how/$file test-old-kernel $how || fail "$file $how"
    chmod 600 bare$how/$file
    write bare$how/$file test-old-kernel $how || fail "$file $how, in place"
    [ "$(stat -c %a bare$how/$file)" = 600 ] || fail "$file $how: its mode"
    cmp -s bare$how/$file new/$file || [[ $file == *.slw || $file == *.m3u8 ]] || fail "$file $how is another file"
    [ -z "$(find bare$how -name '.*.tmp')" ] || fail "$file $how left $(ls -A bare$how)"
  done
done
# Killed when the new file gets its name: the old one stays, and the next run removes what was left.
for file in out.png out.slw out.mkv out-001.png out.index; do
  mkdir -p killed && echo old > killed/$file && chmod 600 killed/$file
  ! write killed/$file test-old-kernel --killed-renaming 2> write.err || fail "$file was not killed"
  [ "$(cat killed/$file)" = old ] || fail "$file: the old file is gone"
  write killed/$file || fail "$file after a kill"
  [ -z "$(find killed -name '.*.tmp')" ] || fail "$file left $(ls -A killed)"
done
# Several at once over the same file, with and without unnamed files.
for how in "" "test-old-kernel --no-unnamed"; do
  writers=()
  for _ in {1..8}; do write new/out.png $how & writers+=($!); done
  for writer in "${writers[@]}"; do wait "$writer" || fail "several at once $how"; done
  sl-decode new/out.png > /dev/null || fail "several at once $how"
done
[ -z "$(find . -name '.*.tmp')" ] || fail "something is left: $(find . -name '.*.tmp')"

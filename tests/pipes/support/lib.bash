# What the tests of pipes share: sourced first, by bash.
set -eu
exec {report}>&2  # where a failure is told even inside a command whose standard error goes elsewhere

fail() {
  {
    echo "${BASH_SOURCE[-1]##*/}:${BASH_LINENO[-2]}: $*"
    for log in *.err; do [ ! -s "$log" ] || sed "s/^/  $log: /" "$log"; done
  } >&"$report"
  exit 1
}

# skip WHY: scripts/test tells of it. needs PROGRAM...: it is skipped where one of them is missing.
skip() {
  echo "skipped: $*" >&"$report"
  exit 77
}
needs() {
  local program
  for program; do
    type -P "$program" > /dev/null || skip "there is no $program"
  done
}

# on_full_disk [SIZE]: goes on with a file system of 8k, or so much, on ./full.
on_full_disk() {
  [ -d full ] || SL_DISK=${1:-8k} exec "$SL_SOURCE/tests/pipes/support/with-full-disk" "$0"
  mountpoint -q full || skip "no file system can be mounted here, so no disk is full"
}

# expect_status STATUS COMMAND...: 141 is death by SIGPIPE, as the shell tells it.
expect_status() {
  local wanted=$1 status=0
  shift
  "$@" || status=$?
  [ "$status" = "$wanted" ] || fail "status $status instead of $wanted: $*"
}

# one_line FILE PATTERN: the file is one line that matches.
one_line() {
  [ "$(wc -l < "$1")" = 1 ] || fail "$1 is not one line"
  grep -q -- "$2" "$1" || fail "$1 does not tell of \"$2\""
}

# absent NAME...: nothing stands under these names, nor as a temporary file of them.
absent() {
  local name
  for name; do
    [ ! -e "$name" ] || fail "$name is there"
    [ -z "$(find . -name ".${name##*/}*")" ] || fail "temporary files of $name are left"
  done
}

# photo WIDTH HEIGHT FILE: a picture like a photograph, in the format of the name.
photo() { test-photo "$1" "$2" | sl-encode -o "$3"; }

# same_pixels A B TOLERANCE
same_pixels() {
  sl-encode .ppm "$1" > one.ppm
  sl-encode .ppm "$2" > other.ppm
  "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/worst_pixel.py" one.ppm other.ppm "$3" || fail "$1 and $2 differ"
}

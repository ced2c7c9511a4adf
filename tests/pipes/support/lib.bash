# Functions for the tests of pipes: sourced first, by bash.
set -eu
exec {report}>&2  # for failures, also inside a command with redirected standard error

fail() {
  {
    echo "${BASH_SOURCE[-1]##*/}:${BASH_LINENO[-2]}: $*"
    for log in *.err; do [ ! -s "$log" ] || sed "s/^/  $log: /" "$log"; done
  } >&"$report"
  exit 1
}

# skip REASON: skip the test; scripts/test lists the reason. needs PROGRAM...: skip the test if one of them is missing.
skip() {
  echo "skipped: $*" >&"$report"
  exit 77
}
needs() {
  local program
  for program; do
    type -P "$program" > /dev/null || skip "$program is not installed"
  done
}

# on_full_disk [SIZE]: run the test again with a file system of SIZE (default 8k) on ./full.
on_full_disk() {
  [ -d full ] || SL_DISK=${1:-8k} exec "$SL_SOURCE/tests/pipes/support/with-full-disk" "$0"
  mountpoint -q full || skip "no file system can be mounted here, so no disk is full"
}

# expect_status STATUS COMMAND...: 141 is death by SIGPIPE, as in the shell.
expect_status() {
  local expected=$1 status=0
  shift
  "$@" || status=$?
  [ "$status" = "$expected" ] || fail "status $status instead of $expected: $*"
}

# one_line FILE PATTERN: the file is one line that matches.
one_line() {
  [ "$(wc -l < "$1")" = 1 ] || fail "$1 is not one line"
  grep -q -- "$2" "$1" || fail "$1 does not contain \"$2\""
}

# absent NAME...: no file has one of these names, nor a temporary name of them.
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

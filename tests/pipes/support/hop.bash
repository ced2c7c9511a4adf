# Functions for the tests of sl-send and sl-recv: source it after lib.bash.
export HOME=$PWD XDG_CONFIG_HOME=$PWD/config
unset CREDENTIALS_DIRECTORY

# key NAME FILE: make a key.
key() { (umask 077 && sl-send --make-psk "$1" > "$2"); }

# wait_for PATTERN FILE: until the file has a line that matches; put what \1 matched into `found`.
wait_for() {
  for _ in $(seq 400); do
    found=$(sed -n "s/$1/\\1/p" "$2" 2> none.log | head -n 1)
    [ -z "$found" ] || return 0
    sleep 0.025
  done
  fail "no \"$1\" in $2: $(cat "$2")"
}

# send OPTIONS...: start sl-send at a free port of loopback; `sender` is its process, `port` the port, send.err its lines.
send() {
  : > send.err
  sl-send --listen 127.0.0.1:0 "$@" 2> send.err <&0 &
  sender=$!
  wait_for '^sl-send: listens at 127.0.0.1:\([0-9]*\)$' send.err
  port=$found
}

# ends STATUS PROCESS
ends() {
  local status=0
  wait "$2" || status=$?
  [ "$status" = "$1" ] || fail "status $status instead of $1: $(cat ./*.err)"
}

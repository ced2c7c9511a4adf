# A private X server (Xvfb) for tests of screens and windows: sourced after lib.bash.
# start_screen WIDTHxHEIGHTxDEPTH: set DISPLAY and SCREEN (its process); skip the test if Xvfb is missing.
unset DISPLAY WAYLAND_DISPLAY XDG_SESSION_TYPE
start_screen() {
  needs Xvfb xsetroot xdotool xwininfo xmessage openbox
  mkdir -p screen
  exec {display_fd}> screen/display
  Xvfb -displayfd $display_fd -screen 0 "$1" -nolisten tcp -noreset > screen/log 2>&1 &
  SCREEN=$!
  trap 'kill $SCREEN 2> /dev/null || true; wait' EXIT
  for _ in $(seq 100); do
    [ ! -s screen/display ] || break
    sleep 0.05
  done
  [ -s screen/display ] || skip "Xvfb does not start: $(tail -n 1 screen/log)"
  exec {display_fd}>&-
  export DISPLAY=:$(cat screen/display)
}

# show_window TITLE WxH+X+Y COLOR [TEXT]: a window of one colour, its process in WINDOW.
show_window() {
  xmessage -title "$1" -geometry "$2" -bg "$3" -fg "$3" -bd "$3" -buttons "" "${4:-x}" 2> /dev/null &
  WINDOW=$!
  for _ in $(seq 100); do
    xwininfo -name "$1" 2> /dev/null | grep -q IsViewable && return
    sleep 0.05
  done
  fail "the window $1 does not appear"
}

# wait_until COMMAND...: at most 5 s.
wait_until() {
  for _ in $(seq 100); do
    "$@" && return
    sleep 0.05
  done
  fail "in vain: $*"
}

#!/bin/bash
# sl-composite when layers stall, are cut, abort or are killed: nothing hangs, and the status is the right one.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
clip() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/clip.py" "$@"; }

# A layer is stopped from 0.4 s to 3 s, under a live master of one second.
mkfifo stalls
for late in hold blank drop wait; do
  start=$(date +%s%N)
  sl-pattern --live --rate 20 --frames 60 --size 16x16 > stalls &
  layer=$!
  (sleep 0.4 && kill -STOP $layer && sleep 2.6; kill -CONT $layer 2> /dev/null || true) &
  sl-pattern --live --rate 20 --frames 20 --size 64x48 | sl-composite --late $late - stalls > $late.slw
  took=$((($(date +%s%N) - start) / 1000000))
  frames=$(sl-info --json --frames $late.slw | grep -c '^{"frame"')
  kill -CONT $layer 2> /dev/null || true
  wait
  case $late in
    wait) [ $took -ge 2900 ] && [ $frames = 20 ] || fail "wait: $frames frames in $took ms" ;;
    drop) [ $took -lt 2500 ] && [ $frames -lt 20 ] && [ $frames -gt 0 ] || fail "drop: $frames frames in $took ms" ;;
    *) [ $took -lt 2500 ] && [ $frames = 20 ] || fail "$late: $frames frames in $took ms" ;;
  esac
done

clip make frames=10 step=50 size=8 > layer.slw
# Layers that end in all ways, required or not.
clip make frames=12 step=50 > master.slw
clip make frames=12 step=50 abort=1 > aborts.slw 2> /dev/null || true
size=$(stat -c %s layer.slw)
feed() {  # whole|cut|aborts|killed|slow
  case $1 in
    whole) cat layer.slw ;;
    cut) head -c $((RANDOM % (size - 200) + 100)) layer.slw ;;
    aborts) cat aborts.slw ;;
    killed) sh -c 'head -c 900 layer.slw; kill -9 $$' ;;
    slow) head -c 700 layer.slw; sleep 0.1; tail -c +701 layer.slw ;;
  esac
}
RANDOM=16
kinds=(whole cut aborts killed slow)
for run in $(seq 40); do
  one=${kinds[RANDOM % 5]} other=${kinds[RANDOM % 5]} required=$((RANDOM % 2))
  [ $required = 1 ] && options= || options=,required=no
  expected=0
  [ $required = 0 ] || case $one$other in *cut* | *aborts* | *killed*) expected=79 ;; esac
  status=0
  timeout 20 sl-composite master.slw --layer <(feed $one) "name=one$options" --layer <(feed $other) "name=other$options" \
    > out.slw 2> out.err || status=$?
  [ $status = $expected ] || fail "run $run, $one and $other, required $required: status $status instead of $expected"
  [ $expected != 0 ] || sl-info --json out.slw > /dev/null || fail "run $run: the result is not whole"
done

# sl-webcam against the kernel's virtual cameras: run by tests/vivid/vm. vivid-000 gives planes one after another,
# vivid-001 each in separate memory (the multi-planar interface). check.py checks the files written here.
. ./lib.bash
camera=platform:vivid-000
small="--size 320x180 --rate 60"
step() { echo "$(cut -d' ' -f1 /proc/uptime) $*"; }

# until_frames FILE: something is being recorded.
until_frames() {
  local before=$(stat -c %s "$1" 2> /dev/null || echo 0)
  for _ in $(seq 100); do
    [ "$(stat -c %s "$1" 2> /dev/null || echo 0)" -lt $((before + 300000)) ] || return 0
    sleep 0.1
  done
  fail "nothing comes into $1"
}

step "what there is"
sl-webcam --list > list.txt
sl-webcam --list --json > list.jsonl

step "each format, all red"
paint="--control test_pattern=100_red --control osd_text_mode=none --control alpha_component=255"
for device in vivid-000 vivid-001; do
  set -- $paint
  case $device in *0) which="sent as" ;; *) which='^  [NY]M.*sent as|YUYV' ;; esac
  for format in $(grep -A9999 "$device" list.txt | awk -v which="$which" '/^\/dev/ && ++n == 2 {exit} $0 ~ which {sub(",", "", $1); print $1}'); do
    sl-webcam $device $small --format "$format" --frames 1 "$@" > "$device-$format.slw"
    set --
  done
done
sl-webcam $camera $small --format BGR3 --frames 1 --control colorspace=rec_709 --control quantization=limited_range > limited.slw
sl-webcam $camera $small --format YUYV --frames 1 -q > rec709.slw
v4l2-ctl -d /dev/video0 -c colorspace=2,quantization=0,test_pattern=0

step "the nearest, and what is not to be had"
sl-webcam $camera --size 700x400 --rate 23 --format h264 --frames 1 2> nearest.err > nearest.slw
one_line nearest.err "/dev/video0: 640x360 at 25 frames a second, .*: the nearest to 700x400, 23 frames a second, h264"
sl-webcam $camera --frames 1 2> usual.err > usual.slw
[ ! -s usual.err ] || fail "it prints a message although nothing was requested"
expect_status 64 sl-webcam $camera --format BA81 2> bayer.err > none
one_line bayer.err "BA81: the camera has it (8-bit Bayer .*cannot be sent"
expect_status 64 sl-webcam $camera --format nonsense 2> format.err > none
one_line format.err 'no format'
expect_status 64 sl-webcam $camera --control brightness=256 2> range.err > none
one_line range.err "brightness=256: not a whole number from 0 to 255"
expect_status 64 sl-webcam $camera --control sharpness=1 2> control.err > none
one_line control.err "no such control; the camera has: brightness, "
expect_status 64 sl-webcam vivid 2> which.err > none
one_line which.err "is /dev/video0 or /dev/video"
expect_status 66 sl-webcam /dev/video9 2> absent.err > none
expect_status 66 sl-webcam /dev/null 2> null.err > none
one_line null.err "not a camera"
output=$(v4l2-ctl --list-devices | awk '/vivid-000/ {getline; getline; print $1}')
expect_status 66 sl-webcam "$output" 2> output.err > none
one_line output.err "$output: not a camera: vivid captures no video"
chmod 600 /dev/video0
expect_status 77 setpriv --reuid=65534 --clear-groups "$(type -P sl-webcam)" /dev/video0 2> permission.err > none
one_line permission.err "/dev/video0: Permission denied (cameras are for the group video)"
sl-webcam $camera $small --frames 1 --control brightness=77 > none
[ "$(v4l2-ctl -d /dev/video0 -C brightness)" = "brightness: 77" ] || fail "brightness was not set"
v4l2-ctl -d /dev/video0 -c brightness=128

step "times and numbers"
sl-webcam $camera --size 320x180 --rate 25 --duration 1s > times.slw
sl-webcam $camera $small --frames 60 --control percentage_of_dropped_buffers=40 > dropped.slw
v4l2-ctl -d /dev/video0 -c percentage_of_dropped_buffers=0
{ expect_status 0 sl-webcam $camera --size 640x360 --rate 30 --frames 30 --timeout 1; } | { sleep 2.5; cat > slow.slw; }
sl-webcam $camera --size 640x360 --rate 30 --frames 60 --control timestamp_source=start_of_exposure |
  sl-tap --json tap.jsonl --interval 0.1 > /dev/null
sl-webcam $camera $small --frames 1 > exposure.slw

step "signals, readers that leave, a camera that is busy"
sl-webcam $camera $small > stopped.slw & pid=$!
until_frames stopped.slw
expect_status 75 sl-webcam $camera 2> busy.err > none
one_line busy.err "/dev/video0: busy"
kill -TERM $pid
expect_status 0 wait $pid
expect_status 141 sh -c "sl-webcam $camera $small; exit \$?" > >(head -c 1000 > none)
sl-webcam $camera $small --frames 1 -o photo.jpg

step "errors of the driver"
sl-webcam $camera $small > error.slw 2> fatal.err & pid=$!
until_frames error.slw
v4l2-ctl -d /dev/video0 -c inject_v4l2_buf_flag_error=1
sleep 0.5
v4l2-ctl -d /dev/video0 -c inject_fatal_streaming_error=1
expect_status 74 wait $pid
one_line fatal.err "/dev/video0: the driver gave up: Input/output error"
v4l2-ctl -d /dev/video0 -c inject_vidioc_streamon_error=1
expect_status 74 sl-webcam $camera $small 2> start.err > none
{ expect_status 69 sl-webcam $camera $small --timeout 3 --control percentage_of_dropped_buffers=100 2> silent.err; } |
  cat > silent.slw
one_line silent.err "sent nothing for 3 s"
v4l2-ctl -d /dev/video0 -c percentage_of_dropped_buffers=0

step "fields of television"
v4l2-ctl -d /dev/video0 -i 1 > none
v4l2-ctl -d /dev/video0 -s pal > none
sl-webcam $camera --size 720x480 --frames 3 --format YUYV > pal.slw
v4l2-ctl -d /dev/video0 -s ntsc > none
sl-webcam $camera --size 720x480 --frames 3 --format YUYV > fields.slw
v4l2-ctl -d /dev/video0 -i 0 > none

step "unplugged"
sl-webcam $camera $small > unplugged.slw 2> unplugged.err & pid=$!
until_frames unplugged.slw
v4l2-ctl -d /dev/video0 -c disconnect=1
expect_status 69 wait $pid
one_line unplugged.err "/dev/video0: the camera has disappeared"

step "unplugged and back"
sl-webcam $camera $small --reconnect --control brightness=99 > back.slw 2> back.err & pid=$!
until_frames back.slw
v4l2-ctl -d /dev/video0 -c inject_fatal_streaming_error=1
until_frames back.slw
echo vivid.0 > /sys/bus/platform/drivers/vivid/unbind
sleep 2.5
echo vivid.0 > /sys/bus/platform/drivers/vivid/bind
until_frames back.slw
kill -TERM $pid
expect_status 0 wait $pid
[ "$(sed 's/.*video[0-9]: //' back.err)" = "the driver gave up: Input/output error: waiting for it to come back
the camera is back
the camera has disappeared: waiting for it to come back
the camera is back" ] || fail "$(cat back.err)"
[ "$(v4l2-ctl -d /dev/video0 -C brightness)" = "brightness: 99" ] || fail "the control was not set again"
step "slots under Yama"  # this kernel has it; what neighbours hand over is no debugging
for scope in 0 1 2 3; do
  echo $scope > /proc/sys/kernel/yama/ptrace_scope
  setpriv --reuid=65534 --regid=65534 --clear-groups bash -o pipefail -c \
    'sl-pattern --anonymous --size 640x360 --frames 12 | sl-invert --anonymous -v' 2> yama.err > yama-$scope.slw
  grep -q "strips handed over" yama.err || fail "ptrace_scope $scope: $(cat yama.err)"
done
step "done"

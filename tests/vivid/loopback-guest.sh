# sl-loopback against the kernel's virtual video output, whose pictures a virtual camera shows (a cable from one to the
# other): run by tests/vivid/vm.
. ./lib.bash
camera=/dev/video0
output=$(v4l2-ctl --list-devices | awk '/vivid-000/ {getline; getline; print $1}')
step() { echo "$(cut -d' ' -f1 /proc/uptime) $*"; }

step "refused"
expect_status 66 sl-loopback $camera film.slw 2> camera.err
one_line camera.err "$camera: vivid takes no pictures: it is no output"
expect_status 64 sl-loopback "$output" --format nonsense film.slw 2> format.err
one_line format.err "nonsense"

step "the cable: HDMI to HDMI"
v4l2-ctl -d $camera --list-inputs | grep -A1 -B1 HDMI > inputs.txt || true
v4l2-ctl -d $camera --set-input=3 > set.txt
v4l2-ctl -d "$output" --set-output=1 >> set.txt
v4l2-ctl -d $camera -c loop_video=1,osd_text_mode=2

# seen FORMAT PIXELS BYTES: the last picture that the camera shows of a film of one color, as raw pixels.
seen() {
  step "$1 of $2"
  sl-pattern '#c04020' --size 1280x720 --rate 60 --frames 5000 --pixels "$2" | sl-loopback "$output" & writer=$!
  sl-webcam $camera --size 1280x720 --format "$1" --frames 20 -q | sl-encode -q .raw | tail -c "$3" > "$1-$2.raw"
  kill $writer
  wait $writer || true
}
seen YUYV yuyv422 1843200
seen YU12 yuv420p 1382400

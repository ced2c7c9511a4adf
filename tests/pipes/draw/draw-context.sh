#!/bin/bash
# What ctx says of a frame: numbers, times, metadata, detections, the sound's level, variables; --image; orientation.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
film() { sl-pattern gray --size 160x90 --pixels yuv420p --frames 5 --rate 10; }
# runs SCRIPT-OF-DRAW OPTION...: the script's asserts hold for what comes on standard input.
runs() {
  printf 'local frames = 0\nfunction draw(canvas, ctx)\n%s\nframes = frames + 1\nend\n' "$1" > context.lua
  shift
  sl-draw context.lua "$@" > context.slw || fail "$(cat context.lua)"
}

film | runs 'assert(ctx.frame_number == frames and ctx.pts == frames and math.abs(ctx.time - frames / 10) < 1e-9)
  assert(ctx.width == 160 and ctx.height == 90 and ctx.wall_time == nil and ctx.capture_time == nil and ctx.level == nil)
  assert(next(ctx.metadata) == nil and #ctx.detections == 0 and ctx.score == nil and ctx.source_id == "")'
sl-pattern --live --frames 3 --size 160x90 | runs 'assert(ctx.wall_time > 1.7e9 and ctx.capture_time > 0)'
sl-pattern --duration 1s --sound tone --size 160x90 --rate 10 |
  runs 'if frames > 1 then assert(math.abs(ctx.level + 18 + 3.01) < 0.1, ctx.level) end'
film | runs 'assert(ctx.score == 1234 and ctx.ratio == 0.5 and ctx.on == true and ctx.title == "a=b c" and ctx.none == "")' \
  --set score=1234 --set ratio=0.5 --set on=true --set 'title=a=b c' --set none=

# Metadata and detections of the frames, which a stage in front wrote.
cat > detect.py << 'PY'
import streamlib
def detect(frame):
    frame.metadata = {"number": frame.number, "geometry": {"detections": [{"box": [10, 20, 30, 40], "label": "cat", "score": 0.75}]}}
streamlib.filter(detect)
PY
film | PYTHONPATH=$SL_SOURCE/bindings/python "$SL_PYTHON" detect.py |
  runs 'local d = ctx.detections[1]
  assert(ctx.metadata.number == frames and d.label == "cat" and d.score == 0.75 and d.box[1] == 10 and d.box[4] == 40)'

# Sound and its level pass unchanged.
sl-pattern --duration 1s --sound tone --size 160x90 --rate 10 > sound.slw
runs '' sound.slw
sl-compare sound.slw context.slw > /dev/null || fail "frames changed"
sl-decode --audio sound.slw 2> /dev/null | sl-encode .wav > before.wav
sl-decode --audio context.slw 2> /dev/null | sl-encode .wav > after.wav
cmp before.wav after.wav || fail "the sound changed"

# Lines of control from a file that changes, and from a descriptor; those that do not parse are reported and ignored.
printf 'score=5\nnonsense\ntime=3\n' > control.txt
film | runs 'assert(ctx.score == 5)' --control control.txt 2> control.err
[ "$(grep -c 'ignored' control.err)" = 2 ] || fail "$(cat control.err)"
printf 'score=6\n' > control.txt
film | runs 'assert(ctx.score == 6)' --control 8 8< control.txt
expect_status 66 sl-draw context.lua --control missing --size 9x9 2> bad.err > bad.slw
one_line bad.err 'missing: No such file'

# Pictures of the command line, decoded with their alpha and upright.
sl-pattern smpte75 --size 40x20 -o bars.png
printf 'function draw(canvas) local w, h = canvas:imageSize("logo"); assert(w == 40 and h == 20); canvas:drawImage("logo", 3, 5) end' > image.lua
sl-draw image.lua --image logo=bars.png --size 60x40 | sl-crop 40x20+3+5 | sl-convert --flatten black | sl-compare --fuzz 1 - bars.png > /dev/null ||
  fail "the picture is not where it was drawn"
expect_status 66 sl-draw image.lua --image logo=missing.png --size 9x9 2> image.err > bad.slw
one_line image.err 'missing.png'
expect_status 64 sl-draw image.lua --image missing.png --size 9x9 2> image.err > bad.slw

# A picture that is stored on its side gets text upright.
photo 80 60 x.png
sl-encode -o x.jpg x.png
sl-rotate right x.png | sl-encode -o side.png
"$SL_PYTHON" - << 'PY'
import struct, zlib
data = open("side.png", "rb").read()
exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0"  # orientation 8
chunk = struct.pack(">I", len(exif)) + b"eXIf" + exif + struct.pack(">I", zlib.crc32(b"eXIf" + exif))
open("stored.png", "wb").write(data[:33] + chunk + data[33:])
PY
sl-text Text -s 20 x.png | sl-encode .ppm > straight.ppm
sl-text Text -s 20 stored.png | sl-encode .ppm > turned.ppm
cmp straight.ppm turned.ppm || fail "text on a picture that is stored on its side"

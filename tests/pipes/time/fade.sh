#!/bin/bash
# sl-fade: pictures and sound as by ffmpeg's fade and afade, in each kind of samples; what waits, and what cannot fade.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
ffmpeg -v error -f lavfi -i testsrc2=s=64x48:r=25:d=2 -f lavfi -i anoisesrc=d=2:r=48000:seed=1 \
  -c:v ffv1 -pix_fmt yuv420p -c:a pcm_s16le film.nut
cat > worst.py <<'END'
"""The largest difference between two files of samples, and whether both have as many."""
import sys
import numpy
a, b = (numpy.fromfile(name, sys.argv[3]).astype("f8") for name in sys.argv[1:3])
print(f"{abs(a - b).max():.6f}" if a.size == b.size != 0 else f"{a.size} and {b.size} samples")
END
worst() { "$SL_PYTHON" worst.py "$@"; }
fades=fade=in:st=0:d=1,fade=out:st=1.5:d=0.5
for format in yuv420p nv12 yuv422p10le rgb24 uyvy422 ya8; do
  ffmpeg -v error -y -i film.nut -vf "format=$format" -an -c:v rawvideo one.nut
  ffmpeg -v error -i film.nut -vf "format=$format,$fades,format=$format" -an -f rawvideo - > theirs
  sl-fade -q --in 1s --out 500ms one.nut | sl-encode -q .raw > ours
  case $format in *10le) type="<u2" ;; *) type=u1 ;; esac
  # The alpha of ffmpeg's fade goes too. There it is half of the samples, and ours keeps 255.
  if [ $format = ya8 ]; then
    "$SL_PYTHON" -c 'import numpy
a, b = (numpy.fromfile(f, "u1").astype(int) for f in ("ours", "theirs"))
assert (a[1::2] == 255).all() and abs(a[::2] - b[::2]).max() <= 1' || fail ya8
  else
    [[ $(worst ours theirs $type) = [01].000000 ]] || fail "$format: $(worst ours theirs $type)"
  fi
done
ffmpeg -v error -i film.nut -af afade=in:st=0:d=1,afade=out:st=1.5:d=0.5 -vn -f s16le - > theirs
sl-fade -q --in 1s --out 500ms film.nut | sl-encode -q .pcm > ours
[[ $(worst ours theirs '<i2') = [012].000000 ]] || fail "sound: $(worst ours theirs '<i2')"

# Another color, and one kind of tracks.
sl-fade -q --in 1s --color '#ff8000' film.nut | sl-track video | sl-trim 0:40ms | sl-encode -o first.png
sl-pattern '#ff8000' --size 64x48 -o solid.png
same_pixels first.png solid.png 3
sl-fade --out 1s --tracks audio film.nut | sl-track video | sl-hash > one.txt
sl-track video film.nut | sl-hash | cmp - one.txt || fail "the picture changed"

# Alpha alone, straight and multiplied; a transparent color needs some.
sl-pattern '#80402080' --frames 10 --size 64x48 --pixels rgba > layer.slw
for way in --premultiply --unpremultiply; do
  sl-convert $way layer.slw | sl-fade --out 400ms --color transparent | sl-convert --unpremultiply | sl-encode .raw -q > $way.raw
  "$SL_PYTHON" -c 'import sys, numpy
pixels = numpy.fromfile(sys.argv[1], "u1").reshape(10, -1, 4).astype(int)
assert (abs(pixels[:, :, :3] - (128, 64, 32)) * pixels[:, :, 3:] <= 2 * 128).all(), pixels[:, 0]  # rounded once multiplied
assert (abs(pixels[:, 0, 3] - [128 * min(1, (10 - n) / 10) for n in range(10)]) <= 1).all(), pixels[:, 0]' ./$way.raw || fail "$way"
done
expect_status 65 sl-fade --in 1s --color transparent film.nut 2> opaque.err > none.slw
one_line opaque.err "it has no alpha"

# Times, numbers and the other records of all tracks stay.
clip="$SL_SOURCE/tests/pipes/support/clip.py"
"$clip" make frames=30 sound=8000 samples=9600 data=50:20,700:20 > clip.slw
fields() { "$clip" show | cut -d' ' -f1-4,6; }
fields < clip.slw > before
sl-fade --in 100ms --out 500ms --tracks video clip.slw | fields | cmp - before || fail "records"

# Only the last --out waits: of 31 frames of 40 ms, 21 leave while the input is still open.
cat > feed.py <<'END'
import os, time
import numpy, sound, streamlib
with streamlib.Writer(1, tool="feed") as out:
    out.begin()
    out.track(1, streamlib.video("gray", 64, 48, time_base=[1, 25]))
    for n in range(31):
        out.picture(1, numpy.full((48, 64), 200, "u1"), number=n, pts=n, duration=1)
    while os.path.getsize("out.slw") < 21 * 64 * 48:
        time.sleep(0.01)
END
mkfifo frames
sl-fade --out 400ms frames > out.slw & pid=$!
timeout 60 "$SL_PYTHON" feed.py > frames || fail "it waits for more than --out"
wait $pid || fail "status $?"
[ "$(sl-info --frames --json out.slw | grep -c '"number"')" = 31 ] || fail "frames are missing"

# What cannot fade.
expect_status 64 sl-fade film.nut 2> nothing.err > none.slw
one_line nothing.err "nothing to do"
photo 64 48 still.jpg
expect_status 65 sl-fade --in 1s still.jpg 2> still.err > none.slw
one_line still.err "a still picture has no length"
expect_status 78 sl-fade --out 1s --max-memory 50K film.nut 2> large.err > none.slw
grep -q "frames that wait for the end of the stream takes .* (--max-memory raises" large.err || fail "$(cat large.err)"
absent still.png
sl-fade --in 1s still.jpg -o still.png 2> file.err && fail "a still was faded"
absent still.png

#!/bin/bash
# sl-composite of films: times, what is held, failures, changes by lines, endless layers and branches of one tee.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
clip() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/clip.py" "$@"; }
# The values of a pixel of all frames: values X Y < STREAM
values() { sl-crop "1x1+$1+$2" - | sl-encode --quiet .pgm | "$SL_PYTHON" -c '
import sys
data = sys.stdin.buffer.read()
print(*[part[-1] for part in data.split(b"P5")[1:]])'; }

clip make frames=6 step=40 > master.slw
clip make frames=6 step=40 size=8 pts=10,70,130,200,500,600 > other.slw
# The nearest picture, the earlier of two: 0 40 80 120 160 200 are nearest to 10 10 70 130 130 200.
[ "$(sl-composite master.slw other.slw | values 2 2)" = "0 0 1 2 2 3" ] || fail "nearest: $(sl-composite master.slw other.slw | values 2 2)"
[ "$(sl-composite master.slw other.slw | values 12 12)" = "0 1 2 3 4 5" ] || fail "the master"
[ "$(sl-composite master.slw 'other.slw[start=70ms]' | values 2 2)" = "0 1 0 1 1 2" ] || fail "start: $(sl-composite master.slw 'other.slw[start=70ms]' | values 2 2)"
# A film that ends is held or blank; a still stays.
clip make frames=2 step=40 size=8 > short.slw
[ "$(sl-composite master.slw short.slw | values 2 2)" = "0 1 1 1 1 1" ] || fail "held"
[ "$(sl-composite --late blank master.slw short.slw | values 2 2)" = "0 1 2 3 4 5" ] || fail "blank"
clip make frames=1 size=8 > still.slw
[ "$(sl-composite --late blank master.slw still.slw | values 2 2)" = "0 0 0 0 0 0" ] || fail "a still"
# A layer without an end, and one stream after another.
[ "$(sl-composite master.slw <(sl-loop 0 short.slw) | values 12 12)" = "0 1 2 3 4 5" ] || fail "an endless layer"
[ "$(cat master.slw master.slw | sl-composite - still.slw | values 2 2)" = "0 0 0 0 0 0 0 0 0 0 0 0" ] || fail "two streams"
# Branches of one tee.
mkfifo branch
sl-pattern --frames 30 --size 640x360 > film.slw
tee branch < film.slw | sl-composite - <(sl-blur 2 branch) | sl-info --json --frames - > branches.json &
wait $! || fail "branches of a tee"
grep -q '"frames": *30' branches.json || fail "branches of a tee: $(cat branches.json)"

# Failures: of a required layer; of another, whose last picture stays; of the master.
clip make frames=6 step=40 size=8 cut=1 > cut.slw || true
expect_status 65 sl-composite master.slw cut.slw 2> cut.err > none.slw
grep -q cut.slw cut.err || fail "which one is cut"
[ "$(sl-composite master.slw 'cut.slw[required=no]' 2> lost.err | values 2 2)" = "0 1 2 3 3 3" ] || fail "a lost layer is held"
grep -q 'layer cut, input 2 (cut.slw), is lost' lost.err || fail "the lost layer is not named"
clip make frames=6 step=40 size=8 abort=1 > aborted.slw 2> /dev/null || true
expect_status 79 sl-composite master.slw aborted.slw 2> aborted.err > none.slw
expect_status 65 sl-composite cut.slw 'still.slw[required=no]' 2> cut.err > none.slw

# Lines: at a time exactly to the frame, over a while, for all that can change; those that are wrong are ignored.
cat > lines << 'END'
# comment
@80ms still.opacity=0
@160ms still.opacity=1
still.z=1
nothing.x=1
@200ms still.x=8
END
[ "$(sl-composite --control lines master.slw still.slw 2> lines.err | values 2 2)" = "0 0 2 3 0 5" ] || fail "timed lines"
one_line lines.err '"nothing" is no layer; there are master, still'
clip make frames=1 size=16 > cover.slw
clip make frames=11 step=100 > long.slw
echo '@0s cover.opacity=0 over 1s' > fade
# Frame n of the film has the value n, the layer 0: n * (1 - opacity) with an eased opacity.
[ "$(sl-composite --control fade long.slw cover.slw | values 2 2)" = "0 0 0 1 1 3 4 5 7 9 10" ] ||
  fail "eased: $(sl-composite --control fade long.slw cover.slw | values 2 2)"
echo 'still.visible=no' > hide
[ "$(sl-composite --control hide master.slw still.slw | values 2 2)" = "0 1 2 3 4 5" ] || fail "at once"
[ "$(sl-composite --control 5 master.slw still.slw 5< hide | values 2 2)" = "0 1 2 3 4 5" ] || fail "a descriptor"
# Live: a FIFO whose writer comes late, and goes; a scene that an editor replaces.
mkfifo control
sl-pattern --live --rate 20 --frames 40 --size 64x48 | sl-composite --control control - 'cover.slw[x=0]' > live.slw &
sleep 0.7
echo 'cover.visible=no' > control
wait $! || fail "live control"
echo 'cover.slw[x=2]' > scene
sl-pattern --live --rate 20 --frames 40 --size 64x48 | sl-composite --scene scene - > scene.slw &
sleep 0.7
echo 'cover.slw[visible=no]' > scene.new
mv scene.new scene
wait $! || fail "a scene"
for film in live scene; do
  values 4 4 < $film.slw > $film.txt
  "$SL_PYTHON" - $film.txt << 'END' || fail "$film: $(cat $film.txt)"
import sys
shown = [value == "0" for value in open(sys.argv[1]).read().split()]
assert len(shown) == 40 and all(shown[:5]) and not any(shown[-10:]), shown
END
done

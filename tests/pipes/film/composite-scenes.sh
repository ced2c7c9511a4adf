#!/bin/bash
# sl-composite with scenes: what each shows, cross-fades at times, live changes of the file, SIGHUP, the preview.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
clip() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/clip.py" "$@"; }
# The values of a pixel of all frames: values X Y < STREAM
values() { sl-crop "1x1+$1+$2" - | sl-encode --quiet .pgm | "$SL_PYTHON" -c '
import sys
data = sys.stdin.buffer.read()
print(*[part[-1] for part in data.split(b"P5")[1:]])'; }
shows() {  # X Y VALUES ARGUMENT...
  local got
  got=$(sl-composite "${@:4}" | values "$1" "$2")
  [ "$got" = "$3" ] || fail "$got at $1,$2: ${*:4}"
}

clip make frames=11 step=100 > film.slw  # frame n has the value n
clip make frames=11 step=100 size=8 > small.slw
clip make frames=1 > black.slw
cat > show << 'END_OF_SHOW'
# layers, then scenes
small.slw[name=clip]

[black]
black.slw
[both]
black.slw
clip[x=4]
[film]
film
END_OF_SHOW
shows 2 2 "0 0 0 0 0 0 0 0 0 0 0" --scene show film.slw
echo '@300ms scene film over 400ms' > fade
shows 2 2 "0 0 0 0 1 3 5 7 8 9 10" --scene show --control fade film.slw
printf '%s\n' '@200ms scene both' '@500ms both/clip.x=0' '@800ms scene black' > cuts
shows 2 2 "0 0 0 0 0 5 6 7 0 0 0" --scene show --control cuts film.slw
shows 8 2 "0 0 2 3 4 0 0 0 0 0 0" --scene show --control cuts film.slw
# A fade that begins within another one starts from what is seen; the bytes are the same in each run.
printf '%s\n' '@0s scene film over 1s' '@500ms scene black over 400ms' > turn
shows 2 2 "0 0 0 1 1 3 3 2 1 0 0" --scene show --control turn film.slw
sl-composite --scene show --control turn film.slw | sl-encode --quiet .pgm > one.pgm
sl-composite --scene show --control turn --threads 2 film.slw | sl-encode --quiet .pgm > two.pgm
cmp one.pgm two.pgm
# A fade to nothing keeps the color, and fades alpha.
"$SL_PYTHON" - > red.slw << 'END_OF_PYTHON'
from steps import numpy, streamlib
with streamlib.Writer(1, tool="red") as out:
    out.begin()
    out.track(1, streamlib.video("rgba", 16, 16, time_base=[1, 10]))
    for n in range(3):
        out.picture(1, numpy.full((16, 16, 4), [200, 100, 0, 255], "u1"), number=n, pts=n, duration=1)
END_OF_PYTHON
printf '%s\n' '[red]' red '[nothing]' > red
echo '@0s scene nothing over 200ms' > fade
sl-composite --scene red --control fade red.slw > faded.slw
"$SL_PYTHON" - << 'END_OF_PYTHON' || fail "a fade to nothing"
import os, sys
from steps import streamlib
pictures = [item.planes[0][3, 3].tolist() for stream in streamlib.Reader(os.open("faded.slw", os.O_RDONLY))
            for item in stream.items() if isinstance(item, streamlib.Frame)]
assert pictures[0] == [200, 100, 0, 255] and pictures[1] == [200, 100, 0, 128] and pictures[2][3] == 0, pictures
END_OF_PYTHON
# The second output: by default the second scene, in a file, a FIFO, or a descriptor.
printf '%s\n' '@500ms preview film' > next
sl-composite --scene show --control next --preview-to next.slw film.slw > program.slw
[ "$(values 5 2 < next.slw)" = "0 1 2 3 4 5 6 7 8 9 10" ] || fail "preview: $(values 5 2 < next.slw)"
[ "$(values 2 2 < next.slw)" = "0 0 0 0 0 5 6 7 8 9 10" ] || fail "preview: $(values 2 2 < next.slw)"
[ "$(values 2 2 < program.slw)" = "0 0 0 0 0 0 0 0 0 0 0" ] || fail "the program beside a preview"
got=$(sl-composite --scene show --preview film --preview-to 7 film.slw 7>&1 > program.slw | values 2 2)
[ "$got" = "0 1 2 3 4 5 6 7 8 9 10" ] || fail "a descriptor: $got"
mkfifo monitor
sl-composite --scene show --preview film --preview-to monitor film.slw > program.slw &
[ "$(values 2 2 < monitor)" = "0 1 2 3 4 5 6 7 8 9 10" ] || fail "a FIFO"
wait $!
# A preview whose reader leaves ends alone; a failure is in both.
sl-pattern --frames 40 --size 640x360 > large.slw
head -c 1000 monitor > start.bin &
sl-composite --preview-to monitor large.slw | sl-info --json --frames - > whole.json || fail "the reader of a preview left"
grep -q '"frames": *40' whole.json || fail "the program without its preview"
wait
clip make frames=11 step=100 cut=1 > cut.slw || true
sl-encode .pgm monitor > monitor.pgm 2> monitor.err &
expect_status 65 sl-composite --preview-to monitor cut.slw 2> cut.err > program.slw
expect_status 79 wait $!
grep -q cut.slw monitor.err || fail "the preview ended without a cause: $(cat monitor.err)"

# Frame by frame: changes of the file in place and by a rename, of a control line, and SIGHUP are seen in two frames.
cat > live << 'END_OF_SHOW'
[one]
black.slw
[two]
-
END_OF_SHOW
mkfifo control
"$SL_PYTHON" - 2> steps.err << 'END_OF_PYTHON' || fail "frame by frame"
import os, signal
from steps import Steps

def write(text, name="live"):
    with open(name, "w") as file:
        file.write(text)

black = lambda picture: (picture == 0).all()
master = lambda picture: (picture != 0).all()
half = lambda picture: (picture[:, :8] == 0).all() and (picture[:, 8:] != 0).all()
stage = Steps(["sl-composite", "--scene", "live", "--control", "control", "-"])
control = open("control", "w", buffering=1)
for _ in range(3):
    assert black(stage.step().planes[0])
print("scene two", file=control)
stage.within(2, master, "a scene by a line")
write("[one]\nblack.slw\n[two]\n-\nblack.slw[x=-8]\n")
stage.within(2, half, "a file that is written in place")
write("[one]\nblack.slw\n[two]\n", "new")
os.rename("new", "live")
stage.within(2, black, "a file that is renamed: a scene without layers")
write("")
write("[two]\nblack.slw[wid")
for _ in range(2):
    assert black(stage.step().planes[0]), "a file that is not complete"
write("[two]\nblack.slw\n-[x=8]\nnew.slw\n")
stage.within(2, half, "a file with a layer that is new")
print("1.visible=no", file=control)
stage.within(2, black, "a layer by a line")
os.kill(stage.process.pid, signal.SIGHUP)
stage.within(2, half, "SIGHUP")
print("scene one", file=control)
print("scene two over 10s", file=control)
for _ in range(2):
    assert half(stage.step().planes[0])
assert stage.end() == 0
END_OF_PYTHON
! grep -q wid steps.err || fail "a file that is being written is reported"
grep -q 'live, line 4: layer new.slw is new' steps.err || fail "the new layer is not named"
grep -q '"one" is no scene; the scenes are two' steps.err || fail "the scene that has gone is not named"

printf '[one]\nsmall.slw[name=clip,tracks=video]\n[two]\nclip[tracks=video]\n' > wrong
expect_status 64 sl-composite --scene wrong film.slw 2> wrong.err > none.slw
one_line wrong.err 'wrong, line 4: tracks is an option of the input'
printf '[one]\n[one]\n' > wrong
expect_status 64 sl-composite --scene wrong film.slw 2> wrong.err > none.slw
one_line wrong.err 'wrong, line 2: scene one is there twice'
expect_status 64 sl-composite --scene show --preview four --preview-to x.slw film.slw 2> wrong.err > none.slw
one_line wrong.err '"four" is no scene; the scenes are black, both, film'

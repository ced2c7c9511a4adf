#!/bin/bash
# The sound of layers in sl-composite: chosen, gains, mute and ducking at times and eased, scenes, layers of sound alone.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
cat > make.py << 'END_OF_PYTHON'
"""VALUE FIRST LAST [sound|pictures] [RATE]: three seconds at 25 pictures and 8000 samples a second; the samples have the value
from second FIRST to LAST, else 0."""
import sys
import numpy, sound, streamlib
value, first, last = sys.argv[1:4]
what, rate = sys.argv[4] if len(sys.argv) > 4 else "both", int(sys.argv[5]) if len(sys.argv) > 5 else 8000
with streamlib.Writer(1, tool="make") as out:
    out.begin()
    if what != "sound":
        out.track(1, streamlib.video("gray", 16, 16, time_base=[1, 25]))
    if what != "pictures":
        out.track(2, sound.audio(rate=rate, channels=1))
    for n in range(75):
        if what != "sound":
            out.picture(1, numpy.full((16, 16), n, "u1"), number=n, pts=n, duration=1)
        if what != "pictures":
            block = rate // 25
            is_on = float(first) <= n / 25 < float(last)
            out.picture(2, numpy.full((block, 1), int(value) if is_on else 0, "<i2"), number=n, pts=n * block)
END_OF_PYTHON
cat > check.py << 'END_OF_PYTHON'
"""TIME=VALUE...: the samples at these seconds have these values, within 2 %; VALUE is LOW-HIGH for a range."""
import sys
import sound
[(tracks, frames, events, stages, end)] = sound.read(0)
(track,) = [number for number, about in tracks.items() if about["kind"] == "audio"]
samples = sound.joined(frames[track])[:, 0]
position = frames[track][0].pts
for frame in frames[track]:
    assert frame.pts == position, (frame.pts, position)
    position += len(frame.samples)
assert len(samples) == 24000, len(samples)
for word in sys.argv[1:]:
    at, expected = word.split("=")
    low, high = map(float, expected.split("-")) if "-" in expected else (float(expected), float(expected))
    got = samples[int(float(at) * 8000)]
    assert low * 0.98 - 1 <= got <= high * 1.02 + 1, f"at {at} s {got} instead of {expected}: {samples[::800].tolist()}"
END_OF_PYTHON
make() { "$SL_PYTHON" make.py "$@"; }
heard() {  # "TIME=VALUE..." ARGUMENT...
  sl-composite "${@:2}" > out.slw 2> out.err || fail "${*:2}"
  "$SL_PYTHON" check.py $1 < out.slw || fail "${*:2}"
}
make 1000 0 3 > film.slw
make 300 0 3 > clip.slw
make 200 1 2 sound > voice.slw
make 0 0 3 pictures > silent.slw

# The master's alone, as it is; its own and others'; others' without it; in a master without sound; a layer of sound alone.
sl-composite film.slw clip.slw > out.slw
[ "$(sl-info --json --frames out.slw | grep -c '"track": *2')" = "$(sl-info --json --frames film.slw | grep -c '"track": *2')" ] ||
  fail "the master's sound is cut otherwise"
heard "0=1000 2.9=1000" film.slw clip.slw
heard "0=1300 1.5=1300 2.9=1300" film.slw 'clip.slw[sound=yes]'
heard "0=300 2.9=300" 'film.slw[sound=no]' 'clip.slw[sound=yes]'
heard "0=300 2.9=300" silent.slw 'clip.slw[sound=yes]'
heard "0.5=1000 1.5=1200 2.5=1000" film.slw 'voice.slw[sound=yes]'
heard "0.2=1000 0.6=1000 1.4=1000 1.6=1200 2.6=1000" film.slw 'voice.slw[sound=yes,start=500ms]'
[ "$(sl-composite 'film.slw[sound=no]' clip.slw | sl-info --json - | grep -c '"audio"')" = 0 ] || fail "sound=no"
# Gains and mute, given, live at a time, and eased.
heard "0=650 2.9=650" film.slw 'clip.slw[sound=yes,gain=x0.5]' --layer silent.slw x=0 --control <(echo 'film.gain=-6.0206')
heard "1=1150" film.slw 'clip.slw[sound=yes,gain=-6.0206dB]'
printf '%s\n' '@1s clip.mute=true' '@2s clip.mute=no over 500ms' > lines
heard "0.9=1300 1.1=1000 1.9=1000 2.25=1150 2.6=1300" --control lines film.slw 'clip.slw[sound=yes]'
echo '@1s film.gain=x0 over 1s' > lines
heard "0.9=1000 1.25=820-870 1.5=500 1.75=130-180 2.1=0" --control lines film.slw
# Ducking: 12 dB while the voice is loud; quiet voices do not duck.
make 6000 1 2 sound > loud.slw
heard "0.8=1000 1.5=6251 1.8=6251 2.2=300-900 2.95=900-1000" 'film.slw[duck=loud]' 'loud.slw[sound=yes]'
heard "1.5=1200" 'film.slw[duck=voice]' 'voice.slw[sound=yes]'
printf '%s\n' '@0s film.duck=loud' '@1.5s film.duck=none' > lines
heard "1.4=6251 2.9=900-1000" --control lines film.slw 'loud.slw[sound=yes]'
# Scenes: a cross-fade of the sound of what they list; what none lists is in all.
printf '%s\n' '[a]' film '[b]' 'clip.slw[sound=yes,gain=x2]' > show
echo '@1s scene b over 1s' > lines
heard "0.5=1000 1.5=800 2.1=600" --scene show --control lines film.slw
heard "0.5=1000 1.5=1200 2.5=1000" --scene <(printf '%s\n' 'voice.slw[sound=yes]' '[a]' film) film.slw
# The result depends on the streams alone.
samples() { "$SL_PYTHON" -c 'import sound; print(*[f.samples[:, 0].tolist() for f in sound.read(0)[0][1][2]], sep="\n")'; }
sl-composite --scene show --control lines film.slw | samples > one.txt
(head -c 30000; sleep 0.3; cat) < film.slw | sl-composite --scene show --control lines --layer - name=film | samples > two.txt
cmp one.txt two.txt || fail "the sound depends on when it comes"

make 300 0 3 both 16000 > other.slw
expect_status 65 sl-composite film.slw 'other.slw[sound=yes]' 2> rate.err > none.slw
one_line rate.err 'input 2 (other.slw) has 16000 Hz and 1 channels but the first has 8000 Hz.*sl-resample'
expect_status 64 sl-composite film.slw 'silent.slw[sound=yes]' 2> none.err > none.slw
one_line none.err 'silent.slw'
expect_status 64 sl-composite 'film.slw[duck=nobody]' clip.slw 2> duck.err > none.slw
one_line duck.err 'duck: "nobody" is no layer; there are film, clip'

#!/bin/bash
# sl-display in a terminal, over time: keys, the rate of the line, failures, and a restored terminal after each end.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
unset DISPLAY WAYLAND_DISPLAY
cat > films.py << 'P'
import os, re, signal, sys, time
sys.path.insert(0, os.environ["SL_SOURCE"] + "/tests/pipes/support")
from terminal import Terminal

FULL = {"COLORTERM": "truecolor"}.items()
live = "test-live --width 64 --height 48 --rate 25 --frames {} {} | sl-display --terminal"

def pictures(terminal):
    return terminal.output.count(b"\033[5n")

# A film comes at its pace, and to its end.
film = "ffmpeg -v error -f lavfi -i testsrc2=size=320x240:rate=10:duration=2 -c:v libx264 -f matroska - | sl-display --terminal"
start = time.monotonic()
with Terminal(film, columns=60, rows=20, environment=FULL) as terminal:
    assert terminal.wait() == 0 and terminal.is_restored(), terminal.output[-2000:]
assert 1.9 < time.monotonic() - start < 15 and 5 <= pictures(terminal) <= 20, (time.monotonic() - start, pictures(terminal))

# A line that takes 0.4 s to answer gets two pictures in that time, and live ones are left out.
with Terminal(live.format(75, ""), delay=0.4, environment=FULL) as terminal:
    assert terminal.wait() == 0 and terminal.is_restored(), (terminal.status, terminal.output[-500:])
assert 6 <= pictures(terminal) <= 20, pictures(terminal)

# No answer of a slow line is left for the shell to read, whether the film ends or the user ends it.
for key in "", "q":
    with Terminal("sl-pattern --duration %ds --size 64x48 | sl-display --terminal; " % (60 if key else 1) +
                  'IFS= read -rs -t 1.5 -N 64 rest; printf "left[%q]" "$rest"', delay=0.3, environment=FULL) as terminal:
        terminal.pump(1)
        terminal.press(key)
        assert terminal.wait() == 0 and b"left['']" in terminal.output, (key, terminal.output[-100:])

# Keys: information that can be read, a pause, a picture saved, the end of the whole pipe.
with Terminal(live.format(10000, "") + "; echo ${PIPESTATUS[@]}", environment=FULL) as terminal:
    terminal.pump(0.5)
    terminal.press("i")
    terminal.pump(0.5)
    assert re.search(rb"64x48 rgb24, 50?/s|64x48 rgb24, 25/s", terminal.output) and b"frame " in terminal.output
    terminal.press(" ")
    terminal.pump(0.3)
    before = pictures(terminal)
    terminal.pump(0.5)
    assert pictures(terminal) == before, "it is not paused"
    for key in ("\033[C", "\033[D"):
        terminal.press(key)
        terminal.pump(0.7)
        assert pictures(terminal) == before + 1, "an arrow shows no picture"
        before += 1
    terminal.press("s")
    terminal.pump(0.5)
    terminal.press("q")
    assert terminal.wait() == 0 and terminal.is_restored(), (terminal.status, terminal.output[-500:])
assert b"141 0" in terminal.output, terminal.output[-200:]
saved = re.search(rb"sl-display: saved (sl-display-\S*-1\.png)", terminal.output).group(1).decode()
assert os.system(f"sl-info {saved} | grep -q 64x48") == 0, saved

# Ctrl-C is for the whole pipe, and a live one ends well by it.
with Terminal(live.format(10000, ""), environment=FULL) as terminal:
    terminal.pump(0.7)
    terminal.press("\x03")
    assert terminal.wait() in (0, 130) and terminal.is_restored()

# Ended at once, or by force: another process gives the terminal back.
for what in (signal.SIGKILL, signal.SIGSEGV):
    with Terminal(live.format(10000, "") + "; sleep 0.5", environment=FULL) as terminal:
        terminal.pump(0.7)
        assert not terminal.is_restored()
        os.system(f"pkill -{int(what)} -g {terminal.pid} -o -f 'sl-display-terminal'")
        terminal.wait()
        assert terminal.is_restored(), what

# Upstream fails: a message on a separate line, on the ordinary screen.
with Terminal("{ " + live.format(10000, "").replace("|", "& echo $! > live.pid; wait; } |") + "; echo status $?", environment=FULL) as terminal:
    terminal.pump(0.7)
    os.kill(int(open("live.pid").read()), signal.SIGKILL)
    terminal.wait()
    assert terminal.is_restored()
tail = terminal.output[terminal.output.rfind(b"\033[?1049l"):]
assert b"sl-display: test-live on " in tail and b"status 79" in tail, tail

# In the middle of a pipe, all of the stream arrives.
with Terminal("test-live --frames 20 --rate 50 | sl-display --terminal --tee | sl-tap > passed.slw", environment=FULL) as terminal:
    assert terminal.wait() == 0 and terminal.is_restored(), (terminal.status, terminal.output[-500:])
assert os.system("sl-info --frames --json passed.slw | grep -q '\"frames\":20'") == 0
# q ends it: a live stream is whole then, and of a film the rest is missing.
for source, statuses, there in (("test-live --rate 25", b"141 0 0", True),
                                ("sl-pattern --size 64x48 --duration 60s", b"141 130 79", False)):
    with Terminal(source + " | sl-display --terminal --tee | sl-encode -o quit.mkv; echo ${PIPESTATUS[@]}", environment=FULL) as terminal:
        terminal.pump(1)
        terminal.press("q")
        assert terminal.wait() == 0 and terminal.is_restored(), (terminal.status, terminal.output[-500:])
    assert statuses in terminal.output and os.path.exists("quit.mkv") == there, (source, terminal.output[-300:])
    os.system("rm -f quit.mkv")
P
"$SL_PYTHON" films.py || fail "films"

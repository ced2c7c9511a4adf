#!/bin/bash
# sl-select on the wire chooses the same frames as sl-decode in the film; a single frame of a film keeps its number and time.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
"$SL_PYTHON" -c 'import films; films.make("b-frames.mp4", "variable.mkv", "late.mkv")'
# Pixels by their check sums, times and lengths; numbers of repeated frames differ, and sound by the last bits after a seek.
frames() { "$SL_PYTHON" -c 'import films, streamlib, zlib
for stream in streamlib.Reader(0):
    for f in stream:
        data = b"".join(p.tobytes() for p in f.planes) if f.planes else f.samples.tobytes()
        print(f.track, f.pts, f.duration if f.planes else len(data), zlib.crc32(data) if f.planes else "")' | sort -s -n -k1,1; }
for film in b-frames.mp4 variable.mkv late.mkv; do
  sl-decode "$film" > whole.slw
  for choice in "--at 8.5" "--at 0.84,1.17,0.85" "--frames 3,20:60:9,-1" "--frame 0" "--every 0.3" "--key-frames" \
    "--clips random=3 --clip-frames 4 --seed 5" "--range 0.99:1.5001" "--range 9.3:"; do
    status=0 chosen=0
    # shellcheck disable=SC2086
    sl-decode "$film" $choice > decoded.slw 2> /dev/null || status=$?
    # shellcheck disable=SC2086
    sl-select $choice whole.slw > selected.slw 2> select.err || chosen=$?
    [ $status = $chosen ] || fail "$film $choice: status $chosen instead of $status"
    [ $status = 0 ] || continue
    frames < decoded.slw > decoded
    case $choice in --range*) frames < selected.slw ;; *) frames < selected.slw | grep '^1 ' ;; esac > selected
    case $choice in --range*) ;; *) grep '^1 ' decoded > pictures && mv pictures decoded ;; esac
    cmp decoded selected || fail "$film $choice: $(diff decoded selected)"
  done
done
sl-decode b-frames.mp4 | sl-select --at 1s | sl-encode .png > one.png
sl-decode b-frames.mp4 --at 1s | sl-encode .png > other.png
cmp one.png other.png || fail "another frame"

#!/bin/bash
# Pictures become films: one is shown for 1/25 s, several follow one another; a film that changes its size is refused.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
photo 64 48 a.jpg
photo 65 49 b.png
sl-encode -o one.mp4 a.jpg
same "a still" "$(probe one.mp4 stream=width,height,nb_frames,duration)" "64|48|0.040000|1"
cat a.jpg a.jpg a.jpg | sl-invert -o three.mp4
same "three stills" "$(probe three.mp4 stream=nb_frames,duration)" "0.120000|3"
sl-encode -o odd.mp4 b.png 2> odd.err
one_line odd.err "65x49 is made 66x50 by repeating the edge"
cat a.jpg b.png | expect_status 65 sl-encode -q -o both.mp4 2> both.err || fail "status"
one_line both.err "changes size or format"
absent both.mp4
film streams=3 frames=7 sound=s16le | sl-encode -o turns.mp4
same "three films in turn" "$(pts turns.mp4)" "$(seq 0 20 | awk '{printf "%.6f ", $1 / 25}')"
film frames=3 sound=s16le | sl-encode -o sound.flac 2> left.err
one_line left.err "track 1 of pictures is left out of .flac"

#!/bin/bash
# sl-deinterlace: marked frames only by default; by frame or by field, as ffmpeg's bwdif.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
ffmpeg -v error -f lavfi -i testsrc2=size=160x120:rate=50:duration=1 -vf interlace -c:v mpeg2video -flags +ilme+ildct marked.mkv
ffmpeg -v error -f lavfi -i testsrc2=size=160x120:rate=25:duration=1 -c:v libx264 plain.mp4
hashes() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/frame_hashes.py" 1 | cut -d" " -f3; }
reference() { ffmpeg -v error -i $1 -vf $2 -fps_mode passthrough -f framemd5 - | sed '/^#/d; s/.*, *//'; }
for mode in frame field; do
  sl-deinterlace --mode $mode marked.mkv | hashes > ours
  reference marked.mkv bwdif=send_$mode:deint=interlaced > theirs
  cmp ours theirs || fail "--mode $mode is not ffmpeg's"
done
[ "$(wc -l < ours)" = 50 ] || fail "$(wc -l < ours) frames of 25 with two fields each"
sl-deinterlace marked.mkv | sl-info --json | grep -q '"fields":"progressive"' || fail "the track is not marked as progressive"
cmp <(sl-deinterlace plain.mp4 2> plain.err | hashes) <(sl-decode plain.mp4 | hashes) || fail "progressive frames changed"
one_line plain.err "no frame is marked as interlaced"
cmp <(sl-deinterlace --fields top plain.mp4 | hashes) <(reference plain.mp4 bwdif=send_frame:parity=tff) || fail "--fields top"

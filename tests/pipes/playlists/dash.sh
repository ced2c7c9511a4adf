#!/bin/bash
# DASH manifests are read as HLS playlists of the same segments, with the same checks of references.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
ffmpeg -v error -f lavfi -i testsrc=s=320x240:r=25:d=8 -f lavfi -i sine=d=8 -c:v libx264 -bf 2 -g 50 -c:a aac film.mp4
start_server
url=http://127.0.0.1:$port
dash() { ffmpeg -v error -i film.mp4 -c copy -f dash -seg_duration 2 "$@"; }
dash -use_timeline 1 timeline.mpd
decoded=$(sl-decode --video film.mp4 | sl-encode .y4m | md5sum)
check() {
  for input in "$url/$1" "$1"; do
    same "$input" "$(sl-decode --allow ./ --video "$input" | sl-encode .y4m | md5sum)" "$decoded"
    # One frame more or less than in the MP4, which trims the first frame.
    sl-decode --allow ./ --audio "$input" | sl-info --frames --json | tail -1 | grep -q '"1":{"frames":34[567]' || fail "$input: sound"
  done
}
check timeline.mpd
sl-decode --at 5s "$url/timeline.mpd" | sl-encode .ppm > frame.ppm
sl-decode film.mp4 --at 5s | sl-encode .ppm | cmp - frame.ppm || fail "a frame at a time"
dash -use_timeline 0 numbers.mpd && check numbers.mpd
dash -single_file 1 -use_template 0 -use_timeline 0 list.mpd && check list.mpd
expect_status 77 sl-decode timeline.mpd > none.slw 2> local.err
one_line local.err 'is a playlist (dash): init-stream0.m4s is not opened without --allow ./'
sed 's,<Period,<BaseURL>http://localhost:1/</BaseURL><Period,' timeline.mpd > other.mpd
expect_status 77 sl-decode "$url/other.mpd" > none.slw 2> other.err
one_line other.err 'http://localhost:1/init-stream[01].m4s: is not opened without --allow localhost:1'
sed 's,<Period,<BaseURL>file:///etc/</BaseURL><Period,' timeline.mpd > file.mpd
expect_status 77 sl-decode "$url/file.mpd" > none.slw 2> file.err
one_line file.err 'file:///etc/.*is not opened'
rm chunk-stream0-00003.m4s
expect_status 65 sl-decode "$url/timeline.mpd" > none.slw 2> gap.err
one_line gap.err 'chunk-stream0-00003.m4s: the server answers 404'
sed 's,static,dynamic,' timeline.mpd > live.mpd
expect_status 65 sl-decode "$url/live.mpd" > none.slw 2> live.err
one_line live.err 'live.mpd: a DASH manifest of a live stream'
sl-info "$url/list.mpd" | grep -q 'Dynamic Adaptive Streaming' || fail "sl-info"
# One file without a list of segments.
ffmpeg -v error -i film.mp4 -c copy -an -movflags frag_keyframe+empty_moov+default_base_moof whole.mp4
cat > base.mpd << 'END'
<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" type="static"
     mediaPresentationDuration="PT8S"><Period><AdaptationSet mimeType="video/mp4"><!-- one -->
  <Representation id="1" bandwidth="100000" width="320" height="240"><BaseURL>whole.mp4</BaseURL>
    <SegmentBase indexRange="0-1"/></Representation></AdaptationSet></Period></MPD>
END
same "one file" "$(sl-decode "$url/base.mpd" | sl-encode .y4m | md5sum)" "$decoded"

#!/bin/bash
# sl-subtitles: as FFmpeg's filter draws them, from files and from tracks, with fonts of Matroska; encodings and errors.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
sl-pattern gray --size 320x240 --pixels yuv420p --duration 2s --rate 10 > film.slw
sl-encode -o film.y4m film.slw
cat > text.ass << 'END'
[Script Info]
ScriptType: v4.00+
PlayResX: 320
PlayResY: 240

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, Bold, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV
Style: Default,DejaVu Sans,20,&H00FFFFFF,&H00000000,&H80000000,0,1,2,1,2,10,10,10
Style: Loud,DejaVu Sans,30,&H600000FF,&H00000000,&H00000000,1,1,0,0,8,10,10,10

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.30,0:00:01.10,Loud,Ann,0,0,0,,{\i1}Hello{\i0}, world
Dialogue: 1,0:00:00.50,0:00:01.90,Default,,0,0,0,,at the same {\c&H00FF00&}time
END
printf '\xef\xbb\xbf1\r\n00:00:00,100 --> 00:00:00,900\r\nGr\xc3\xbc\xc3\x9fe, <i>Welt</i>\r\n\r\n2\r\n00:00:01,250 --> 00:00:01,750\r\n<font color="red">zwei</font>\r\nZeilen\r\n' > text.srt
printf 'WEBVTT\n\nNOTE a note\n\na\n00:00.100 --> 00:00.900 align:center\n<v Ann>Gr\xc3\xbc\xc3\x9fe, <i>Welt</i>\n\n00:01.250 --> 00:01.750\n<00:01.300>zwei &amp; drei\n' > text.vtt

# like FILE OTHER NAME: luma of a whole film agrees, except that FFmpeg rounds its blend in another way.
like() {
  "$SL_PYTHON" - "$1" "$2" << 'PY' || fail "$3"
import sys
import numpy as np
def read(name):
    data = open(name, "rb").read()
    frames = data.split(b"FRAME\n")[1:]
    return np.array([np.frombuffer(frame[:320 * 240], np.uint8).reshape(240, 320) for frame in frames]).astype(int)
ours, theirs = read(sys.argv[1]), read(sys.argv[2])
assert ours.shape == theirs.shape == (20, 240, 320), (ours.shape, theirs.shape)
off = np.abs(ours - theirs)
assert off.mean() < 0.15 and (off > 40).mean() < 0.001, (off.mean(), off.max(), [int(f.max()) for f in off])
assert np.abs(theirs - 126).max() > 60 and ((theirs != 126).any((1, 2)) == (ours != 126).any((1, 2))).all()
PY
}
sl-subtitles text.ass film.slw | sl-encode -o ours.y4m
ffmpeg -v error -i film.y4m -vf ass=text.ass -pix_fmt yuv420p theirs.y4m
like ours.y4m theirs.y4m "ASS is not as FFmpeg draws it"
sl-subtitles --style 'Fontname=DejaVu Serif,Fontsize=30' text.srt film.slw | sl-encode -o ours.y4m
ffmpeg -v error -y -i film.y4m -vf "subtitles=text.srt:force_style='Fontname=DejaVu Serif,Fontsize=30'" -pix_fmt yuv420p theirs.y4m
like ours.y4m theirs.y4m "SubRip is not as FFmpeg draws it"

# The same text in other forms, and out of tracks.
frame() { sl-select --frame 5 | sl-encode .pgm; }
sl-subtitles text.srt film.slw | frame > srt.pgm
sl-subtitles text.vtt film.slw | frame | cmp - srt.pgm || fail "WebVTT"
"$SL_PYTHON" -c 'import sys; sys.stdout.buffer.write(open("text.srt", encoding="utf-8-sig").read().encode("utf-16"))' > wide.srt
sl-subtitles wide.srt film.slw | frame | cmp - srt.pgm || fail "UTF-16"
"$SL_PYTHON" -c 'import sys; sys.stdout.buffer.write(open("text.srt", encoding="utf-8-sig").read().encode("cp1252"))' > latin.srt
sl-subtitles latin.srt film.slw 2> latin.err | frame | cmp - srt.pgm || fail "Latin-1"
one_line latin.err 'latin.srt: no UTF-8'
sl-subtitles --delay 0.3 text.srt film.slw | sl-select --frame 3 | sl-compare - <(sl-select --frame 3 film.slw) > /dev/null || fail "--delay"
ffmpeg -v error -i film.y4m -i text.srt -i text.ass -map 0 -map 1 -map 2 -c:v ffv1 -c:s:0 srt -c:s:1 ass -metadata:s:s:1 language=eng \
  -attach /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf -metadata:s:t mimetype=application/x-truetype-font film.mkv
sl-subtitles --track 2 film.mkv | frame | cmp - srt.pgm || fail "a track of SubRip"
sl-decode --stream all film.mkv | sl-subtitles --track data:eng > track.slw
# Where a text and a frame begin together, the frame comes first in the stream: the text is a frame late.
sl-decode film.mkv 2> decode.err | sl-subtitles text.ass > file.slw
for frame in 2 4 8 15 19; do
  sl-select --frame $frame track.slw | sl-compare - <(sl-select --frame $frame file.slw) > /dev/null || fail "a track of ASS: frame $frame"
done
sl-info track.slw > info.txt
! grep -q 'data 3: ass' info.txt && grep -q 'data 2: subrip' info.txt || fail "the tracks that are left: $(cat info.txt)"
ffmpeg -v error -i film.y4m -i text.srt -map 0 -map 1 -c:v mpeg4 -c:s mov_text film.mp4
sl-subtitles --track 2 film.mp4 > mp4.slw
sl-select --frame 5 mp4.slw | sl-compare - <(sl-decode --frame 5 film.mp4 2> /dev/null) > /dev/null && fail "a track of MP4"

refused() {
  local status=$1 pattern=$2
  shift 2
  expect_status "$status" sl-subtitles "$@" 2> bad.err > bad.slw
  one_line bad.err "$pattern"
}
refused 66 'missing.srt: No such file' missing.srt film.slw
printf '1\n00:00:00,1x0 --> 00:00:00,900\nno\n' > bad.srt
refused 65 'bad.srt: line 2: .* is not TIME --> TIME' bad.srt film.slw
printf 'nothing\n' > bad.srt
refused 65 'bad.srt: no ASS, SubRip or WebVTT' bad.srt film.slw
head -c 3000 film.mkv > bad.srt
refused 65 'bad.srt: no text' bad.srt film.slw
refused 64 '--style: "Bold" is not FIELD=VALUE' --style Bold text.srt film.slw
refused 64 'no track 9' --track 9 film.slw
refused 64 '"video" is no track of text' --track video film.slw

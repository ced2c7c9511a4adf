#!/bin/bash
# Subtitles pass as packets: text, times, language, title and disposition are kept; text
# gets the form of the container; tracks that a container cannot hold are left out and named.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
printf '1\n00:00:00,100 --> 00:00:00,900\nGrüße, <i>Welt</i>\n\n2\n00:00:01,250 --> 00:00:01,750\nzwei\nZeilen\n' > de.srt
cat > en.ass <<'END'
[Script Info]
ScriptType: v4.00+
PlayResX: 320

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Bold
Style: Default,Sans,20,&H00FFFFFF,0
Style: Loud,Serif,30,&H000000FF,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.30,0:00:01.10,Loud,Ann,0,0,0,,{\i1}Hello{\i0}, world
Dialogue: 1,0:00:00.50,0:00:01.90,Default,,0,0,0,,at the same time
END
ffmpeg -v error -f lavfi -i testsrc=s=64x48:d=2,format=yuv420p -f lavfi -i sine=d=2 -i de.srt -i en.ass -map 0 -map 1 -map 2 -map 3 \
  -c:v libx264 -c:a aac -c:s:0 srt -c:s:1 ass -metadata:s:s:0 language=ger -metadata:s:s:1 language=eng \
  -metadata:s:s:1 title="For all, \"really\"" -disposition:s:0 forced+captions -disposition:s:1 default+hearing_impaired film.mkv
reported() {
  ffprobe -v error -select_streams s -show_data_hash sha256 -show_entries packet=pts_time,duration_time,data_hash "$1" -of compact
  ffprobe -v error -select_streams s -show_data_hash sha256 -of default \
    -show_entries stream=codec_name,extradata_hash:stream_tags=language,title:stream_disposition "$1"
}
head -c 5000 /dev/urandom > font.ttf
ffmpeg -v error -i film.mkv -map 0 -c copy -attach font.ttf -metadata:s:t mimetype=application/x-truetype-font font.mkv
reported film.mkv > expected
[ "$(grep -c ^packet expected)" = 4 ] || fail "the film has no subtitles"
same() { reported "$1" | diff expected - > difference.err || fail "$2"; }

sl-decode --packets --stream all film.mkv | sl-encode -o packets.mkv
same packets.mkv "all as packets"
sl-decode --stream all film.mkv | sl-encode -o encoded.mkv 2> encoded.err
same encoded.mkv "pictures and sound decoded"
sl-decode --packets --stream all film.mkv | sl-track all | sl-encode .mkv > passed.mkv
same passed.mkv "through a stage, into a pipe"
sl-decode --stream all film.mkv | sl-rate 12 | sl-encode -o fewer.mkv 2> fewer.err
same fewer.mkv "with fewer pictures"
for font in font.ttf ttf; do
  [ $font = ttf ] && rest="--keep none" || rest=
  sl-decode --packets --stream all font.mkv | sl-encode $rest -o fonts.mkv
  ffmpeg -v error -dump_attachment:t:0 got.ttf -i fonts.mkv -y -f null - 2> dump.err
  cmp font.ttf got.ttf || fail "a font"
  [ "$(ffprobe -v error -select_streams t -show_entries stream_tags=filename -of csv=p=0 fonts.mkv)" = $font ] || fail "its name"
  rm got.ttf
done
for tracks in 0,2 0,3; do
  sl-decode --stream $tracks film.mkv | sl-encode -o one.mkv
  [ "$(reported one.mkv | grep -c ^packet)" = 2 ] || fail "one of them"
done

# Text in the form of the container: as FFmpeg writes it.
texts() { ffprobe -v error -select_streams s -show_data_hash sha256 -show_entries packet=pts_time,duration_time,data_hash "$1" -of compact; }
sl-decode --packets --stream all film.mkv | sl-encode -o out.mp4 2> mp4.err || fail "into MP4"
grep -q 'out.mp4: subtitles are written as mov_text instead of subrip' mp4.err || fail "the change is not reported"
[ "$(wc -l < mp4.err)" = 2 ] || fail "not a line for each"
ffmpeg -v error -i film.mkv -map 0 -c copy -c:s mov_text expected.mp4
[ "$(texts out.mp4)" = "$(texts expected.mp4)" ] || fail "other texts or times: $(texts out.mp4) $(texts expected.mp4)"
sl-decode --packets --stream all out.mp4 | sl-encode -o back.mkv 2> back.err
ffmpeg -v error -i back.mkv -map 0:s:0 back.srt
words() { grep -v -e '-->' "$1" | tr -d '\r' | grep . | sed 's/<[^>]*>//g'; }
[ "$(words back.srt)" = "$(words de.srt)" ] || fail "there and back: $(words back.srt)"
# A text format that the container lacks is left out and named.
sl-decode --stream all film.mkv | sl-encode -o out.ts 2> ts.err || fail "into TS"
grep -q 'track 3 of data is left out of .ts: it cannot hold subrip' ts.err || fail "the track that TS cannot hold is not reported"
ffmpeg -v error -i film.mkv -map 0:v -map 0:2 -c:v copy -c:s mov_text text.mp4
sl-decode --packets --stream all text.mp4 | sl-encode -o again.mp4
# (FFmpeg appends another box of the bit rate to what describes the text, whenever it writes one.)
[ "$(reported again.mp4 | grep -v extradata)" = "$(reported text.mp4 | grep -v extradata)" ] || fail "text of MP4 in MP4"

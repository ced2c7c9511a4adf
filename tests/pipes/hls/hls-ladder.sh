#!/bin/bash
# A ladder: renditions of one decode that are cut at the same times and share one rendition of sound; other codecs too.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
ffmpeg -v error -f lavfi -i testsrc2=size=320x180:rate=25:duration=5 -f lavfi -i sine=duration=5 film.mkv
check() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" "$1" > "$1.txt" || fail "$1 is not right"; }
sl-hls out --rendition 320x180@400k --rendition 160x90@100k film.mkv
check out
same "segments" "$(grep -h EXTINF out/320x180-400k.m3u8)" "$(grep -h EXTINF out/160x90-100k.m3u8)"
same "renditions" "$(cut -d' ' -f1,2 out.txt | tr '\n' ' ')" "160x90-100k.m3u8 3 320x180-400k.m3u8 3 audio.m3u8 3 "
grep -q 'RESOLUTION=160x90.*AUDIO="audio"' out/index.m3u8 || fail "master playlist"
same "sizes" "$(ffprobe -v error -select_streams v -show_entries stream=width -of csv=p=0 out/index.m3u8 | grep . | sort -u | tr '\n' ' ')" "160 320 "
# The smaller picture is the same picture.
ffmpeg -v error -i out/160x90-100k.m3u8 -i film.mkv -lavfi '[1]scale=160:90[b];[0][b]psnr=stats_file=psnr.txt' -f null - 2> psnr.err
awk '{ sub(".*psnr_avg:", ""); if ($1 + 0 < 22) bad++ } END { exit bad > 0 || NR != 125 }' psnr.txt || fail "other pictures"
while read -r codec audio codecs; do
  sl-hls $codec --codec $codec --audio-codec $audio film.mkv || fail "$codec: status $?"
  check $codec
  grep -q "CODECS=\"$codecs" $codec/index.m3u8 || fail "$codec: $(grep CODECS $codec/index.m3u8)"
  grep -q '^video.m3u8 3 5.000000' $codec.txt || fail "$codec: $(cat $codec.txt)"
done <<'END'
vp9 opus vp09.00.1[01].08,opus
av1 aac av01.0.0[0-9]M.08,mp4a.40.2
hevc flac hvc1.1.6.L[0-9]*.90,fLaC
END
ffmpeg -v error -i film.mkv -vn sound.wav
sl-hls sound sound.wav
check sound
grep -q 'CODECS="mp4a.40.2"$' sound/index.m3u8 && grep -q '^audio.m3u8$' sound/index.m3u8 || fail "sound alone"
# Two fields are two moments: scaling would mix them.
ffmpeg -v error -i film.mkv -vf setfield=tff -flags +ildct+ilme -c:v mpeg2video -t 1 fields.mpg
expect_status 65 sl-hls fields --rendition 320x180@400k --rendition 160x90@100k fields.mpg 2> err
one_line err "interlaced frames cannot be scaled"
sl-deinterlace fields.mpg | sl-hls frames --rendition 320x180@400k --rendition 160x90@100k || fail "deinterlaced: status $?"
check frames

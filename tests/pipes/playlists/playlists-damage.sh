#!/bin/bash
# Missing and damaged segments are reported: FFmpeg would skip them.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
ffmpeg -v error -f lavfi -i testsrc=s=160x120:r=25:d=8 -c:v libx264 -bf 2 -g 50 film.mp4
ffmpeg -v error -i film.mp4 -c copy -f hls -hls_time 2 -hls_list_size 0 list.m3u8
start_server
sed 's,^list2,none,' list.m3u8 > gap.m3u8
sed 's,^list2,status=503/list2,' list.m3u8 > broken.m3u8
sed 's#^list2#drop=9000,close/list2#' list.m3u8 > dropped.m3u8
sed 's,^list0,none,' list.m3u8 > headless.m3u8
# fails STATUS PATTERN ARGUMENTS...
fails() {
  expect_status "$1" sl-decode "${@:3}" > out.slw 2> told.err
  one_line told.err "$2"
}
fails 65 'none.ts: the server answers 404' "http://127.0.0.1:$port/gap.m3u8"
fails 65 'none.ts: No such file' --allow ./ gap.m3u8
fails 65 'none.ts: the server answers 404' "http://127.0.0.1:$port/headless.m3u8"
fails 69 'the server answers 503' "http://127.0.0.1:$port/broken.m3u8"
fails 66 '404' "http://127.0.0.1:$port/none.m3u8"
fails 78 'max-bytes' --max-bytes 20K "http://127.0.0.1:$port/list.m3u8"
sl-decode "http://127.0.0.1:$port/gap.m3u8" 2> abort.err | expect_status 79 sl-info --frames > info.txt 2> info.err
sl-decode --salvage "http://127.0.0.1:$port/gap.m3u8" > salvaged.slw 2> salvaged.err
grep -q '1 segment is missing' salvaged.err || fail "the missing segment is not reported"
frames=$(sl-info --frames --json salvaged.slw | grep -c '^{"frame"')
[ "$frames" -ge 140 ] && [ "$frames" -le 151 ] || fail "$frames frames of 200 without 50"

head -c 16 /dev/urandom > key.bin
printf '%s\n' key.bin key.bin > key.info
ffmpeg -v error -i film.mp4 -c copy -f hls -hls_time 2 -hls_list_size 0 -hls_key_info_file key.info secret.m3u8
sl-decode --allow ./ secret.m3u8 | sl-info --frames --json | grep -q '"frames":200' || fail "encrypted"
head -c 16 /dev/zero > key.bin
fails 65 'cannot be decrypted\|no known\|Invalid data' --allow ./ secret.m3u8
rm key.bin
fails 65 'key.bin: No such file' --allow ./ secret.m3u8
sed 's,AES-128,SAMPLE-AES-CTR,' secret.m3u8 > unknown.m3u8
fails 65 'encrypted by SAMPLE-AES-CTR' --allow ./ unknown.m3u8
printf '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-ENDLIST\n' > empty.m3u8
fails 65 'empty.m3u8' --allow ./ empty.m3u8
{ printf '#EXTM3U\n#EXT-X-TARGETDURATION:2\n'; yes '#' | head -c 17000000; } > endless.m3u8
fails 78 'more than 16777216 bytes' --allow ./ endless.m3u8

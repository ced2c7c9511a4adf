#!/bin/bash
# A playlist may open references to its own server and those that --allow permits; a local one only the latter.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/http.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
ffmpeg -v error -f lavfi -i testsrc=s=160x120:r=25:d=8 -f lavfi -i sine=d=8 -c:v libx264 -bf 2 -g 50 -c:a aac film.mp4
hls() { ffmpeg -v error -i film.mp4 -c copy -f hls -hls_time 2 -hls_list_size 0 "$@"; }
hls list.m3u8
decoded=$(sl-decode --video film.mp4 | sl-encode .y4m | md5sum)
is_the_film() { same "$1" "$(sl-decode --video "${@:2}" | sl-encode .y4m | md5sum)" "$decoded"; }
# refused REFERENCE ARGUMENTS...: an error that names it.
refused() {
  expect_status 77 sl-decode "${@:2}" > none.slw 2> refused.err
  one_line refused.err "^sl-decode: .*$1.*is not opened"
}
start_server
own=127.0.0.1:$port
start_server
other=127.0.0.1:$port

is_the_film "own origin" "http://$own/list.m3u8"
sed "s,^list,http://$other/list," list.m3u8 > other.m3u8
refused "http://$other/list0.ts" "http://$own/other.m3u8"
refused "http://$other/list0.ts" --allow 127.0.0.1 "http://$own/other.m3u8"
is_the_film "another host" --allow "$other" "http://$own/other.m3u8"
sl-shrink 2 --allow "$other" "http://$own/other.m3u8" | sl-info | grep -q ' 80x60 ' || fail "by way of a filter"
sl-info --allow "$other" "http://$own/other.m3u8" | grep -q '160x120' || fail "sl-info"
sed "s,^list,./to=port:${other#*:}/list," list.m3u8 > moved.m3u8
refused "is redirected to http://$other/" "http://$own/moved.m3u8"
is_the_film "a redirect" --allow "$other" "http://$own/moved.m3u8"
refused "http://$other/list0.ts" "http://$own/to=port:${other#*:}/list.m3u8"
is_the_film "the target of a redirect" --allow "$other" "http://$own/to=port:${other#*:}/list.m3u8"
is_the_film "a user and a password" "http://me:pass%20word@$own/secret/list.m3u8"
sl-decode --sandbox-report "http://$own/list.m3u8" 2> sandbox.txt > none.slw
grep -q 'sanitizer build' sandbox.txt || [ "$(grep -c '^sl-decode: .*: in force' sandbox.txt)" = 3 ] || fail "$(cat sandbox.txt)"
! grep -v '^/[^ ]*\(list\|other\|moved\)' requests.log || fail "another file was requested"

refused list0.ts list.m3u8
refused list0.ts --allow "$own" list.m3u8
is_the_film "a local one" --allow ./ list.m3u8
is_the_film "on standard input" --allow . - < list.m3u8
mkdir in && cp list* in
is_the_film "in a folder" --allow in/ in/list.m3u8
refused list0.ts --allow in/ list.m3u8
sed 's,^list,../list,' list.m3u8 > in/up.m3u8
refused '\.\./list0.ts' --allow in/ in/up.m3u8
ln -sf ../list0.ts in/list0.ts
expect_status 77 sl-decode --allow in/ in/list.m3u8 > none.slw 2> link.err
one_line link.err 'list0.ts: leads out of the folder'
is_the_film "local, of a host" --allow "$other" other.m3u8

for scheme in "file://$PWD/list2.ts" list2.ts,x:y data:,x "concat:list1.ts|list2.ts" "crypto:list2.ts" "subfile,,start,0,end,9,,:$PWD/list2.ts"; do
  sed "s#^list2.ts#$scheme#" list.m3u8 > scheme.m3u8
  for input in "http://$own/scheme.m3u8" scheme.m3u8; do refused "${scheme:0:9}" --allow / "$input"; done
done
printf '%s\n' "http://$own/key.bin" key.bin > key.info
head -c 16 /dev/urandom > key.bin
hls -hls_key_info_file key.info secret.m3u8
is_the_film "encrypted" "http://$own/secret.m3u8"
sed -i "s,$own/key,$other/key," secret.m3u8
refused "http://$other/key.bin" "http://$own/secret.m3u8"

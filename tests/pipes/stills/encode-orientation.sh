#!/bin/bash
# A turned picture: marked in containers that have an orientation, turned in others; and the orientations that a track carries.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
. "$SL_SOURCE/tests/pipes/support/film.bash"
film frames=2 track='{"orientation":6,"sample_aspect":[4,3],"language":"deu","title":"Ein Film","meta":{"artist":"ich"},"disposition":["default","forced"]}' > film.slw
sl-encode -o film.mp4 film.slw
same mp4 "$(probe film.mp4 stream=width,height,sample_aspect_ratio:stream_tags=language:stream_side_data=rotation)" "64|48|4:3|deu|-90"
same "tags of mp4" "$(probe film.mp4 format_tags=title,artist)" "Ein Film|ich"
sl-encode -o film.mkv film.slw
same mkv "$(probe film.mkv stream=width,height,sample_aspect_ratio:stream_tags=language,title,artist)" "48|64|3:4|deu|Ein Film|ich"
same disposition "$(probe film.mkv stream_disposition=default,forced)" "1|1"
sl-encode -o film.mkv --no-orient film.slw 2> left.err
same "left as it was" "$(probe film.mkv stream=width,height)" "64|48"
one_line left.err "left out: the orientation of track 1"
# The same picture is seen: ffmpeg turns one, the other is turned.
sl-encode -o reported.mov --codec ffv1 film.slw 2> /dev/null || sl-encode -o reported.mov --codec prores film.slw
sl-encode -q -o turned.mkv --codec ffv1 film.slw
ffmpeg -v error -i reported.mov -i turned.mkv -lavfi '[0:v]format=gray[a];[1:v]format=gray[b];[a][b]psnr=f=-' -f null - | head -1 > psnr
grep -Eq 'psnr_avg:(inf|[3-9][0-9])' psnr || fail "other pictures: $(cat psnr)"

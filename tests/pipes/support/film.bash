# Functions for the tests of film and sound; sourced after lib.bash. ffprobe and ffmpeg are the second opinion.

# film NAME=VALUE...: a film on the wire; film_wire.py lists the names.
film() { "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/film_wire.py" "$@"; }

# probe FILE ENTRIES [OPTIONS]: values, without their names, by bars.
probe() { ffprobe -v error -show_entries "$2" -of compact=p=0:nk=1 "${@:3}" "$1"; }

# pts FILE: the times of its pictures, in seconds, in the order they are shown.
pts() { ffprobe -v error -select_streams v -show_entries frame=pts_time -of csv=p=0 "$1" | tr -d ',' | grep . | tr '\n' ' '; }

# pictures FILE: MD5 of its pictures as raw samples, in the format they have; more options for the input come first.
pictures() { ffmpeg -v error "${@:2}" -i "$1" -map 0:v -fps_mode passthrough -f rawvideo - | md5sum; }

# same SUBJECT A B
same() { [ "$2" = "$3" ] || fail "$1: \"$2\" is not \"$3\""; }

# gaps_told FOLDER SEGMENTS LEAST MOST: all segments of an HLS folder are listed, so many as gaps, and none at the end.
gaps_told() {
  "$SL_PYTHON" "$SL_SOURCE/tests/pipes/support/hls_check.py" "$1" > check.txt || fail "the folder is not right"
  same "all is listed" "$(grep -c EXTINF "$1/video.m3u8")" "$2"
  local gaps
  gaps=$(grep -c EXT-X-GAP "$1/video.m3u8")
  [ "$gaps" -ge "$3" ] && [ "$gaps" -le "$4" ] || fail "$gaps gaps"
  [ "$(tail -3 "$1/video.m3u8" | grep -c GAP)" = 0 ] || fail "the stream did not continue"
}

#!/bin/bash
# What a picture says of itself is a tag of the film that it becomes, or is named in one line.
. "$SL_SOURCE/tests/pipes/support/lib.bash"
needs exiftool
photo 64 48 plain.jpg
exiftool -q -overwrite_original -Model=Camera -XMP:Rating=4 -IPTC:CopyrightNotice=me -XResolution=300 -YResolution=300 -Comment=wall \
  "-ThumbnailImage<=plain.jpg" -Photoshop:URL=http://localhost/ plain.jpg -o rich.jpg
sl-decode rich.jpg > rich.slw
for kind in mp4 mkv webm ts avi y4m; do
  sl-encode -o film.$kind rich.slw 2> $kind.err
  for what in EXIF XMP IPTC "the thumbnail in EXIF" "Photoshop's resources"; do
    [ "$(grep -c "left out: $what of track 1 " $kind.err)" = 1 ] || fail "$what in .$kind"
  done
  if [ -z "$(exiftool -a -G -s film.$kind | grep -i "wall")" ] && ! ffprobe -v error -show_format -show_streams film.$kind | grep -qi "comment=wall"; then
    grep -q "left out: the tags\?.* comment" $kind.err || fail "the comment is lost in .$kind"
  fi
  sl-encode --keep none -o film.$kind rich.slw 2> none.err
  ! grep "EXIF\|XMP\|IPTC\|comment" none.err || fail "--keep none reports in .$kind"
done

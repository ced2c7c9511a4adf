// A picture as a format can hold it. What the format has no place for is made into something that it has a place for,
// or reported; nothing is left out without a word.

#pragma once

#include <cstdint>

#include "formats/format.h"
#include "formats/picture.h"
#include "libcore/wire/wire.h"

namespace sl {

class Reader;
class Writer;

enum class Keep : std::uint8_t { All, Icc, None };  // of the metadata

// Pass a record on to another wire without the metadata that `keep` does not name.
void pass_kept(Reader& in, const wire::Header& record, Writer& out, Keep keep);

// `picture` has the track that the encoder accepted and the attachments of the one that came. Returned is everything
// that the encoder writes:
// - orientation and size in EXIF and XMP agree with the pixels, the thumbnail is back in EXIF;
// - colours that the format cannot state by numbers have a profile;
// - a density that only EXIF can hold is there.
// `orient`: the picture was turned upright, `came` is the track before that. Parts that `keep` does not name are left
// out without a report.
[[nodiscard]] Picture carried(Picture picture, const Track& came, const FormatInfo& format, Keep keep, bool orient,
                              const LeftOut& left_out);

// Name to `left_out` what a film says of the whole of itself, which no picture of it holds: `attachments` of the
// stream.
void report_film_facts(const std::vector<Attachment>& attachments, const Track& picture, const LeftOut& left_out);

}  // namespace sl

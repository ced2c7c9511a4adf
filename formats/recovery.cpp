// Continuing after a damaged picture: what follows a cut one begins somewhere in its last part.

#include "formats/format.h"

namespace sl {

namespace {

// Whether a picture surely begins here: of `format`, which may be in a helper, or of a light one.
bool begins_picture(std::span<const std::byte> head, const Format& format) {
  const FormatInfo& own = format.info;
  return is_surely_picture(head) || (own.sniff(head) && (own.sniff_surely == nullptr || own.sniff_surely(head)));
}

}  // namespace

void skip_damaged(Source& source, const Format& format, std::uint64_t until) {
  for (auto head = source.peek(sniff_bytes);
       source.position() < until && !head.empty() && !begins_picture(head, format); head = source.peek(sniff_bytes)) {
    const std::size_t part = format.intact_part == nullptr ? 0 : format.intact_part(source);
    source.skip(part == 0 ? 1 : part);
  }
}

std::uint64_t skip_to_picture(Source& source, const Format& format) {
  const std::uint64_t begin = source.position();
  for (auto head = source.peek(sniff_bytes); !head.empty() && !begins_picture(head, format);
       head = source.peek(sniff_bytes)) {
    source.consume(1);
  }
  return source.position() - begin;
}

}  // namespace sl

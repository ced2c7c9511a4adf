// Continuing after a damaged picture: what follows a cut one begins somewhere in its last part.

#include "formats/format.h"

namespace sl {

void skip_damaged(Source& source, const Format& format, std::uint64_t until) {
  for (auto head = source.peek(sniff_bytes); source.position() < until && !head.empty() && !is_surely_picture(head);
       head = source.peek(sniff_bytes)) {
    const std::size_t part = format.intact_part == nullptr ? 0 : format.intact_part(source);
    source.skip(part == 0 ? 1 : part);
  }
}

std::uint64_t skip_to_picture(Source& source) {
  const std::uint64_t begin = source.position();
  for (auto head = source.peek(sniff_bytes); !head.empty() && !is_surely_picture(head);
       head = source.peek(sniff_bytes)) {
    source.consume(1);
  }
  return source.position() - begin;
}

}  // namespace sl

// In strips, which stay in the cache.

#include "libcore/pixels/convert_image.h"

#include <algorithm>

#include "libcore/pixels/convert.h"

namespace sl {

void convert_image(const Track& from, const Strip& whole, const Track& to, const Strip& out) {
  if (!Converter::needed(from, to)) return copy_rows(whole, out);
  Converter converter(from, to);
  const std::uint32_t alignment = strip_alignment(from),
                      step = (strip_rows(from) + alignment - 1) / alignment * alignment;
  for (std::uint32_t y = 0; y < whole.rows; y += step) {
    converter.push(part_of(whole, y, std::min(step, whole.rows - y)),
                   [&](const Strip& rows) { copy_rows(rows, part_of(out, rows.first, rows.rows)); });
  }
}

}  // namespace sl

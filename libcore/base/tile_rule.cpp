// Parsing a grid, and its lines.

#include "libcore/base/tile_rule.h"

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace sl {

namespace {

constexpr std::uint32_t most_counted = 32;
constexpr std::uint64_t most_tiles = 1 << 20;

// The places where tiles begin, and the end.
std::vector<std::uint32_t> lines(std::uint32_t whole, std::uint32_t number, bool counts) {
  std::vector<std::uint32_t> lines;
  if (counts) {
    for (std::uint64_t i = 0; i < number; ++i) lines.push_back(static_cast<std::uint32_t>(i * whole / number));
  } else {
    for (std::uint64_t at = 0; at < whole; at += number) lines.push_back(static_cast<std::uint32_t>(at));
  }
  lines.push_back(whole);
  return lines;
}

}  // namespace

TileRule::TileRule(std::string_view option, std::string_view text) : text_(text) {
  std::string_view numbers = text;
  const bool is_count = numbers.ends_with('@'), is_size = numbers.ends_with("px");
  numbers.remove_suffix(is_count ? 1 : is_size ? 2 : 0);
  const auto size = read_size(numbers);
  if (!size) bad_value(option, text, "is no grid like 3x3 (tiles), 256x256 (pixels), 100x100@ (tiles) or 16x16px");
  numbers_ = *size;
  counts_ = is_count || (!is_size && size->width <= most_counted && size->height <= most_counted);
}

std::vector<Rect> TileRule::of(const Size& picture) const {
  if (counts_ && (numbers_.width > picture.width || numbers_.height > picture.height)) {
    throw Error(Status::Usage,
                "a grid of " + text_ + " has more tiles than the picture has pixels, which is " + size_text(picture));
  }
  const auto tiles = [this](std::uint32_t whole, std::uint32_t number) {
    return counts_ ? std::uint64_t{number} : (std::uint64_t{whole} + number - 1) / number;
  };
  if (saturating_multiply(tiles(picture.width, numbers_.width), tiles(picture.height, numbers_.height)) > most_tiles) {
    throw Error(Status::Limit, "a grid of " + text_ + " makes over a million tiles (nothing raises the limit)");
  }
  const auto columns = lines(picture.width, numbers_.width, counts_);
  const auto rows = lines(picture.height, numbers_.height, counts_);
  std::vector<Rect> rects;
  for (std::size_t y = 0; y + 1 < rows.size(); ++y) {
    for (std::size_t x = 0; x + 1 < columns.size(); ++x) {
      rects.push_back({columns[x], rows[y], columns[x + 1] - columns[x], rows[y + 1] - rows[y]});
    }
  }
  return rects;
}

}  // namespace sl

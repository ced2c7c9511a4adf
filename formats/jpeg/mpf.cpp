// The index of a multi-picture file. Specification: CIPA DC-007 (2009), 5.2.

#include "formats/jpeg/mpf.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>

#include "formats/jpeg/input.h"
#include "formats/metadata/tiff_directory.h"

namespace sl::jpeg {
namespace {

using namespace std::literals;

constexpr std::string_view mpf_start = "MPF\0"sv;
constexpr std::uint16_t entries_tag = 0xb002;
constexpr std::size_t entry_bytes = 16, size_offset = 4, position_offset = 8;

// Cameras pad pictures to their blocks. What lies between two is read ahead before it can be taken, so it is bounded.
constexpr std::uint64_t max_gap = 64 << 10;
// A picture of a listed size is read ahead to see whether it ends there.
constexpr std::uint64_t max_moved = 32 << 20;

bool has_bytes(Source& source, std::size_t at, std::initializer_list<unsigned char> expected) {
  const auto ahead = source.peek(at + expected.size());
  if (ahead.size() < at + expected.size()) return false;
  return std::ranges::equal(ahead.subspan(at, expected.size()), expected, {},
                            [](std::byte byte) { return std::to_integer<unsigned char>(byte); });
}

bool has_start(Source& source, std::size_t at) { return has_bytes(source, at, {0xff, 0xd8, 0xff}); }

// Whether a picture of this size begins here.
bool is_moved(Source& source, std::uint64_t size) {
  if (!has_start(source, 0)) return false;
  return size > 4 && size <= max_moved && has_bytes(source, static_cast<std::size_t>(size) - 2, {0xff, 0xd9});
}

}  // namespace

bool is_mpf(std::string_view segment) { return segment.starts_with(mpf_start); }

std::vector<AppendedPicture> read_mpf(std::string_view segment, std::uint64_t position) {
  if (!is_mpf(segment)) return {};
  segment.remove_prefix(mpf_start.size());
  position += mpf_start.size();  // offsets count from here
  const auto directory = tiff::first_directory(segment);
  if (!directory) return {};
  const auto load = [&](std::size_t at, int size) { return tiff::load(segment, at, size, directory->big_endian); };
  const auto found = tiff::find_entry(segment, *directory, entries_tag);
  if (!found || load(*found + tiff::type_offset, 2) != tiff::Undefined) return {};
  const std::size_t bytes = load(*found + tiff::count_offset, 4), start = load(*found + tiff::value_offset, 4);
  if (bytes < entry_bytes || start > segment.size() || bytes > segment.size() - start) return {};

  std::vector<AppendedPicture> pictures;
  for (std::size_t at = start; at + entry_bytes <= start + bytes; at += entry_bytes) {
    const std::uint64_t begin = load(at + position_offset, 4);
    if (begin == 0) continue;  // the picture with the index
    pictures.push_back({position + begin, load(at + size_offset, 4)});
  }
  std::ranges::sort(pictures, {}, &AppendedPicture::begin);
  const auto same = [](const AppendedPicture& a, const AppendedPicture& b) { return a.begin == b.begin; };
  pictures.erase(std::unique(pictures.begin(), pictures.end(), same), pictures.end());
  return pictures;
}

std::size_t skip_appended(Source& source, std::span<const AppendedPicture> pictures) {
  std::size_t skipped = 0;
  for (const AppendedPicture& picture : pictures) {
    const std::uint64_t gap = picture.begin - source.position();
    if (picture.begin >= source.position() && gap <= max_gap && has_start(source, static_cast<std::size_t>(gap))) {
      source.skip(gap);
    } else if (!is_moved(source, picture.size)) {
      continue;
    }
    ++skipped;
    if (picture.size != 0) {
      source.skip(picture.size);
    } else {
      skip_picture(source);
    }
  }
  return skipped;
}

}  // namespace sl::jpeg

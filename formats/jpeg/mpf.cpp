// The index of a multi-picture file. Specification: CIPA DC-007 (2009), 5.2.

#include "formats/jpeg/mpf.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "formats/metadata/tiff_directory.h"

namespace sl::jpeg {
namespace {

using namespace std::literals;

constexpr std::string_view mpf_start = "MPF\0"sv;
constexpr std::uint16_t entries_tag = 0xb002;
constexpr std::size_t entry_bytes = 16, size_offset = 4, position_offset = 8;

// Cameras pad pictures to their blocks. What lies between two is read ahead before it can be taken, so it is bounded.
constexpr std::uint64_t max_gap = 64 << 10;

}  // namespace

std::vector<AppendedPicture> read_mpf(std::string_view segment, std::uint64_t position) {
  if (!segment.starts_with(mpf_start)) return {};
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
    pictures.push_back({position + begin, position + begin + load(at + size_offset, 4)});
  }
  std::ranges::sort(pictures, {}, &AppendedPicture::begin);
  return pictures;
}

void skip_appended(Source& source, std::span<const AppendedPicture> pictures) {
  constexpr std::array start_of_image{std::byte{0xff}, std::byte{0xd8}, std::byte{0xff}};
  for (const AppendedPicture& picture : pictures) {
    if (picture.begin < source.position()) continue;
    const std::uint64_t gap = picture.begin - source.position();
    if (gap > max_gap) return;
    const auto ahead = source.peek(static_cast<std::size_t>(gap) + start_of_image.size());
    if (ahead.size() < gap + start_of_image.size()) return;
    if (!std::ranges::equal(ahead.subspan(static_cast<std::size_t>(gap), start_of_image.size()), start_of_image))
      return;
    source.skip(picture.end - source.position());
  }
}

}  // namespace sl::jpeg

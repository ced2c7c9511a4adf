// Directories of a TIFF, read beside FFmpeg.

#include "formats/av/decode/tiff_facts.h"

#include <algorithm>
#include <array>
#include <set>

#include "formats/metadata/tiff_directory.h"

namespace sl::av {

namespace {

enum Tag : std::uint16_t {
  NewSubfileType = 254,
  Compression = 259,
  StripOffsets = 273,
  StripByteCounts = 279,
  TileWidth = 322,
  DngVersion = 50706,
};

// One directory and the values of its tags.
class Page {
 public:
  Page(std::string_view bytes, const tiff::Directory& directory) : bytes_(bytes), directory_(directory) {}

  [[nodiscard]] bool has(Tag tag) const { return tiff::find_entry(bytes_, directory_, tag).has_value(); }

  // Integers of the tag.
  [[nodiscard]] std::vector<std::uint32_t> numbers(Tag tag) const {
    const auto [type, data] = value(tag);
    const std::size_t size = type == tiff::Short ? 2 : type == tiff::Long ? 4 : 1;
    std::vector<std::uint32_t> numbers;
    for (std::size_t at = 0; at + size <= data.size(); at += size) {
      numbers.push_back(tiff::load(data, at, static_cast<int>(size), directory_.big_endian));
    }
    return numbers;
  }
  [[nodiscard]] std::uint32_t number(Tag tag, std::uint32_t fallback) const {
    const auto all = numbers(tag);
    return all.empty() ? fallback : all[0];
  }
  [[nodiscard]] std::size_t next() const { return directory_.next; }
  // The end of its strips.
  [[nodiscard]] std::uint64_t end() const {
    const auto offsets = numbers(StripOffsets), counts = numbers(StripByteCounts);
    std::uint64_t end = 0;
    for (std::size_t i = 0; i < std::min(offsets.size(), counts.size()); ++i) {
      end = std::max(end, std::uint64_t{offsets[i]} + counts[i]);
    }
    return end;
  }

 private:
  // Type and bytes of a tag; no bytes if they are not all there.
  [[nodiscard]] std::pair<std::uint16_t, std::string_view> value(Tag tag) const {
    constexpr std::array<std::uint64_t, 13> sizes{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};
    const auto entry = tiff::find_entry(bytes_, directory_, tag);
    if (!entry) return {};
    const auto type = static_cast<std::uint16_t>(load(*entry + tiff::type_offset, 2));
    const std::uint64_t size = (type < sizes.size() ? sizes[type] : 0) * load(*entry + tiff::count_offset, 4);
    const std::size_t at = size <= 4 ? *entry + tiff::value_offset : load(*entry + tiff::value_offset, 4);
    if (at > bytes_.size() || size > bytes_.size() - at) return {};
    return {type, bytes_.substr(at, static_cast<std::size_t>(size))};
  }
  [[nodiscard]] std::uint32_t load(std::size_t at, int size) const {
    return tiff::load(bytes_, at, size, directory_.big_endian);
  }

  std::string_view bytes_;
  tiff::Directory directory_;
};

constexpr std::uint32_t reduced = 1;  // a smaller copy, in NewSubfileType

void check_pixels_of(const Page& page, const std::function<void(const std::string&)>& wrong) {
  if (page.has(DngVersion)) return;
  constexpr std::uint32_t old_jpeg = 6, jpeg = 7;
  if (page.has(TileWidth)) return wrong("TIFF in tiles");
  const std::uint32_t compression = page.number(Compression, 1);
  if (compression == old_jpeg || compression == jpeg) wrong("TIFF with JPEG inside");
}

}  // namespace

StillFacts tiff_facts(std::string_view bytes, const std::function<void(const std::string&)>& wrong) {
  StillFacts facts;
  const auto first = tiff::first_directory(bytes);
  if (!first) return facts;
  const Page page(bytes, *first);
  check_pixels_of(page, wrong);
  // Each directory once: their chain may be a ring.
  std::set<std::size_t> seen;
  std::size_t pages = 1;
  std::uint64_t end = page.end();
  for (std::size_t at = page.next(); at != 0 && seen.size() < 10000 && seen.insert(at).second;) {
    const auto directory = tiff::directory_at(bytes, at, first->big_endian);
    if (!directory) break;
    const Page other(bytes, *directory);
    if ((other.number(NewSubfileType, 0) & reduced) == 0) ++pages;
    end = std::max({end, other.end(), std::uint64_t{at}});
    at = other.next();
  }
  if (pages > 1) {
    facts.left_out.emplace_back("pages 2 to " + std::to_string(pages), "the first page of a TIFF is read");
  }
  const std::string_view start = bytes.substr(0, 4);
  if (const std::size_t other = bytes.find(start, static_cast<std::size_t>(std::max<std::uint64_t>(end, 8)));
      other != std::string_view::npos && tiff::first_directory(bytes.substr(other))) {
    facts.left_out.emplace_back("the picture at byte " + std::to_string(other), "one TIFF is read");
  }
  return facts;
}

}  // namespace sl::av

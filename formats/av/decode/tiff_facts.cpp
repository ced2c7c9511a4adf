// Directories of a TIFF, read beside FFmpeg.

#include "formats/av/decode/tiff_facts.h"

#include <algorithm>
#include <functional>
#include <set>

#include "formats/metadata/tiff_directory.h"

namespace sl::av {

namespace {

enum Tag : std::uint16_t {
  NewSubfileType = 254,
  BitsPerSample = 258,
  Compression = 259,
  Photometric = 262,
  FillOrder = 266,
  StripOffsets = 273,
  SamplesPerPixel = 277,
  StripByteCounts = 279,
  PlanarConfiguration = 284,
  ColorMap = 320,
  TileWidth = 322,
  ExtraSamples = 338,
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
    const auto entry = tiff::find_entry(bytes_, directory_, tag);
    if (!entry) return {};
    const auto type = static_cast<std::uint16_t>(load(*entry + tiff::type_offset, 2));
    const std::uint64_t size = tiff::value_bytes(bytes_, *entry, directory_.big_endian);
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

// Return what of this page FFmpeg decodes to wrong pixels; empty: nothing. Values are those of TIFF 6.0.
std::string wrong_in(const Page& page) {
  constexpr std::uint32_t old_jpeg = 6, jpeg = 7;            // Compression
  constexpr std::uint32_t palette = 3, cmyk = 5, ycbcr = 6;  // Photometric
  constexpr std::uint32_t planes = 2, reversed = 2, premultiplied = 1;
  if (page.has(DngVersion)) return "";
  if (page.has(TileWidth)) return "TIFF in tiles";
  const std::uint32_t compression = page.number(Compression, 1), photometric = page.number(Photometric, 1),
                      bits = page.number(BitsPerSample, 1);
  if (compression == old_jpeg || compression == jpeg) return "TIFF with JPEG inside";
  if (photometric == ycbcr) return "TIFF in YCbCr";
  if (photometric == cmyk && page.number(PlanarConfiguration, 1) == planes) return "TIFF in planes of CMYK";
  if (page.number(ExtraSamples, 0) == premultiplied) return "TIFF with colours premultiplied by alpha";
  if (page.number(FillOrder, 1) == reversed && bits > 1 && bits < 8) return "TIFF with its bits in reverse order";
  if (photometric != palette) return "";
  if (page.number(SamplesPerPixel, 1) > 1) return "TIFF with a palette and alpha";
  const auto colors = page.numbers(ColorMap);
  const bool in_bytes = std::ranges::all_of(colors, [](std::uint32_t value) { return value < 256; });
  return in_bytes && std::ranges::any_of(colors, std::identity()) ? "TIFF with a palette of 8 bits" : "";
}

}  // namespace

StillFacts tiff_facts(std::string_view bytes, const std::function<void(const std::string&)>& wrong) {
  StillFacts facts;
  const auto first = tiff::first_directory(bytes);
  if (!first) return facts;
  const Page page(bytes, *first);
  if (const std::string what = wrong_in(page); !what.empty()) wrong(what);
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

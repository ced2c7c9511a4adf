// The directories of a TIFF, copied into an EXIF of their own. Specifications: TIFF 6.0, section 2; CIPA DC-008 (Exif
// 2.32), 4.6; for ICC, XMP, IPTC and Photoshop TIFF Technical Note 3 and XMP part 3.

#include "formats/tiff/metadata.h"

#include <tiff.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string>

#include "formats/metadata/photoshop.h"
#include "formats/metadata/tiff_edit.h"
#include "libcore/pixels/icc.h"

namespace sl::tiff {

namespace {

using namespace std::literals;

enum Tag : std::uint16_t {
  Photometric = 0x0106,
  WhitePoint = 0x013e,
  Primaries = 0x013f,
  Xmp = 0x02bc,
  Iptc = 0x83bb,
  Photoshop = 0x8649,
  ExifDirectory = 0x8769,
  Icc = 0x8773,
  GpsDirectory = 0x8825,
  MakerNote = 0x927c,
  InteroperabilityDirectory = 0xa005,
};

// Of a page: what EXIF has too. The others describe how pixels are stored.
constexpr std::array<std::uint16_t, 19> carried{0x010e, 0x010f, 0x0110, 0x0112, 0x011a, 0x011b, 0x0128,
                                                0x0131, 0x0132, 0x013b, 0x013c, 0x4746, 0x4749, 0x8298,
                                                0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f};
// Places on the earth (GeoTIFF), and what GDAL says of them.
constexpr std::array<std::uint16_t, 8> places{0x830e, 0x8482, 0x85d8, 0x87af, 0x87b0, 0x87b1, 0xa480, 0xa481};

// How pixels are stored, and the order of pages: from tag to tag.
constexpr std::array<std::array<std::uint16_t, 2>, 16> of_pixels{{{254, 259},
                                                                  {262, 266},
                                                                  {273, 273},
                                                                  {277, 281},
                                                                  {284, 284},
                                                                  {288, 293},
                                                                  {297, 297},
                                                                  {317, 328},
                                                                  {330, 334},
                                                                  {336, 341},
                                                                  {347, 347},
                                                                  {433, 435},
                                                                  {512, 521},
                                                                  {529, 532},
                                                                  {559, 559},
                                                                  {32995, 32998}}};

bool is_of_pixels(std::uint16_t tag) {
  return std::ranges::any_of(of_pixels, [tag](const auto& range) { return tag >= range[0] && tag <= range[1]; });
}

bool is_directory(std::uint16_t tag) {
  return tag == ExifDirectory || tag == GpsDirectory || tag == InteroperabilityDirectory;
}

class MetadataReader {
 public:
  MetadataReader(FileStructure& file, const LeftOut& left_out) : file_(file), left_out_(left_out) {}

  std::vector<Attachment> read(const FileDirectory& page) {
    exif_ = file_.big_endian() ? "MM\0*"s : "II*\0"s;
    exif_.append(4, '\0');
    store(exif_, 4, 8, 4, file_.big_endian());
    if (copy(page, true, 0)) attachments_.push_back({"exif", exif_, 0});
    add_colours(page);
    if (geography_) left_out_("the place on the earth (GeoTIFF)", "no other format has a place for it");
    if (!others_.empty()) left_out_("other tags of TIFF (" + others_ + ")", "no other format has a place for them");
    return std::move(attachments_);
  }

 private:
  // Copy the directory to the end of exif_, with its values behind it. Return whether it has an entry.
  bool copy(const FileDirectory& directory, bool first, int depth) {
    std::vector<FileEntry> kept;
    for (const FileEntry& entry : directory.entries) {
      geography_ = geography_ || std::ranges::find(places, entry.tag) != places.end();
      if (first && !is_directory(entry.tag) && std::ranges::find(carried, entry.tag) == carried.end()) {
        if (!attach(entry)) name_other(entry.tag);
      } else if (entry.tag == MakerNote) {
        left_out_("the maker's notes in EXIF", "they hold places in the file, which change");
      } else if (is_directory(entry.tag) || entry.type <= 13) {  // BigTIFF's own types are in no EXIF
        kept.push_back(entry);
      }
    }
    if (kept.empty()) return false;
    if (exif_.size() % 2 != 0) exif_ += '\0';
    const std::size_t begin = exif_.size();
    exif_.append(2 + kept.size() * entry_bytes + 4, '\0');
    store(exif_, begin, kept.size(), 2, file_.big_endian());
    for (std::size_t i = 0; i < kept.size(); ++i) put(kept[i], begin + 2 + i * entry_bytes, depth);
    return true;
  }

  void name_other(std::uint16_t tag) {
    constexpr std::size_t enough = 60;
    if (is_of_pixels(tag) || std::ranges::find(places, tag) != places.end() || others_.size() > enough) return;
    others_ += (others_.empty() ? "" : ", ") + std::to_string(tag);
    if (others_.size() > enough) others_ += ", ...";
  }

  void put(const FileEntry& entry, std::size_t place, int depth) {
    constexpr int max_depth = 2;
    const bool order = file_.big_endian();
    store(exif_, place, entry.tag, 2, order);
    store(exif_, place + type_offset, is_directory(entry.tag) ? std::uint16_t{Long} : entry.type, 2, order);
    if (is_directory(entry.tag)) {
      const std::size_t there = (exif_.size() + 1) / 2 * 2;
      const auto target = file_.numbers(entry);
      const auto other = target.empty() || depth == max_depth ? std::nullopt : file_.directory(target[0], true);
      const bool some = other && copy(*other, false, depth + 1);
      store(exif_, place + count_offset, 1, 4, order);
      store(exif_, place + value_offset, some ? there : 0, 4, order);
      return;
    }
    std::string value = file_.value(entry);
    const std::uint64_t each = std::max<std::uint64_t>(type_bytes(entry.type), 1);
    store(exif_, place + count_offset, value.size() / each, 4, order);
    if (value.size() <= 4) {
      exif_.replace(place + value_offset, value.size(), value);
      return;
    }
    if (exif_.size() % 2 != 0) exif_ += '\0';
    store(exif_, place + value_offset, exif_.size(), 4, order);
    exif_ += value;
  }

  // Attach the value; return false if the tag has no place beside the pixels.
  bool attach(const FileEntry& entry) {
    const auto add = [&](const char* name, std::string value) {
      if (!value.empty()) attachments_.push_back({name, std::move(value), 0});
      return true;
    };
    if (entry.tag == Icc) return add("icc", file_.value(entry));
    if (entry.tag == Xmp) return add("xmp", file_.value(entry));
    if (entry.tag == Iptc) return add("iptc", iptc_of(entry));
    if (entry.tag != Photoshop) return false;
    PhotoshopResources resources = read_photoshop(file_.value(entry));
    if (!has("iptc")) add("iptc", std::move(resources.iptc));
    add("photoshop", std::move(resources.others));
    if (resources.thumbnail) left_out_("Photoshop's thumbnail", "the picture may change");
    return true;
  }

  // Primaries other than sRGB's become a profile, if the page has no profile. Many writers name sRGB's.
  void add_colours(const FileDirectory& page) {
    const auto kind = file_.number(page, Photometric);
    const bool rgb = kind == PHOTOMETRIC_RGB || kind == PHOTOMETRIC_PALETTE || kind == PHOTOMETRIC_YCBCR;
    if (!rgb || has("icc")) return;
    Chromaticities found{};
    std::size_t count = 0;
    for (const std::uint16_t tag : {WhitePoint, Primaries}) {
      const auto entry = std::ranges::find(page.entries, tag, &FileEntry::tag);
      const std::size_t wanted = tag == WhitePoint ? 2 : 6;
      if (entry == page.entries.end() || entry->type != Ratio || entry->count != wanted) return;
      const std::string value = file_.value(*entry);
      for (std::size_t at = 0; at + 8 <= value.size(); at += 8) {
        const double over = static_cast<double>(file_.load(value, at, 4)),
                     under = static_cast<double>(file_.load(value, at + 4, 4));
        if (under <= 0 || over > under || (over == 0 && at % 16 != 0)) return;
        found[count++] = static_cast<std::int32_t>(std::lround(over / under * 1e5));
      }
    }
    constexpr int tolerance = 100;
    const auto close = [](std::int32_t a, std::int32_t b) { return std::abs(a - b) <= tolerance; };
    const auto area = [&](std::size_t a, std::size_t b) {
      return static_cast<double>(found[a] - found[6]) * (found[b] - found[7]);
    };
    constexpr double least = 1e7;  // of the triangle of primaries, in units of 1e-10
    if (std::abs(area(2, 5) - area(4, 3)) < least || found[1] < 1000) return;
    if (count != found.size() || std::ranges::equal(found, known_primaries().front().chromaticities, close)) return;
    attachments_.push_back({"icc", make_icc({.chromaticities = found}), 0});
  }

  [[nodiscard]] bool has(std::string_view name) const {
    return std::ranges::find(attachments_, name, &Attachment::name) != attachments_.end();
  }

  // Some writers count its bytes in fours, in either order, and fill the last four up.
  std::string iptc_of(const FileEntry& entry) {
    std::string value = file_.value(entry);
    if (entry.type == Long && !value.starts_with('\x1c')) {
      for (std::size_t at = 0; at + 4 <= value.size(); at += 4)
        std::reverse(value.begin() + static_cast<std::ptrdiff_t>(at),
                     value.begin() + static_cast<std::ptrdiff_t>(at) + 4);
    }
    return value;
  }

  FileStructure& file_;
  const LeftOut& left_out_;
  std::string exif_;
  bool geography_ = false;
  std::string others_;  // tags
  std::vector<Attachment> attachments_;
};

}  // namespace

std::vector<Attachment> read_metadata(FileStructure& file, const FileDirectory& page, const LeftOut& left_out) {
  return MetadataReader(file, left_out).read(page);
}

}  // namespace sl::tiff

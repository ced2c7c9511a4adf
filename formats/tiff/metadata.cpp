// The directories of a TIFF, copied into an EXIF of their own. Specifications: TIFF 6.0, section 2; CIPA DC-008 (Exif
// 2.32), 4.6; for ICC, XMP, IPTC and Photoshop TIFF Technical Note 3 and XMP part 3.

#include "formats/tiff/metadata.h"

#include <algorithm>
#include <array>
#include <string>

#include "formats/metadata/photoshop.h"
#include "formats/metadata/tiff_edit.h"

namespace sl::tiff {

namespace {

using namespace std::literals;

enum Tag : std::uint16_t {
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
    if (geography_) left_out_("the place on the earth (GeoTIFF)", "no other format has a place for it");
    return std::move(attachments_);
  }

 private:
  // Copy the directory to the end of exif_, with its values behind it. Return whether it has an entry.
  bool copy(const FileDirectory& directory, bool first, int depth) {
    std::vector<FileEntry> kept;
    for (const FileEntry& entry : directory.entries) {
      geography_ = geography_ || std::ranges::find(places, entry.tag) != places.end();
      if (first && !is_directory(entry.tag) && std::ranges::find(carried, entry.tag) == carried.end()) {
        attach(entry);
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

  void attach(const FileEntry& entry) {
    const auto add = [&](const char* name, std::string value) {
      if (!value.empty()) attachments_.push_back({name, std::move(value), 0});
    };
    if (entry.tag == Icc) return add("icc", file_.value(entry));
    if (entry.tag == Xmp) return add("xmp", file_.value(entry));
    if (entry.tag == Iptc) return add("iptc", iptc_of(entry));
    if (entry.tag != Photoshop) return;
    PhotoshopResources resources = read_photoshop(file_.value(entry));
    const bool has_iptc = std::ranges::find(attachments_, "iptc", &Attachment::name) != attachments_.end();
    if (!has_iptc) add("iptc", std::move(resources.iptc));
    add("photoshop", std::move(resources.others));
    if (resources.thumbnail) left_out_("Photoshop's thumbnail", "the picture may change");
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
  std::vector<Attachment> attachments_;
};

}  // namespace

std::vector<Attachment> read_metadata(FileStructure& file, const FileDirectory& page, const LeftOut& left_out) {
  return MetadataReader(file, left_out).read(page);
}

}  // namespace sl::tiff

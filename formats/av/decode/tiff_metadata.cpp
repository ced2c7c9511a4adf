// The directories of a TIFF, copied into an EXIF of their own. Specifications: TIFF 6.0, section 2; CIPA DC-008 (Exif
// 2.32), 4.6; for ICC, XMP, IPTC and Photoshop TIFF Technical Note 3 and XMP part 3.

#include "formats/av/decode/tiff_metadata.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "formats/metadata/photoshop.h"
#include "formats/metadata/tiff_edit.h"
#include "libcore/base/limits.h"

namespace sl::av {

namespace {

using namespace std::literals;
using tiff::load, tiff::store;

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

// Of the first directory: what EXIF has too. The others describe how pixels are stored.
constexpr std::array<std::uint16_t, 19> carried{0x010e, 0x010f, 0x0110, 0x0112, 0x011a, 0x011b, 0x0128,
                                                0x0131, 0x0132, 0x013b, 0x013c, 0x4746, 0x4749, 0x8298,
                                                0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f};

class Tiff {
 public:
  Tiff(AVIOContext& io, std::string name, const LeftOut& left_out)
      : io_(io), name_(std::move(name)), left_out_(left_out), place_(avio_tell(&io)) {}
  ~Tiff() { avio_seek(&io_, place_, SEEK_SET); }
  Tiff(const Tiff&) = delete;
  Tiff& operator=(const Tiff&) = delete;

  std::vector<Attachment> read() {
    const std::string header = bytes(0, 8);
    if (header.size() < 8 || (!header.starts_with("MM\0*"sv) && !header.starts_with("II*\0"sv))) return {};
    big_endian_ = header[0] == 'M';
    exif_ = header;
    store(exif_, 4, 8, 4, big_endian_);
    if (copy(load(header, 4, 4, big_endian_), true, 0)) attachments_.push_back({"exif", exif_, 0});
    return std::move(attachments_);
  }

 private:
  std::string bytes(std::uint64_t from, std::uint64_t size) {
    total_ += size;
    check_metadata(name_, total_, "TIFF: metadata");
    std::string result(size, '\0');
    const bool found = avio_seek(&io_, static_cast<std::int64_t>(from), SEEK_SET) >= 0;
    const int count =
        found ? avio_read(&io_, reinterpret_cast<unsigned char*>(result.data()), static_cast<int>(size)) : 0;
    result.resize(static_cast<std::size_t>(std::max(count, 0)));
    return result;
  }

  // Copy the directory at this offset of the file to the end of exif_, with its values behind it. Return whether it
  // has an entry.
  bool copy(std::uint64_t offset, bool first, int depth) {
    constexpr int max_depth = 2;
    const std::string number = bytes(offset, 2);
    if (number.size() < 2 || depth > max_depth) return false;
    const std::string entries = bytes(offset + 2, std::uint64_t{load(number, 0, 2, big_endian_)} * tiff::entry_bytes);
    std::vector<std::string> kept;
    for (std::size_t at = 0; at + tiff::entry_bytes <= entries.size(); at += tiff::entry_bytes) {
      const std::string entry = entries.substr(at, tiff::entry_bytes);
      const auto tag = static_cast<std::uint16_t>(load(entry, 0, 2, big_endian_));
      const bool directory = tag == ExifDirectory || tag == GpsDirectory || tag == InteroperabilityDirectory;
      if (first && !directory && std::ranges::find(carried, tag) == carried.end()) {
        attach(tag, entry);
      } else if (tag == MakerNote) {
        left_out_("the maker's notes in EXIF", "they hold places in the file, which change");
      } else {
        kept.push_back(entry);
      }
    }
    if (kept.empty()) return false;
    if (exif_.size() % 2 != 0) exif_ += '\0';
    const std::size_t begin = exif_.size();
    exif_.append(2 + kept.size() * tiff::entry_bytes + 4, '\0');
    store(exif_, begin, kept.size(), 2, big_endian_);
    for (std::size_t i = 0; i < kept.size(); ++i) {
      const std::size_t place = begin + 2 + i * tiff::entry_bytes;
      exif_.replace(place, tiff::entry_bytes, kept[i]);
      move_value(place, depth);
    }
    return true;
  }

  // The bytes of an entry's value.
  std::string value_of(std::string_view entry) {
    const std::uint64_t size = tiff::value_bytes(entry, 0, big_endian_);
    if (size <= 4) return std::string(entry.substr(tiff::value_offset, size));
    return bytes(load(entry, tiff::value_offset, 4, big_endian_), size);
  }

  void move_value(std::size_t place, int depth) {
    const std::string entry = exif_.substr(place, tiff::entry_bytes);
    const std::uint32_t tag = load(entry, 0, 2, big_endian_);
    if (tag == ExifDirectory || tag == GpsDirectory || tag == InteroperabilityDirectory) {
      const std::size_t there = (exif_.size() + 1) / 2 * 2;
      const bool some = copy(load(entry, tiff::value_offset, 4, big_endian_), false, depth + 1);
      store(exif_, place + tiff::value_offset, some ? there : 0, 4, big_endian_);
      return;
    }
    const std::string value = value_of(entry);
    if (value.size() <= 4) return;
    if (exif_.size() % 2 != 0) exif_ += '\0';
    store(exif_, place + tiff::value_offset, exif_.size(), 4, big_endian_);
    exif_ += value;
  }

  void attach(std::uint16_t tag, std::string_view entry) {
    const auto add = [&](const char* name, std::string value) {
      if (!value.empty()) attachments_.push_back({name, std::move(value), 0});
    };
    if (tag == Icc) return add("icc", value_of(entry));
    if (tag == Xmp) return add("xmp", value_of(entry));
    if (tag == Iptc) return add("iptc", iptc_of(entry));
    if (tag != Photoshop) return;
    PhotoshopResources resources = read_photoshop(value_of(entry));
    const bool has_iptc = std::ranges::find(attachments_, "iptc", &Attachment::name) != attachments_.end();
    if (!has_iptc) add("iptc", std::move(resources.iptc));
    add("photoshop", std::move(resources.others));
    if (resources.thumbnail) left_out_("Photoshop's thumbnail", "the picture may change");
  }

  // Some writers count its bytes in fours, in either order, and fill the last four up.
  std::string iptc_of(std::string_view entry) {
    std::string value = value_of(entry);
    if (load(entry, tiff::type_offset, 2, big_endian_) == tiff::Long && !value.starts_with('\x1c')) {
      for (std::size_t at = 0; at + 4 <= value.size(); at += 4)
        std::reverse(value.begin() + at, value.begin() + at + 4);
    }
    return value;
  }

  AVIOContext& io_;
  std::string name_;
  const LeftOut& left_out_;
  std::int64_t place_;
  bool big_endian_ = false;
  std::uint64_t total_ = 0;
  std::string exif_;
  std::vector<Attachment> attachments_;
};

}  // namespace

std::vector<Attachment> tiff_metadata(const AVFormatContext& context, const std::string& name,
                                      const LeftOut& left_out) {
  if (context.iformat->name != "tiff_pipe"sv || (context.pb->seekable & AVIO_SEEKABLE_NORMAL) == 0) return {};
  return Tiff(*context.pb, name, left_out).read();
}

}  // namespace sl::av

// Metadata into tags. libtiff writes those of a page; the directories of EXIF and GPS are copied entry by entry, in the
// file's byte order and at their new places.

#include <algorithm>
#include <array>
#include <string>

#include "formats/metadata/exif.h"
#include "formats/metadata/photoshop.h"
#include "formats/metadata/text.h"
#include "formats/metadata/tiff_directory.h"
#include "formats/tiff/metadata.h"
#include "libcore/base/endian.h"
#include "libcore/media/density.h"

namespace sl::tiff {

namespace {

enum Tag : std::uint16_t {
  Rating = 0x4746,
  RatingPercent = 0x4749,
  ExifDirectory = 0x8769,
  GpsDirectory = 0x8825,
  MakerNote = 0x927c,
  InteroperabilityDirectory = 0xa005,
};

constexpr std::array<std::uint16_t, 8> texts{TIFFTAG_IMAGEDESCRIPTION, TIFFTAG_MAKE,     TIFFTAG_MODEL,
                                             TIFFTAG_SOFTWARE,         TIFFTAG_DATETIME, TIFFTAG_ARTIST,
                                             TIFFTAG_HOSTCOMPUTER,     TIFFTAG_COPYRIGHT};
constexpr std::array<std::uint16_t, 5> windows_texts{0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f};

// Size of the numbers in a value whose bytes have an order.
std::size_t word_of(std::uint16_t type) {
  switch (type) {
    case 3:
    case 8:
      return 2;
    case 4:
    case 5:
    case 9:
    case 10:
    case 11:
    case 13:
      return 4;
    case 12:
      return 8;
    default:
      return 1;
  }
}

class MetadataWriter {
 public:
  MetadataWriter(File& file, Store& store, bool big, const LeftOut& left_out)
      : tif_(file.get()), file_(file), store_(store), big_(big), left_out_(left_out) {}

  void write(const Picture& picture) {
    for (const Attachment& attachment : picture.attachments) {
      const std::string& bytes = attachment.bytes;
      if (attachment.name == "icc") set(TIFFTAG_ICCPROFILE, bytes);
      if (attachment.name == "xmp") set(TIFFTAG_XMLPACKET, bytes);
      if (attachment.name == "iptc") {
        // Older versions of libtiff count fours.
        std::string padded = bytes;
        padded.resize((padded.size() + 3) / 4 * 4);
        const bool fours = TIFFFieldDataType(TIFFFieldWithTag(tif_, TIFFTAG_RICHTIFFIPTC)) == TIFF_LONG;
        const auto count = static_cast<std::uint32_t>(fours ? padded.size() / 4 : bytes.size());
        file_.check(TIFFSetField(tif_, TIFFTAG_RICHTIFFIPTC, count, padded.data()) != 0);
      }
      if (attachment.name == "photoshop") set(TIFFTAG_PHOTOSHOP, write_photoshop("", bytes));
      if (attachment.name == "exif") write_exif(exif_without_prefix(bytes));
    }
    write_comment(picture);
    if (const auto density = density_of(picture.track)) {
      const bool metric = density->unit != Density::Unit::Inch;
      const Density d = density->in(metric ? Density::Unit::Centimetre : Density::Unit::Inch);
      TIFFSetField(tif_, TIFFTAG_XRESOLUTION, d.x);
      TIFFSetField(tif_, TIFFTAG_YRESOLUTION, d.y);
      TIFFSetField(tif_, TIFFTAG_RESOLUTIONUNIT, metric ? RESUNIT_CENTIMETER : RESUNIT_INCH);
    }
    file_.check(true);
  }

 private:
  void set(std::uint32_t tag, const std::string& bytes) {
    if (bytes.empty()) return;
    file_.check(TIFFSetField(tif_, tag, static_cast<std::uint32_t>(bytes.size()), bytes.data()) != 0);
  }

  void write_comment(const Picture& picture) {
    for (const auto& [keyword, text] : texts_of(picture)) {
      if (keyword != comment_keyword) continue;
      if (described_) {
        left_out_("the comment", "EXIF has a description, which TIFF keeps in the same place");
      } else {
        TIFFSetField(tif_, TIFFTAG_IMAGEDESCRIPTION, text.c_str());
      }
    }
  }

  void write_exif(std::string_view exif) {
    const auto first = first_directory(exif);
    if (!first) return left_out_("EXIF", "it is damaged");
    order_ = first->big_endian;
    bool others = false;
    for (std::size_t i = 0; i < first->count; ++i) {
      const std::size_t at = first->entries + i * entry_bytes;
      const auto tag = static_cast<std::uint16_t>(tiff::load(exif, at, 2, order_));
      if (std::ranges::find(texts, tag) != texts.end()) {
        TIFFSetField(tif_, tag, std::string(value_of(exif, at)).c_str());
        described_ = described_ || tag == TIFFTAG_IMAGEDESCRIPTION;
      } else if (tag == TIFFTAG_ORIENTATION) {
        const int orientation = exif_orientation(exif).value_or(1);
        if (orientation != 1) TIFFSetField(tif_, TIFFTAG_ORIENTATION, orientation);
      } else if (tag == ExifDirectory || tag == GpsDirectory) {
        const std::uint64_t place = copy(exif, tiff::load(exif, at + value_offset, 4, order_), 0);
        if (place != 0) TIFFSetField(tif_, tag == ExifDirectory ? TIFFTAG_EXIFIFD : TIFFTAG_GPSIFD, place);
      } else if (tag == Rating || tag == RatingPercent ||
                 std::ranges::find(windows_texts, tag) != windows_texts.end()) {
        set_windows_tag(tag, exif, at);
      } else {
        others = others || !is_of_picture(tag);
      }
    }
    if (others) left_out_("some tags of EXIF", "they are not for a TIFF's own directory");
  }

  // What the page says itself: its size, coding and density.
  static bool is_of_picture(std::uint16_t tag) {
    return tag < 0x0200 || tag == 0x0213 || tag == 0x0214 || tag == 0x0211 || tag == 0x0212;
  }

  void set_windows_tag(std::uint16_t tag, std::string_view exif, std::size_t at) {
    const bool number = tag == Rating || tag == RatingPercent;
    std::string name = "EXIF";
    const TIFFFieldInfo info{tag,
                             static_cast<short>(number ? 1 : TIFF_VARIABLE2),
                             static_cast<short>(number ? 1 : TIFF_VARIABLE2),
                             number ? TIFF_SHORT : TIFF_BYTE,
                             FIELD_CUSTOM,
                             1,
                             static_cast<unsigned char>(number ? 0 : 1),
                             name.data()};
    TIFFMergeFieldInfo(tif_, &info, 1);
    if (number) {
      TIFFSetField(tif_, tag, tiff::load(exif, at + value_offset, 2, order_));
    } else {
      const std::string bytes(value_of(exif, at));
      TIFFSetField(tif_, tag, static_cast<std::uint32_t>(bytes.size()), bytes.data());
    }
  }

  // The bytes of an entry's value; fewer if they are not all there.
  [[nodiscard]] std::string_view value_of(std::string_view exif, std::size_t at) const {
    const std::uint64_t size = value_bytes(exif, at, order_);
    if (size <= 4) return exif.substr(at + value_offset, static_cast<std::size_t>(size));
    const std::size_t place = tiff::load(exif, at + value_offset, 4, order_);
    return place > exif.size() ? std::string_view() : exif.substr(place, static_cast<std::size_t>(size));
  }

  static void append(std::string& to, std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) to += static_cast<char>(value >> 8 * i & 0xff);
  }

  // Append a directory of EXIF to the file; return its place, 0 if it is empty or damaged.
  std::uint64_t copy(std::string_view exif, std::size_t offset, int depth) {
    constexpr int max_depth = 1;
    const auto directory = directory_at(exif, offset, order_);
    if (!directory || depth > max_depth) return 0;
    const std::size_t word = big_ ? 8 : 4;
    std::vector<std::size_t> kept;
    std::vector<std::uint64_t> below;
    for (std::size_t i = 0; i < directory->count; ++i) {
      const std::size_t at = directory->entries + i * entry_bytes;
      const auto tag = tiff::load(exif, at, 2, order_);
      if (tag == MakerNote) {
        left_out_("the maker's notes in EXIF", "they hold places in the file, which change");
        continue;
      }
      kept.push_back(at);
      below.push_back(
          tag == InteroperabilityDirectory ? copy(exif, tiff::load(exif, at + value_offset, 4, order_), depth + 1) : 0);
    }
    if (kept.empty()) return 0;
    const std::uint64_t place = (store_.size() + 1) / 2 * 2;
    std::string entries, values;
    append(entries, kept.size(), big_ ? 8 : 2);
    const std::uint64_t values_place = place + entries.size() + kept.size() * (4 + 2 * word) + word;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      const std::size_t at = kept[i];
      const auto type = static_cast<std::uint16_t>(tiff::load(exif, at + type_offset, 2, order_));
      std::string value(value_of(exif, at));
      if (order_) {
        const std::size_t size = word_of(type);
        for (std::size_t b = 0; b + size <= value.size(); b += size)
          std::reverse(value.begin() + static_cast<std::ptrdiff_t>(b),
                       value.begin() + static_cast<std::ptrdiff_t>(b + size));
      }
      if (tiff::load(exif, at, 2, order_) == InteroperabilityDirectory) {
        value.clear();
        append(value, below[i], 4);
      }
      append(entries, tiff::load(exif, at, 2, order_), 2);
      append(entries, type, 2);
      append(entries, value.size() / std::max<std::uint64_t>(type_bytes(type), 1), word);
      if (value.size() <= word) {
        value.resize(word);
        entries += value;
      } else {
        append(entries, values_place + values.size(), word);
        values += value;
        if (values.size() % 2 != 0) values += '\0';
      }
    }
    append(entries, 0, word);
    store_.seek(place);
    entries += values;
    store_.write(std::as_bytes(std::span(entries)));
    return place;
  }

  TIFF* tif_;
  File& file_;
  Store& store_;
  bool big_;
  const LeftOut& left_out_;
  bool order_ = false;  // of the EXIF: big-endian
  bool described_ = false;
};

}  // namespace

void write_metadata(File& file, Store& store, bool big_tiff, const Picture& picture, const LeftOut& left_out) {
  MetadataWriter(file, store, big_tiff, left_out).write(picture);
}

}  // namespace sl::tiff

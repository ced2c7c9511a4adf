// Application segments of JPEG. Specifications: JFIF (ITU-T T.871); CIPA DC-008 (Exif 2.32) 4.7.2; XMP part 3 (2020)
// 1.1.3; ICC.1:2022 B.4.

#include "formats/jpeg/markers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/track.h"

namespace sl::jpeg {
namespace {

using namespace std::literals;

constexpr std::string_view exif_start = "Exif\0\0"sv, xmp_start = "http://ns.adobe.com/xap/1.0/\0"sv,
                           extended_xmp_start = "http://ns.adobe.com/xmp/extension/\0"sv, icc_start = "ICC_PROFILE\0"sv;
constexpr std::size_t max_segment = 65533;
constexpr std::size_t icc_part = max_segment - icc_start.size() - 2;

const std::string* find(std::span<const Attachment> attachments, std::string_view name) {
  const auto found = std::ranges::find(attachments, name, &Attachment::name);
  return found == attachments.end() || found->bytes.empty() ? nullptr : &found->bytes;
}

void write_segment(j_compress_ptr jpeg, int marker, const std::string& bytes) {
  jpeg_write_marker(jpeg, marker, reinterpret_cast<const JOCTET*>(bytes.data()), static_cast<unsigned>(bytes.size()));
}

void write_app1(j_compress_ptr jpeg, std::string_view start, std::string_view bytes, std::string_view what,
                std::string_view name) {
  if (bytes.size() > max_segment - start.size()) {
    throw Error(Status::Data, std::string(name) + ": JPEG: " + std::to_string(bytes.size()) + " bytes of " +
                                  std::string(what) + ", but the format holds " +
                                  std::to_string(max_segment - start.size()));
  }
  write_segment(jpeg, JPEG_APP0 + 1, std::string(start) + std::string(bytes));
}

unsigned next_byte(j_decompress_ptr jpeg) {
  jpeg_source_mgr& source = *jpeg->src;
  if (source.bytes_in_buffer == 0) source.fill_input_buffer(jpeg);
  --source.bytes_in_buffer;
  return *source.next_input_byte++;
}

}  // namespace

SegmentReader::SegmentReader(std::string name, std::function<void(const std::string&)> warn)
    : name_(std::move(name)), warn_(std::move(warn)) {}

void SegmentReader::add(int marker, std::string_view segment, std::uint64_t position) {
  const auto count = [&](std::string_view what) {
    total_ += segment.size();
    check_metadata(name_, total_, what);
  };
  if (marker == JPEG_APP0 + 1) {
    if (segment.starts_with(exif_start) && exif_.empty()) {
      count("EXIF");
      exif_ = segment.substr(exif_start.size());
    } else if (segment.starts_with(xmp_start) && xmp_.empty()) {
      count("XMP");
      xmp_ = segment.substr(xmp_start.size());
    } else if (segment.starts_with(extended_xmp_start)) {
      extended_xmp_ = true;
    }
  } else if (segment.starts_with(icc_start) && segment.size() >= icc_start.size() + 2) {
    count("an ICC profile");
    segment.remove_prefix(icc_start.size());
    if (icc_.size() > 255) return;  // cannot be a profile any more
    icc_.push_back({static_cast<unsigned char>(segment[0]), static_cast<unsigned char>(segment[1]),
                    std::string(segment.substr(2))});
  } else if (appended_.empty()) {
    appended_ = read_mpf(segment, position);
  }
}

std::string SegmentReader::join_icc() {
  std::ranges::stable_sort(icc_, {}, &IccPart::number);
  std::string profile;
  for (std::size_t i = 0; i < icc_.size(); i++) {
    if (icc_[i].count != icc_.size() || icc_[i].number != i + 1) {
      warn_("the ICC profile is dropped: its " + std::to_string(icc_.size()) + " parts do not make one");
      return {};
    }
    profile += icc_[i].bytes;
  }
  return profile;
}

std::vector<Attachment> SegmentReader::attachments() {
  std::vector<Attachment> result;
  if (!exif_.empty()) result.push_back({.name = "exif", .bytes = std::move(exif_)});
  if (!xmp_.empty()) result.push_back({.name = "xmp", .bytes = std::move(xmp_)});
  if (extended_xmp_) warn_("extended XMP is dropped");
  std::string icc = join_icc();
  icc_.clear();
  if (!icc.empty()) result.push_back({.name = "icc", .bytes = std::move(icc)});
  return result;
}

std::string read_segment(j_decompress_ptr jpeg) {
  unsigned length = next_byte(jpeg) << 8;
  length |= next_byte(jpeg);
  std::string segment;
  if (length > 2) segment.reserve(length - 2);
  while (segment.size() + 2 < length) {
    segment += static_cast<char>(next_byte(jpeg));
    jpeg_source_mgr& source = *jpeg->src;
    const std::size_t count = std::min<std::size_t>(source.bytes_in_buffer, length - 2 - segment.size());
    segment.append(reinterpret_cast<const char*>(source.next_input_byte), count);
    source.next_input_byte += count;
    source.bytes_in_buffer -= count;
  }
  return segment;
}

void write_segments(j_compress_ptr jpeg, std::span<const Attachment> attachments, std::string_view name) {
  if (const std::string* exif = find(attachments, "exif")) write_app1(jpeg, exif_start, *exif, "EXIF", name);
  if (const std::string* xmp = find(attachments, "xmp")) write_app1(jpeg, xmp_start, *xmp, "XMP", name);
  if (const std::string* icc = find(attachments, "icc")) {
    const std::size_t parts = (icc->size() + icc_part - 1) / icc_part;
    if (parts > 255) {
      throw Error(Status::Data, std::string(name) + ": JPEG: an ICC profile of " + std::to_string(icc->size()) +
                                    " bytes, but the format holds " + std::to_string(255 * icc_part));
    }
    for (std::size_t i = 0; i < parts; i++) {
      std::string segment(icc_start);
      segment += static_cast<char>(i + 1);
      segment += static_cast<char>(parts);
      segment += icc->substr(i * icc_part, icc_part);
      write_segment(jpeg, JPEG_APP0 + 2, segment);
    }
  }
}

void describe(const jpeg_decompress_struct& jpeg, Track& track) {
  Json meta;
  meta["format"] = "JPEG";
  meta["coding"] = std::string(jpeg.progressive_mode != 0 ? "progressive" : "sequential") +
                   (jpeg.arith_code != 0 ? ", arithmetic" : "");
  if (jpeg.saw_JFIF_marker != 0 && jpeg.X_density != 0 && jpeg.Y_density != 0) {
    if (jpeg.density_unit == 1 || jpeg.density_unit == 2) {
      meta["density"] = std::to_string(jpeg.X_density) + "x" + std::to_string(jpeg.Y_density) +
                        (jpeg.density_unit == 1 ? " per inch" : " per cm");
    } else if (jpeg.X_density != jpeg.Y_density) {
      // A ratio; the more samples to a length, the shorter each.
      track.sample_aspect = {jpeg.Y_density, jpeg.X_density};
    }
  }
  track.rest = write_json(Json{{"meta", std::move(meta)}});
}

// JFIF has one density field: a ratio without a unit if pixels are not square, else samples per inch or centimetre.
void set_density(j_compress_ptr jpeg, const Track& track) {
  const Rational& aspect = track.sample_aspect;
  if (aspect.num > 0 && aspect.den > 0 && aspect.num != aspect.den && aspect.num <= 0xffff && aspect.den <= 0xffff) {
    jpeg->density_unit = 0;
    jpeg->X_density = static_cast<UINT16>(aspect.den);
    jpeg->Y_density = static_cast<UINT16>(aspect.num);
    return;
  }
  const Json rest = Json::parse(track.rest, nullptr, false);
  const Json::json_pointer path("/meta/density");
  if (!rest.is_object() || !rest.contains(path) || !rest[path].is_string()) return;
  unsigned x = 0, y = 0;
  std::array<char, 6> unit{};
  if (std::sscanf(rest[path].get<std::string>().c_str(), "%5ux%5u per %5s", &x, &y, unit.data()) != 3) return;
  if (x == 0 || y == 0 || x > 0xffff || y > 0xffff) return;
  jpeg->density_unit = std::string_view(unit.data()) == "inch" ? 1 : std::string_view(unit.data()) == "cm" ? 2 : 0;
  jpeg->X_density = static_cast<UINT16>(jpeg->density_unit != 0 ? x : 1);
  jpeg->Y_density = static_cast<UINT16>(jpeg->density_unit != 0 ? y : 1);
}

}  // namespace sl::jpeg

// Application segments of JPEG. Specifications: JFIF (ITU-T T.871); CIPA DC-008 (Exif 2.32) 4.7.2; XMP part 3 (2020)
// 1.1.3; ICC.1:2022 B.4; ISO 21496-1 (gain maps).

#include "formats/jpeg/markers.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "formats/metadata/exif_fields.h"
#include "formats/metadata/photoshop.h"
#include "formats/metadata/xmp.h"
#include "formats/picture.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/media/density.h"

namespace sl::jpeg {
namespace {

using namespace std::literals;

constexpr std::string_view exif_start = "Exif\0\0"sv, xmp_start = "http://ns.adobe.com/xap/1.0/\0"sv,
                           icc_start = "ICC_PROFILE\0"sv, photoshop_start = "Photoshop 3.0\0"sv,
                           gain_map_start = "urn:iso:std:iso:ts:21496:-1\0"sv;
constexpr std::size_t max_segment = 65533;
constexpr std::size_t icc_part = max_segment - icc_start.size() - 2;

std::string find(const Picture& picture, std::string_view name) {
  const auto found = std::ranges::find(picture.attachments, name, &Attachment::name);
  return found == picture.attachments.end() ? std::string() : found->bytes;
}

void write_segment(j_compress_ptr jpeg, int marker, std::string_view bytes) {
  jpeg_write_marker(jpeg, marker, reinterpret_cast<const JOCTET*>(bytes.data()), static_cast<unsigned>(bytes.size()));
}

// Bytes as segments that each begin with `start`.
void write_parts(j_compress_ptr jpeg, int marker, std::string_view start, std::string_view bytes) {
  const std::size_t room = max_segment - start.size();
  for (; !bytes.empty(); bytes.remove_prefix(std::min(room, bytes.size()))) {
    write_segment(jpeg, marker, std::string(start) + std::string(bytes.substr(0, room)));
  }
}

// The name that most writers put at the start of a segment.
std::string identifier(int marker, std::string_view segment) {
  const std::string_view word = segment.substr(0, std::min(segment.find('\0'), std::size_t{40}));
  return "segment APP" + std::to_string(marker - JPEG_APP0) + (word.empty() ? "" : " \"" + printable(word, 60) + "\"");
}

unsigned next_byte(j_decompress_ptr jpeg) {
  jpeg_source_mgr& source = *jpeg->src;
  if (source.bytes_in_buffer == 0) source.fill_input_buffer(jpeg);
  --source.bytes_in_buffer;
  return *source.next_input_byte++;
}

}  // namespace

SegmentReader::SegmentReader(std::string name, LeftOut left_out)
    : name_(std::move(name)), left_out_(std::move(left_out)) {}

bool SegmentReader::add_app1(std::string_view segment) {
  if (segment.starts_with(exif_start) && exif_.empty()) {
    exif_ = segment.substr(exif_start.size());
  } else if (segment.starts_with(xmp_start) && xmp_.empty()) {
    xmp_ = segment.substr(xmp_start.size());
  } else if (segment.starts_with(extended_xmp_start)) {
    extended_xmp_.add(segment);
  } else {
    return false;
  }
  return true;
}

bool SegmentReader::add_app2(std::string_view segment, std::uint64_t position) {
  if (segment.starts_with(icc_start) && segment.size() >= icc_start.size() + 2) {
    segment.remove_prefix(icc_start.size());
    if (icc_.size() > 255) return true;  // cannot be a profile any more
    icc_.push_back({static_cast<unsigned char>(segment[0]), static_cast<unsigned char>(segment[1]),
                    std::string(segment.substr(2))});
  } else if (segment.starts_with(gain_map_start)) {
    gain_map_ = true;
  } else if (is_mpf(segment)) {
    if (appended_.empty()) appended_ = read_mpf(segment, position);
  } else {
    return false;
  }
  return true;
}

void SegmentReader::add(int marker, std::string_view segment, std::uint64_t position) {
  total_ += segment.size();
  check_metadata(name_, total_, "metadata");
  bool known = marker == JPEG_COM;
  if (known) {
    const std::string_view text = segment.substr(0, segment.find_last_not_of('\0') + 1);
    if (!text.empty())
      (void)texts_.add(std::string(comment_keyword), is_utf8(text) ? std::string(text) : utf8_of_latin1(text));
  } else if (marker == JPEG_APP0 + 1) {
    known = add_app1(segment);
  } else if (marker == JPEG_APP0 + 2) {
    known = add_app2(segment, position);
  } else if (marker == JPEG_APP0 + 13 && segment.starts_with(photoshop_start)) {
    photoshop_ += segment.substr(photoshop_start.size());
    known = true;
  }
  if (!known && unknown_.size() < 20) unknown_.insert(identifier(marker, segment));
}

std::string SegmentReader::join_icc() {
  std::ranges::stable_sort(icc_, {}, &IccPart::number);
  std::string profile;
  for (std::size_t i = 0; i < icc_.size(); i++) {
    if (icc_[i].count != icc_.size() || icc_[i].number != i + 1) {
      left_out_("the colour profile", "its " + std::to_string(icc_.size()) + " parts do not make one");
      return {};
    }
    profile += icc_[i].bytes;
  }
  return profile;
}

void SegmentReader::join_xmp() {
  if (xmp_.empty()) return;
  if (auto joined = extended_xmp_.join(xmp_)) {
    xmp_ = std::move(*joined);
  } else {
    left_out_("the second part of XMP", "it is incomplete, or does not fit to the first");
  }
}

// The pictures behind this one are passed over, so XMP must not promise them.
void SegmentReader::report_claims() {
  const XmpClaims claims = remove_xmp_claims(xmp_);
  const std::string why = "it is not read from behind the picture";
  gain_map_ = gain_map_ || claims.gain_map;
  if (gain_map_) {
    left_out_("the gain map", why + ": the picture is no longer HDR");
  } else if (claims.others && !claims.video) {
    left_out_("further parts of the file, as XMP lists them", "one picture is read");
  }
  if (claims.video) left_out_("the video of a motion photo", why);
}

void SegmentReader::put(Picture& picture) {
  const auto attach = [&](const char* name, std::string bytes) {
    if (!bytes.empty()) picture.attachments.push_back({.name = name, .bytes = std::move(bytes)});
  };
  join_xmp();
  report_claims();
  attach("exif", std::move(exif_));
  attach("xmp", std::move(xmp_));
  attach("icc", join_icc());
  icc_.clear();
  PhotoshopResources resources = read_photoshop(photoshop_);
  attach("iptc", std::move(resources.iptc));
  attach("photoshop", std::move(resources.others));
  if (resources.thumbnail) left_out_("Photoshop's thumbnail", "the picture may change");
  texts_.put(picture);
  for (const std::string& segment : unknown_) left_out_(segment, "it is of unknown meaning");
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

namespace {

void write_exif(j_compress_ptr jpeg, std::string exif, const LeftOut& left_out) {
  if (exif.empty()) return;
  const std::size_t room = max_segment - exif_start.size();
  const std::string why = "JPEG holds " + std::to_string(room) + " bytes of EXIF";
  if (exif.size() > room && take_exif_thumbnail(exif)) left_out("the thumbnail in EXIF", why);
  if (exif.size() > room) return left_out("EXIF of " + std::to_string(exif.size()) + " bytes", why);
  write_segment(jpeg, JPEG_APP0 + 1, std::string(exif_start) + exif);
}

void write_xmp(j_compress_ptr jpeg, const std::string& xmp) {
  if (xmp.empty()) return;
  const SplitXmp split = split_xmp(xmp, max_segment - xmp_start.size());
  write_segment(jpeg, JPEG_APP0 + 1, std::string(xmp_start) + split.first);
  for (const std::string& segment : split.segments) write_segment(jpeg, JPEG_APP0 + 1, segment);
}

void write_icc(j_compress_ptr jpeg, const std::string& icc, const LeftOut& left_out) {
  const std::size_t parts = (icc.size() + icc_part - 1) / icc_part;
  if (parts > 255) {
    return left_out("the colour profile of " + std::to_string(icc.size()) + " bytes",
                    "JPEG holds " + std::to_string(255 * icc_part));
  }
  for (std::size_t i = 0; i < parts; i++) {
    std::string segment(icc_start);
    segment += static_cast<char>(i + 1);
    segment += static_cast<char>(parts);
    segment += icc.substr(i * icc_part, icc_part);
    write_segment(jpeg, JPEG_APP0 + 2, segment);
  }
}

}  // namespace

void write_segments(j_compress_ptr jpeg, const Picture& picture, const LeftOut& left_out) {
  write_exif(jpeg, find(picture, "exif"), left_out);
  write_xmp(jpeg, find(picture, "xmp"));
  write_icc(jpeg, find(picture, "icc"), left_out);
  write_parts(jpeg, JPEG_APP0 + 13, photoshop_start,
              write_photoshop(find(picture, "iptc"), find(picture, "photoshop")));
  for (const auto& [keyword, text] : texts_of(picture)) {
    if (keyword != comment_keyword) continue;
    if (text.size() > max_segment) {
      left_out("the comment of " + std::to_string(text.size()) + " bytes",
               "JPEG holds " + std::to_string(max_segment) + " in one");
    } else {
      write_segment(jpeg, JPEG_COM, text);
    }
  }
}

bool has_jfif_thumbnail(const jpeg_decompress_struct& jpeg) {
  for (const jpeg_marker_struct* marker = jpeg.marker_list; marker != nullptr; marker = marker->next) {
    const std::string_view data(reinterpret_cast<const char*>(marker->data), marker->data_length);
    if (data.starts_with("JFXX")) return true;
    if (data.starts_with("JFIF") && data.size() >= 14 && data[12] != 0 && data[13] != 0) return true;
  }
  return false;
}

void describe(const jpeg_decompress_struct& jpeg, Track& track) {
  Json meta;
  meta["format"] = "JPEG";
  meta["coding"] = std::string(jpeg.progressive_mode != 0 ? "progressive" : "sequential") +
                   (jpeg.arith_code != 0 ? ", arithmetic" : "");
  track.rest = write_json(Json{{"meta", std::move(meta)}});
  if (jpeg.saw_JFIF_marker == 0 || jpeg.X_density == 0 || jpeg.Y_density == 0) return;
  if (jpeg.density_unit == 1 || jpeg.density_unit == 2) {
    const auto unit = jpeg.density_unit == 1 ? Density::Unit::Inch : Density::Unit::Centimetre;
    sl::set_density(track, Density{static_cast<double>(jpeg.X_density), static_cast<double>(jpeg.Y_density), unit});
  } else if (jpeg.X_density != jpeg.Y_density) {
    // A ratio; the more samples to a length, the shorter each.
    track.sample_aspect = {jpeg.Y_density, jpeg.X_density};
  }
}

// JFIF has one density field of whole numbers: samples per inch or centimetre, or a ratio without a unit.
void set_density(j_compress_ptr jpeg, const Track& track) {
  const auto set = [jpeg](UINT8 unit, double x, double y) {
    if (x < 1 || y < 1 || x > 0xffff || y > 0xffff) return false;
    jpeg->density_unit = unit;
    jpeg->X_density = static_cast<UINT16>(x);
    jpeg->Y_density = static_cast<UINT16>(y);
    return true;
  };
  if (const auto density = density_of(track)) {
    const auto error = [](const Density& d) {
      return std::max(std::abs(d.x - std::round(d.x)) / d.x, std::abs(d.y - std::round(d.y)) / d.y);
    };
    const Density inch = density->in(Density::Unit::Inch), cm = density->in(Density::Unit::Centimetre);
    const bool metric = density->unit == Density::Unit::Centimetre ? error(cm) <= error(inch) : error(cm) < error(inch);
    const Density& nearer = metric ? cm : inch;
    if (set(metric ? 2 : 1, std::round(nearer.x), std::round(nearer.y))) return;
  }
  const Rational& aspect = track.sample_aspect;
  if (aspect.num != aspect.den) {
    set(0, static_cast<double>(aspect.den), static_cast<double>(aspect.num));
  }
}

}  // namespace sl::jpeg

// What travels in a JPEG's segments: JFIF's density in APP0, EXIF and XMP in APP1, ICC profiles in parts and the index
// of a multi-picture file in APP2, IPTC and other resources of Photoshop in APP13, comments in COM.

#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/format.h"
#include "formats/jpeg/codec.h"
#include "formats/jpeg/extended_xmp.h"
#include "formats/jpeg/mpf.h"
#include "formats/metadata/text.h"
#include "libcore/media/attachment.h"
#include "libcore/media/track.h"

namespace sl::jpeg {

// Gathers the segments of a header.
class SegmentReader {
 public:
  // `name` is the input's, for messages.
  SegmentReader(std::string name, LeftOut left_out);

  // Take the next APP or COM segment, without marker and length, which begins at `position` of the source. Throw Limit
  // if metadata exceeds its limit.
  void add(int marker, std::string_view segment, std::uint64_t position);

  // Add everything to the picture: `exif`, `xmp`, `icc`, `iptc`, `photoshop`, texts. Report what has no place on the
  // wire, and an ICC profile whose parts do not make one (a wrong count, number 0, one twice, one missing). Once, after
  // the header.
  void put(Picture& picture);

  // Return the pictures that a multi-picture file promises after this one.
  [[nodiscard]] std::span<const AppendedPicture> appended() const { return appended_; }
  // Whether a gain map is among them, which has been reported.
  [[nodiscard]] bool gain_map() const { return gain_map_; }

 private:
  struct IccPart {
    unsigned number, count;
    std::string bytes;
  };
  bool add_app1(std::string_view segment);
  bool add_app2(std::string_view segment, std::uint64_t position);
  std::string join_icc();
  void join_xmp();
  void report_claims();

  std::string name_;
  LeftOut left_out_;
  std::string exif_, xmp_, photoshop_;
  ExtendedXmp extended_xmp_;
  std::vector<IccPart> icc_;
  std::vector<AppendedPicture> appended_;
  Texts texts_;
  std::set<std::string> unknown_;  // "APP12 \"Ducky\""
  std::size_t total_ = 0;
  bool gain_map_ = false;  // as ISO 21496-1 or XMP claim one
};

// Read the segment of the marker that libjpeg has just read, without its length.
[[nodiscard]] std::string read_segment(j_decompress_ptr jpeg);

// Write everything that the format's `carries` names. Called after jpeg_start_compress. Report what does not fit: over
// 65527 bytes of EXIF, over 255 parts of 65519 bytes of ICC.
void write_segments(j_compress_ptr jpeg, const Picture& picture, const LeftOut& left_out);

// Return whether JFIF's segment itself, or its extension, holds a thumbnail.
[[nodiscard]] bool has_jfif_thumbnail(const jpeg_decompress_struct& jpeg);

// Note in the track the sort of JPEG that this is, and its density; a mere ratio as sample aspect.
void describe(const jpeg_decompress_struct& jpeg, Track& track);

// Set the density of the track, or the ratio if its pixels are not square.
void set_density(j_compress_ptr jpeg, const Track& track);

}  // namespace sl::jpeg

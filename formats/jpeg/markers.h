// What travels in a JPEG's application segments: JFIF's density in APP0, EXIF and XMP in APP1, ICC profiles in parts
// and the index of a multi-picture file in APP2.

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/jpeg/codec.h"
#include "formats/jpeg/mpf.h"
#include "libcore/media/attachment.h"
#include "libcore/media/track.h"

namespace sl::jpeg {

// Gathers the segments of a header.
class SegmentReader {
 public:
  // `name` is the input's, for messages.
  SegmentReader(std::string name, std::function<void(const std::string&)> warn);

  // Take the next APP1 or APP2 segment, without marker and length, which begins at `position` of the source. Throw
  // Limit if metadata exceeds its limit.
  void add(int marker, std::string_view segment, std::uint64_t position);

  // `exif`, `xmp` and `icc`, as far as there were any. An ICC profile whose parts do not make one (a wrong count,
  // number 0, one twice, one missing) is dropped with a warning. Once, after the header.
  [[nodiscard]] std::vector<Attachment> attachments();

  // Return the pictures that a multi-picture file promises after this one.
  [[nodiscard]] std::span<const AppendedPicture> appended() const { return appended_; }

 private:
  struct IccPart {
    unsigned number, count;
    std::string bytes;
  };
  std::string join_icc();

  std::string name_;
  std::function<void(const std::string&)> warn_;
  std::string exif_, xmp_;
  std::vector<IccPart> icc_;
  std::vector<AppendedPicture> appended_;
  std::size_t total_ = 0;
  bool extended_xmp_ = false;
};

// Read the segment of the marker that libjpeg has just read, without its length.
[[nodiscard]] std::string read_segment(j_decompress_ptr jpeg);

// Write `exif`, `xmp` and `icc` of these attachments. Called after jpeg_start_compress. Throw Data if one does not
// fit: 65527 bytes of EXIF, 65502 of XMP, 255 parts of 65519 bytes of ICC. `name` is the output's.
void write_segments(j_compress_ptr jpeg, std::span<const Attachment> attachments, std::string_view name);

// Notes in the track what sort of JPEG this is, and its density: samples to an inch or cm in `meta`, a mere ratio as
// sample aspect.
void describe(const jpeg_decompress_struct& jpeg, Track& track);

// Set the density that `describe` would read: from `meta`, or the ratio if samples are not square.
void set_density(j_compress_ptr jpeg, const Track& track);

}  // namespace sl::jpeg

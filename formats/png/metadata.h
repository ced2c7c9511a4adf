// Metadata of a PNG: colour, texts, density, profiles; to and from tracks and attachments.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "formats/format.h"
#include "formats/metadata/text.h"
#include "formats/picture.h"
#include "libcore/base/json_fwd.h"
#include "libcore/media/attachment.h"
#include "libcore/pixels/icc.h"

namespace sl {

// Return the number of ITU-T H.273 for cHRM or gAMA (1/100000), or 2 if none fits.
[[nodiscard]] int png_primaries(const Chromaticities& chromaticities);
[[nodiscard]] int png_transfer(std::int32_t gamma);

// Gathers the chunks of a header that are carried as attachments and in the track.
class PngMetadata {
 public:
  // `name` is the input's, for messages.
  PngMetadata(std::string name, std::function<void(const std::string&)> warn, LeftOut left_out);
  ~PngMetadata();

  // A tEXt, zTXt, iTXt or eXIf chunk. XMP, EXIF and the profiles that ImageMagick writes as text ("Raw profile type
  // iptc") become attachments, all else texts. Drop malformed chunks with a warning, and report text over the limit of
  // metadata. Throw Limit for XMP over it.
  void add(std::string_view type, std::string_view data);
  void attach(std::string_view name, std::string_view bytes);

  [[nodiscard]] Json& meta() { return *meta_; }
  // Put everything into the picture; its track has the other members.
  void put(Picture& picture);

 private:
  void add_text(const std::string& keyword, const std::string& text);
  bool add_raw_profile(std::string_view kind, std::string_view text);

  std::string name_;
  std::function<void(const std::string&)> warn_;
  LeftOut left_out_;
  std::unique_ptr<Json> meta_;
  Texts texts_;
  std::size_t text_bytes_ = 0;
  std::vector<Attachment> attachments_;
};

// Writes all chunks between IHDR and IDAT. Reports texts under keywords that PNG does not allow.
void write_png_metadata(Target& target, const Picture& picture, const LeftOut& left_out);

}  // namespace sl

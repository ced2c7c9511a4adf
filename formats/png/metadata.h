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
#include "libcore/base/json_fwd.h"
#include "libcore/media/attachment.h"

namespace sl {

// White, red, green and blue, x and y each, in units of 1/100000, as cHRM has them.
using PngChromaticities = std::array<std::int32_t, 8>;

// Return the number of ITU-T H.273 for cHRM or gAMA (1/100000), or 2 if none fits.
[[nodiscard]] int png_primaries(const PngChromaticities& chromaticities);
[[nodiscard]] int png_transfer(std::int32_t gamma);

// Gathers the chunks of a header that are carried as attachments and as "meta" of the track.
class PngMetadata {
 public:
  // `name` is the input's, for messages.
  PngMetadata(std::string name, std::function<void(const std::string&)> warn);
  ~PngMetadata();

  // A tEXt, zTXt, iTXt or eXIf chunk. XMP and EXIF become attachments, all else "text" of meta, in UTF-8. Drop
  // malformed chunks, and text that a TRACK cannot hold, with a warning. Throw Limit for XMP over the limit of
  // metadata.
  void add(std::string_view type, std::string_view data);
  void attach(std::string_view name, std::string_view bytes);

  [[nodiscard]] Json& meta() { return *meta_; }
  [[nodiscard]] const std::vector<Attachment>& attachments() const { return attachments_; }
  // Track::rest.
  [[nodiscard]] std::string rest() const;

 private:
  void add_text(const std::string& keyword, const std::string& text);

  std::string name_;
  std::function<void(const std::string&)> warn_;
  std::unique_ptr<Json> meta_, texts_;
  std::size_t text_bytes_ = 0;
  std::vector<Attachment> attachments_;
};

// Writes all chunks between IHDR and IDAT.
void write_png_metadata(Target& target, const Picture& picture);

}  // namespace sl

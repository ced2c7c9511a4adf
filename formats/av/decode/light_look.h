// Mastering display and light levels that a film of high dynamic range has in its pictures (SEI) and not in its header.

#pragma once

#include <optional>
#include <string>

#include "formats/av/decode/stream_decoder.h"
#include "libcore/base/json_fwd.h"

namespace sl::av {

class LightLook {
 public:
  // Whether the stream's first picture may know more than its header.
  [[nodiscard]] static bool is_worth(const AVStream& stream);
  // Throw Data if the stream has no decoder.
  LightLook(const AVStream& stream, const std::string& name);

  // Decode packets up to the first picture. Damage ends it.
  void look(const AVPacket& packet);
  [[nodiscard]] bool done() const { return !decoder_; }
  // Return the member `hdr`; null if none was found.
  [[nodiscard]] Json found() const;

 private:
  std::optional<StreamDecoder> decoder_;
  std::string hdr_;
};

}  // namespace sl::av

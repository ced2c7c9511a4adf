// Whether pictures are I, P or B: by the codec's parser where that tells, which reads the first bytes of a packet, and
// by decoding where it does not.

#pragma once

#include <map>
#include <memory>

#include "formats/av/decode/stream_decoder.h"
#include "formats/av/read/demuxer.h"

namespace sl::av {

class PictureTypes {
 public:
  PictureTypes(const AVStream& stream, const std::string& name);
  ~PictureTypes();
  PictureTypes(const PictureTypes&) = delete;
  PictureTypes& operator=(const PictureTypes&) = delete;

  // Packets in the order of decoding, then the end.
  void look(const AVPacket& packet);
  void finish();
  // 'I', 'P', 'B', … of the frame that is shown at `pts`; '?' where nobody knows.
  [[nodiscard]] char type_at(std::int64_t pts) const;

 private:
  [[nodiscard]] char parse(const AVPacket& packet);

  CodecPtr context_;
  AVCodecParserContext* parser_ = nullptr;
  std::unique_ptr<StreamDecoder> decoder_;
  std::map<std::int64_t, char> types_;
  bool only_keys_ = false;
};

}  // namespace sl::av

// Whether pictures are I, P or B: by the codec's parser, which reads the first bytes of a packet, or if it does not
// know, by decoding.

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

  // Take packets in the order of decoding, then the end.
  void look(const AVPacket& packet);
  void finish();
  // Return 'I', 'P', 'B', … for the frame shown at `pts`; '?' if unknown.
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

// AVPacketSideData to FRAME's metadata and attachments, and back.

#include "formats/av/packet_extras.h"

extern "C" {
#include <libavutil/intreadwrite.h>
}

#include <algorithm>
#include <array>

#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/wire/wire.h"

namespace sl::av {

namespace {

struct Extra {
  const char* name;
  AVPacketSideDataType type;
};
constexpr std::array extras{Extra{"block-addition", AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL},
                            Extra{"webvtt-identifier", AV_PKT_DATA_WEBVTT_IDENTIFIER},
                            Extra{"webvtt-settings", AV_PKT_DATA_WEBVTT_SETTINGS}};

constexpr std::size_t skip_bytes = 10;  // of AV_PKT_DATA_SKIP_SAMPLES

std::uint8_t* new_side_data(AVPacket& packet, AVPacketSideDataType type, std::size_t size) {
  std::uint8_t* data = av_packet_new_side_data(&packet, type, size);
  check_allocated(data);
  return data;
}

}  // namespace

std::string metadata_of(const AVPacket& packet) {
  std::size_t size = 0;
  const std::uint8_t* skip = av_packet_get_side_data(&packet, AV_PKT_DATA_SKIP_SAMPLES, &size);
  if (skip == nullptr || size < skip_bytes || (AV_RL32(skip) == 0 && AV_RL32(skip + 4) == 0)) return {};
  return write_json({{"trim", {AV_RL32(skip), AV_RL32(skip + 4)}}});
}

std::vector<Attachment> attachments_of(const AVPacket& packet) {
  std::vector<Attachment> found;
  for (const Extra& extra : extras) {
    std::size_t size = 0;
    const std::uint8_t* data = av_packet_get_side_data(&packet, extra.type, &size);
    if (data == nullptr || size == 0) continue;
    check_metadata("a packet", size, extra.name);
    found.push_back({extra.name, std::string(reinterpret_cast<const char*>(data), size), wire::next_frame_only});
  }
  return found;
}

Trim trim_of(const Frame& frame) {
  if (frame.metadata.find("\"trim\"") == std::string::npos) return {};
  const Json metadata = parse_json(frame.metadata, wire_limit::long_json);
  const auto trim = metadata.find("trim");
  if (trim == metadata.end() || !trim->is_array() || trim->size() != 2) return {};
  const auto count = [&](std::size_t i) {
    const Json& value = (*trim)[i];
    return value.is_number_unsigned() && value <= wire_limit::number ? value.get<std::uint32_t>() : 0u;
  };
  return {count(0), count(1)};
}

std::string without_trim(const std::string& metadata) {
  if (metadata.find("\"trim\"") == std::string::npos) return metadata;
  Json members = parse_json(metadata, wire_limit::long_json);
  members.erase("trim");
  return members.empty() ? "" : write_json(members);
}

void add_extras(AVPacket& packet, const Frame& frame, const std::vector<Attachment>& attachments) {
  if (const Trim trim = trim_of(frame); trim.start != 0 || trim.end != 0) {
    std::uint8_t* skip = new_side_data(packet, AV_PKT_DATA_SKIP_SAMPLES, skip_bytes);
    AV_WL32(skip, trim.start);
    AV_WL32(skip + 4, trim.end);
    skip[8] = skip[9] = 0;
  }
  for (const Attachment& attachment : attachments) {
    const auto extra =
        std::ranges::find(extras, attachment.name, [](const Extra& e) { return std::string_view(e.name); });
    if (extra == extras.end()) continue;
    std::uint8_t* data = new_side_data(packet, extra->type, attachment.bytes.size());
    std::copy(attachment.bytes.begin(), attachment.bytes.end(), data);
  }
}

}  // namespace sl::av

// Which tracks and frames of a film to decode, and how.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/av/decode/still_facts.h"
#include "libcore/frames/frame_choice.h"

namespace sl::av {

struct DecodeSettings {
  std::vector<std::string> streams{};  // "0,2", "all"; empty: the best ones
  bool video_only = false, audio_only = false;
  bool packets = false;      // pass packets on without decoding
  bool salvage = false;      // mark and count damage instead of throwing
  bool name_source = true;   // tracks name the input
  bool from_zero = false;    // a range begins at 0
  bool approximate = false;  // count frames by the header's rate instead of the packets
  int threads = 0;           // 0: one a core
  FrameChoice choice{};
  StillFacts still{};                        // of a still that FFmpeg decodes
  std::optional<Rational> rate{};            // of a raw stream, instead of its own
  std::optional<std::int64_t> probe_time{};  // ns to watch a pipe for facts about its streams
};

}  // namespace sl::av

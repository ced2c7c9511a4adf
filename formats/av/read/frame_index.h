// The packets of a film's streams, in the order of decoding and as they are shown: found by going through the file
// once, and kept in a file so that nobody has to do it again.
//
// That file (sl-info --index) is text, a line for each thing, words apart by one space, ended by "end":
//
//   streamlib-index 1
//   source SIZE VERSION                           of the film: bytes, and what changes with it (mtime:NS); "-": unknown
//   stream INDEX CODEC NUM/DEN PACKETS            a stream, its time base, and how many of the next lines are its own
//   PTS DTS DURATION FLAGS POSITION SIZE          a packet, in the order of decoding; "-" is not known
//   end
//
// FLAGS are letters: k key frame, h decoded but not shown (an edit list, or a reference that is never displayed); "-"
// is none. PTS is never "-": where the film has none the dts stands in. Positions are bytes from the film's start.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "formats/av/read/demuxer.h"
#include "libcore/bytes/target.h"
#include "libcore/frames/frame_choice.h"

namespace sl::av {

struct IndexedPacket {
  std::int64_t pts = 0, dts = no_time;
  std::int64_t duration = 0;   // 0: not known
  std::int64_t position = -1;  // of its bytes in the file; -1: not known
  std::int32_t size = 0;
  bool key = false, hidden = false;
};

struct FrameIndex {
  int stream = 0;
  std::string codec;
  Rational time_base{1, 1};
  Rational rate;  // average, as the header has it; for the duration of the last frame. Not in the file
  std::vector<IndexedPacket> packets;  // in the order of decoding
  std::vector<std::uint32_t> shown;    // packets that are shown, as they are shown: places in `packets`

  // Fills `shown`.
  void sort();
  // For the rules of frame_choice.h; of the same order as `shown`.
  [[nodiscard]] FrameTable table() const;
};

// What tells a film from another one, or from itself before it was changed.
struct SourceVersion {
  std::optional<std::uint64_t> size;
  std::string version = "-";  // one word
};
[[nodiscard]] SourceVersion version_of(const Source& source);

// Goes through the packets of these streams. Of MP4 and MOV whose tables tell everything no samples are read unless
// `look` wants to see them. Afterwards the film is at its start, where it can seek, and all streams are selected.
// Throws what Demuxer::read throws, and Limit.
using LookAtPacket = std::function<void(const AVPacket&)>;
[[nodiscard]] std::vector<FrameIndex> scan_frames(Demuxer& film, const std::vector<int>& streams,
                                                  const LookAtPacket& look = {});

void write_index(Target& target, const SourceVersion& film, const std::vector<FrameIndex>& indices);
// Throws Data where it is no index, or one of another film or of another version of it; Limit.
[[nodiscard]] std::vector<FrameIndex> read_index(Source& file, const SourceVersion& film, const std::string& film_name);

}  // namespace sl::av

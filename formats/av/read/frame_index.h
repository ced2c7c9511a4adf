// The packets of a film's streams, in the order of decoding and of display: found by reading through the film once, and
// kept in a file to save the next time.
//
// That file (sl-info --index) is text: one item per line, fields separated by one space, and "end" at the end:
//
//   streamlib-index 1
//   source SIZE VERSION                           the film's bytes, and a mark of its version (mtime:NS); "-": unknown
//   stream INDEX CODEC NUM/DEN PACKETS            a stream, its time base, and how many of the next lines belong to it
//   PTS DTS DURATION FLAGS POSITION SIZE          a packet, in the order of decoding; "-" is not known
//   end
//
// FLAGS are letters: k key frame, h decoded but not shown (an edit list, or a reference that is never displayed); "-"
// is no flag. PTS is never "-": if the film has none, it is the dts. Positions are bytes from the film's start.

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
  Rational rate;                       // average of the header, for the duration of the last frame; not in the file
  std::vector<IndexedPacket> packets;  // in the order of decoding
  std::vector<std::uint32_t> shown;    // places in `packets` in display order, without hidden ones

  // Fill `shown`.
  void sort();
  // Return the table for the rules of frame_choice.h, in the order of `shown`.
  [[nodiscard]] FrameTable table() const;
};

// Distinguishes a film from others and from its earlier versions.
struct SourceVersion {
  std::optional<std::uint64_t> size;
  std::string version = "-";  // without spaces
};
[[nodiscard]] SourceVersion version_of(const Source& source);

// Read through the packets of these streams. Without `look`, the samples of an MP4 or MOV with complete tables are not
// read. Afterwards the film is at its start, if it can seek, and all streams are selected. Throw as Demuxer::read, and
// Limit.
using LookAtPacket = std::function<void(const AVPacket&)>;
[[nodiscard]] std::vector<FrameIndex> scan_frames(Demuxer& film, const std::vector<int>& streams,
                                                  const LookAtPacket& look = {});

void write_index(Target& target, const SourceVersion& film, const std::vector<FrameIndex>& indices);
// Throw Data if the file is no index, or an index of another film or version of it; Limit.
[[nodiscard]] std::vector<FrameIndex> read_index(Source& file, const SourceVersion& film, const std::string& film_name);

}  // namespace sl::av

// Facts of a film, from its header and from a scan of all packets, as JSON and as text.
//
// Of the container:  format, format_name, duration, start (seconds), bit_rate, size (bytes), tags, chapters
// Of a track, named as in the wire's TRACK, and:  track (from 1), stream (the container's number,
//   from 0), profile, level, tag, average_rate, real_rate, bit_rate, start, duration (seconds), start_ticks,
//   duration_ticks (in time_base), frames (as the header counts them), rotation
// Of its scan:  frames, packets, hidden, begin, end (seconds), begin_ticks, end_ticks, duration, rate, key_frames,
//   key_interval [shortest, longest] (frames), frame_duration [shortest, longest] (seconds), bytes, bit_rate, and
//   `differs`: the names of the header's facts that the scan contradicts.

#pragma once

#include <ostream>

#include "formats/av/read/demuxer.h"
#include "formats/av/read/frame_index.h"
#include "libcore/base/json_fwd.h"

namespace sl::av {

[[nodiscard]] Json container_facts(Demuxer& film);
[[nodiscard]] Json track_facts(Demuxer& film, int stream);
// `facts` is the result of track_facts.
[[nodiscard]] Json scan_facts(const FrameIndex& index, const Json& facts);

void print_container(std::ostream& out, const std::string& name, const Json& facts);
void print_track(std::ostream& out, const Json& facts);
void print_scan(std::ostream& out, const Json& scan, const Json& facts);

}  // namespace sl::av

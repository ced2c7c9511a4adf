// A film: the chosen streams of a container, each with its decoder and its track of the wire.

#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "formats/av/decode/first_frames.h"
#include "formats/av/decode/packet_writer.h"
#include "formats/av/decode/settings.h"
#include "formats/av/decode/stream_decoder.h"
#include "formats/av/read/demuxer.h"

namespace sl {
struct Picture;
}  // namespace sl

namespace sl::av {

class Film {
 public:
  struct Part {
    int stream;
    // Either decoded or passed on as packets.
    std::unique_ptr<StreamDecoder> decoder{};
    std::unique_ptr<FrameWriter> frames{};
    std::unique_ptr<PacketWriter> packets{};
    std::int64_t end = no_time;  // of the packets so far
    std::uint64_t seams = 0;     // missing segments after which a packet was called damaged

    [[nodiscard]] TrackWriter& writer() const;
  };

  // Open the container. Throw Usage if a chosen stream does not exist.
  Film(const DecodeSettings& settings, Source& source, References& references, Writer& out);

  // Decode everything, in the order of the file. Return whether another container follows, at which the source is now.
  bool decode_all();
  // Write a decoded frame, after the tracks are announced.
  void write(Part& part, AVFrame& frame, bool damaged, const FrameWriter::Facts& facts = {});

  // For choosing.
  [[nodiscard]] Demuxer& demuxer() { return demuxer_; }
  [[nodiscard]] Writer& out() { return out_; }
  [[nodiscard]] std::vector<Part>& parts() { return parts_; }
  // Read packets of the parts only, again.
  void select();
  [[nodiscard]] Part* part_of(int stream);
  [[nodiscard]] Part* first(Kind kind);
  // Return whether an interrupt ends the stream here, which is live. Throw Interrupted if it ends before its end.
  [[nodiscard]] bool stops();
  // End the stream; throw Data if no frame came or the file is shorter than it says.
  void end(bool read_to_the_end);

 private:
  [[nodiscard]] std::vector<int> chosen_streams();
  [[nodiscard]] std::vector<int> best_streams();
  void open(int stream);
  [[nodiscard]] std::string codec_name(int stream);
  [[nodiscard]] std::string what_lacks(int stream);
  void report_streams_not_chosen(std::vector<int> streams);
  void report_lost(const Part& part, const std::vector<std::string>& facts);
  void announce_film();
  void tick();
  void decode_packets();
  void decode(Part& part, const AVPacket* packet);
  bool accept(Part& part, AVPacket& packet);
  void report_gap(Part& part, const AVPacket& packet);

  DecodeSettings settings_;
  Writer& out_;
  Demuxer demuxer_;
  std::vector<Part> parts_;
  FirstFrames header_;
  std::chrono::steady_clock::time_point silent_since_{};
  std::uint64_t reported_gaps_ = 0;  // missing segments
  int left_out_ = -1;                // sound without a decoder
  std::set<std::string> lost_;       // facts that were reported
  bool stopped_ = false;             // by an interrupt
};

}  // namespace sl::av

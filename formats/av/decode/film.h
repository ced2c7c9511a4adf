// A film: the streams of a container that were asked for, each with its decoder and its track of the wire.

#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "formats/av/decode/frame_writer.h"
#include "formats/av/decode/stream_decoder.h"
#include "formats/av/read/demuxer.h"
#include "formats/commands/decode.h"

namespace sl::av {

class Film {
 public:
  struct Part {
    int stream;
    std::unique_ptr<StreamDecoder> decoder;  // null: its packets are handed on
    std::unique_ptr<FrameWriter> writer;
    std::int64_t end = no_time;  // of what came so far
  };

  // Opens the container and announces the tracks. Throws Usage on streams that there are not.
  Film(const DecodeCommand& command, Source& source, References& references, Writer& out);

  // Everything, in the order of the file.
  void decode_all();

  // For choosing.
  [[nodiscard]] Demuxer& demuxer() { return demuxer_; }
  [[nodiscard]] Writer& out() { return out_; }
  [[nodiscard]] std::vector<Part>& parts() { return parts_; }
  // Packets of the parts only, again.
  void select();
  [[nodiscard]] Part* part_of(int stream);
  [[nodiscard]] Part* first(Kind kind);
  // Whether an interrupt ends the stream here, which is live. Throw Interrupted where it ends before its end.
  [[nodiscard]] bool stops();
  // Ends the stream; throws Data where no frame came, or the file is shorter than it says.
  void end(bool read_to_the_end);

 private:
  [[nodiscard]] std::vector<int> wanted();
  void open(int stream);
  void tick();
  static void decode(Part& part, const AVPacket* packet);
  bool follows(Part& part, AVPacket& packet);
  void tell_missing(Part& part, const AVPacket& packet);

  const DecodeCommand& command_;
  Writer& out_;
  Demuxer demuxer_;
  std::vector<Part> parts_;
  std::chrono::steady_clock::time_point silent_since_{};
  std::uint64_t told_missing_ = 0;  // segments
  bool stopped_ = false;            // by an interrupt
};

}  // namespace sl::av

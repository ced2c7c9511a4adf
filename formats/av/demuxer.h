// A container, opened over a Source: its streams, and its packets in the order of the file.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/av/av_media.h"
#include "formats/av/ogg_ends.h"
#include "formats/av/source_io.h"

namespace sl::av {

class Demuxer {
 public:
  // Recognises the container by its content and reads its header. Throws Data where no container is known or the header
  // is damaged, NotPermitted where it refers to other files. `source` outlives it.
  explicit Demuxer(Source& source);
  ~Demuxer();
  Demuxer(const Demuxer&) = delete;
  Demuxer& operator=(const Demuxer&) = delete;

  [[nodiscard]] AVFormatContext& context() { return *context_; }
  [[nodiscard]] AVStream& stream(int index) { return *context_->streams[index]; }
  [[nodiscard]] int streams() const { return static_cast<int>(context_->nb_streams); }
  [[nodiscard]] const std::string& name() const { return source_.name(); }
  [[nodiscard]] bool can_seek() const { return source_.can_seek(); }
  [[nodiscard]] bool is_remote() const { return source_.is_remote(); }
  [[nodiscard]] SourceIo& io() { return io_; }

  // Packets of these streams only.
  void select(const std::vector<int>& streams);
  // The next packet, into an unreferenced one; false at the end. Throws what the source throws, and Data where the
  // container is damaged.
  bool read(AVPacket& packet);
  // Where the file is shorter than its header and tables say: what to tell of it. Asked at the end.
  [[nodiscard]] std::optional<std::string> truncation();
  // To the last key frame of the stream at or before `ts` (in its time base; decoding order). False where it cannot.
  bool seek(int stream, std::int64_t ts);
  // Tells the source what is going to be read, as far as the container's tables say where samples lie: those of the
  // stream from its last key frame at or before `ts` to what is decoded at `last`, and `more` packets.
  void foresee(int stream, std::int64_t ts, std::int64_t last, int more);
  // Back to the first packet, wherever opening or reading have left it. Throws Data where it cannot.
  void rewind();

 private:
  const AVInputFormat* probe();
  static int refuse_open(AVFormatContext*, AVIOContext**, const char* url, int, AVDictionary**);

  Source& source_;
  SourceIo io_;
  AVFormatContext* context_ = nullptr;
  std::string refused_;  // what it wanted to open
  OggEnds ogg_;
};

// The largest video stream that is no cover picture, and the best sound; -1 where there is none.
[[nodiscard]] int best_video(const AVFormatContext& context);
[[nodiscard]] int best_audio(AVFormatContext& context, int video);

}  // namespace sl::av

// Packets to a container: the one place that knows what FFmpeg's muxers want to be told.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "formats/av/target_io.h"
#include "formats/film_container.h"
#include "libcore/stream.h"

namespace sl::av {

// The time base to ask for in a container, for a track that has its own. FFmpeg's writer of MP4 compares times of
// subtitles to those of other tracks without regard to their bases, and ends a subtitle early where its ticks are long.
[[nodiscard]] AVRational time_base_for(AVCodecID codec, AVRational own);
// Whether packets of this codec may stand in such a container.
[[nodiscard]] bool container_holds(const AVOutputFormat& muxer, AVCodecID codec);

class Muxer {
 public:
  // `options` are the muxer's own, checked before. `in_fragments`: MP4 and its like are written so even into a file.
  Muxer(const FilmContainer& container, Target& target, AVDictionary* options, bool in_fragments);
  ~Muxer();
  Muxer(const Muxer&) = delete;
  Muxer& operator=(const Muxer&) = delete;

  // A stream that tells what the track tells: language, title, disposition, other metadata. What is in `codecpar` and
  // the times are the caller's to set.
  AVStream& add_stream(const Track& track, bool keep_metadata);
  [[nodiscard]] bool holds(AVCodecID codec) const;
  [[nodiscard]] bool wants_global_header() const;
  [[nodiscard]] const FilmContainer& container() const { return container_; }
  [[nodiscard]] const std::string& name() const { return name_; }

  // After all streams are there.
  void write_header();
  [[nodiscard]] bool header_written() const { return header_written_; }
  // Takes the packet's data. Its times are in `time_base`.
  void write(AVPacket& packet, AVStream& stream, AVRational time_base);
  void finish();
  void flush();

 private:
  void set_defaults();
  [[nodiscard]] bool delayed_by_container(const AVStream& stream) const;
  [[noreturn]] void fail(int code, const std::string& what);

  const FilmContainer& container_;
  std::string name_;
  TargetIo io_;
  AVFormatContext* format_ = nullptr;
  AVDictionary* options_ = nullptr;
  bool in_fragments_, header_written_ = false, moved_ = false;
  std::vector<std::int64_t> last_dts_;  // of each stream, in its own time base
};

}  // namespace sl::av

// A container, opened over a Source: its streams, and its packets in the order of the file.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/av/av_log.h"
#include "formats/av/av_media.h"
#include "formats/av/read/ogg_ends.h"
#include "formats/av/read/references.h"
#include "formats/av/read/source_io.h"

namespace sl::av {

class Demuxer {
 public:
  // Recognises the container by its content and reads its header. Throws Data where no container is known or the header
  // is damaged, NotPermitted where it refers to what is not to be opened. `source` and `references` outlive it.
  struct Settings {
    bool salvage = false;  // segments that are not there are passed over, and counted; those of live playlists always
    bool all_variants = false;  // of a master playlist; else the best one
  };
  Demuxer(Source& source, References& references, Settings settings);
  ~Demuxer();
  Demuxer(const Demuxer&) = delete;
  Demuxer& operator=(const Demuxer&) = delete;

  [[nodiscard]] AVFormatContext& context() { return *context_; }
  [[nodiscard]] AVStream& stream(int index) { return *context_->streams[index]; }
  [[nodiscard]] int streams() const { return static_cast<int>(context_->nb_streams); }
  [[nodiscard]] const std::string& name() const { return source_.name(); }
  [[nodiscard]] bool can_seek() const { return is_playlist() ? !live_ : source_.can_seek(); }
  [[nodiscard]] bool is_playlist() const { return is_playlist_; }
  [[nodiscard]] bool is_dash() const { return is_dash_; }
  // A playlist that goes on.
  [[nodiscard]] bool is_live() const { return live_; }
  // Segments that were passed over because they are not there.
  [[nodiscard]] std::uint64_t missing() const { return missing_; }
  // Called about ten times a second while the next segment of a live playlist is not there.
  void on_idle(std::function<void()> hook) { idle_ = std::move(hook); }
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
  void hint_read_range(int stream, std::int64_t ts, std::int64_t last, int more);
  // Back to the first packet, wherever opening or reading have left it. Throws Data where it cannot.
  void rewind();

 private:
  const AVInputFormat* probe();
  Source& content();
  void read_playlist();
  void open();
  void reopen(double seconds);
  // Throws what was kept because FFmpeg's C code must not be unwound.
  void check();
  [[nodiscard]] bool passes_over_missing() const { return settings_.salvage || live_ || references_.go_on(); }
  static int open_reference(AVFormatContext*, AVIOContext**, const char* url, int, AVDictionary**);
  static int close_reference(AVFormatContext*, AVIOContext*);
  static int is_interrupted(void*);

  Source& source_;
  References& references_;
  Settings settings_;
  bool is_dash_ = false;
  const AVInputFormat* format_;
  bool is_playlist_ = false, live_ = false, at_start_ = true;  // of a playlist: no packet was read yet
  std::string playlist_;                                       // all of it, of its best variant
  std::string shown_;                                          // as FFmpeg reads it, once it was reopened
  double first_seconds_ = 0;                                   // when it starts
  std::optional<Source> text_;                                 // that
  SourceIo io_;
  AVFormatContext* context_ = nullptr;
  OggEnds ogg_;
  std::uint64_t missing_ = 0, passed_over_ = ffmpeg_log().skipped_segments();
  std::string refused_;  // what a container that is no playlist wanted to open
  std::function<void()> idle_;
};

// The largest video stream that is no cover picture, and the best sound; -1 where there is none.
[[nodiscard]] int best_video(const AVFormatContext& context);
[[nodiscard]] int best_audio(AVFormatContext& context, int video);

}  // namespace sl::av

// A container, opened over a Source: its streams, and its packets in the order of the file.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "formats/av/av_media.h"
#include "formats/av/read/packet_times.h"
#include "formats/av/read/playlist.h"
#include "formats/av/read/sound_edges.h"
#include "formats/av/read/source_io.h"
#include "formats/av/read/truncation.h"

namespace sl::av {

class Demuxer {
 public:
  using Settings = Playlist::Settings;
  // Recognise the container at the source's position by its content and read its header. Throw Data if no container is
  // recognised or the header is damaged, NotPermitted if it refers to what may not be opened. `source` and `references`
  // must outlive it. `rate`: of a raw stream of video, instead of its own. `probe_time`: how long a pipe is watched for
  // facts about its streams before the first packet, at most, in ns; by default 0.3 s for raw video.
  Demuxer(Source& source, References& references, Settings settings, std::optional<Rational> rate = {},
          std::optional<std::int64_t> probe_time = {});
  ~Demuxer();
  Demuxer(const Demuxer&) = delete;
  Demuxer& operator=(const Demuxer&) = delete;

  [[nodiscard]] AVFormatContext& context() { return *context_; }
  [[nodiscard]] AVStream& stream(int index) { return *context_->streams[index]; }
  [[nodiscard]] int streams() const { return static_cast<int>(context_->nb_streams); }
  [[nodiscard]] const std::string& name() const { return source_.name(); }
  [[nodiscard]] bool can_seek() const { return playlist_ ? !is_live() : source_.can_seek(); }
  [[nodiscard]] bool is_playlist() const { return playlist_.has_value(); }
  [[nodiscard]] bool is_dash() const { return playlist_ && playlist_->is_dash(); }
  [[nodiscard]] bool is_live() const { return playlist_ && playlist_->is_live(); }
  // Whether it says nothing of the time of sound but its rate, which players do not trust: samples follow one another.
  [[nodiscard]] bool counts_sound() const { return std::string_view(format_->name) == "avi"; }
  // Whether it is a still, read as a film of one picture.
  [[nodiscard]] bool is_still() const { return std::string_view(format_->name).ends_with("_pipe"); }
  // FFmpeg's last complaint while it looked for the streams; empty if it had none.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }
  // Whether it may be a part of a longer stream, as a recorder's: nothing marks its start.
  [[nodiscard]] bool may_begin_inside() const;
  // Segments of a playlist that were skipped because they are missing.
  [[nodiscard]] std::uint64_t missing() const { return playlist_ ? playlist_->missing() : 0; }
  // Call `hook` about ten times a second while waiting for the next segment of a live playlist.
  void on_idle(std::function<void()> hook) { idle_ = std::move(hook); }
  [[nodiscard]] bool is_remote() const { return source_.is_remote(); }
  // After an interrupt, throw Interrupted unless the input is a pipe, which its writer ends (Source::check_stop).
  void check_stop() const;
  [[nodiscard]] SourceIo& io() { return io_; }

  // Read packets of these streams only.
  void select(const std::vector<int>& streams);
  // Read the next packet into an unreferenced one; false at the end. Throw the source's errors, and Data if the
  // container is damaged.
  bool read(AVPacket& packet);
  // If the file is shorter than its header and tables say, describe how. Ask after the end.
  [[nodiscard]] std::optional<std::string> truncation();
  // After the end and `truncation`: skip what follows the container. Return true, at its start, if it is another one,
  // or another period of the playlist. Else report the skipped bytes, unless they are padding or tags.
  bool find_next();
  // Go to the last key frame of the stream at or before `ts` (in its time base; decoding order). False if it cannot.
  bool seek(int stream, std::int64_t ts);
  // Announce to the source the bytes that will be read, as far as the container's tables say where samples lie: the
  // stream from its last key frame at or before `ts` to the frames decoded at `last`, and `more` packets.
  void hint_read_range(int stream, std::int64_t ts, std::int64_t last, int more);
  // Go back to the first packet. Throw Data if it cannot.
  void rewind();

 private:
  Source& content();
  void open();
  std::size_t tag_at_end();
  int learn_streams();
  void reopen(double seconds);
  bool read_next(AVPacket& packet);
  // Throw what callbacks kept, as FFmpeg's C code must not be unwound.
  void check();
  static int open_reference(AVFormatContext*, AVIOContext**, const char* url, int, AVDictionary**);
  static int close_reference(AVFormatContext*, AVIOContext*);
  static int is_interrupted(void*);

  Source& source_;
  References& references_;
  Settings settings_;
  const AVInputFormat* format_;
  std::optional<Playlist> playlist_;
  SourceIo io_;
  Truncation truncation_;
  PacketTimes times_;
  SoundEdges edges_;
  std::optional<std::int64_t> probe_time_;
  std::int64_t probe_end_ = no_time;  // on the monotonic clock
  AVFormatContext* context_ = nullptr;
  bool at_start_ = true;  // no packet was read yet
  std::string complaint_;
  std::string refused_;  // a reference of a container that is no playlist
  std::function<void()> idle_;
};

// The largest video stream that is no cover picture, and the best sound, or the best of those that have a decoder; -1
// if the film has none.
[[nodiscard]] int best_video(const AVFormatContext& context);
[[nodiscard]] int best_audio(AVFormatContext& context, int video, bool with_decoder);

}  // namespace sl::av

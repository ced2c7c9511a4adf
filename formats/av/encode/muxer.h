// Packets to a container: the only place that knows the needs of FFmpeg's muxers.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "formats/av/encode/edit_list.h"
#include "formats/av/encode/packet_sink.h"
#include "formats/av/encode/target_io.h"
#include "formats/av/encode/whole_film.h"
#include "formats/film/container.h"

namespace sl::av {

// Return the time base to request in a container for a track with the time base `own`. FFmpeg's MP4 muxer compares
// times of subtitles with other tracks' without converting them, and ends a subtitle early if its ticks are long.
[[nodiscard]] AVRational time_base_for(AVCodecID codec, AVRational own);
// Whether the container can hold packets of this codec.
[[nodiscard]] bool container_holds(const AVOutputFormat& muxer, AVCodecID codec);

class Muxer : public PacketSink {
 public:
  // `options` are the muxer's, already checked. `in_fragments`: write MP4 and the like so even into a file.
  Muxer(const FilmContainer& container, Target& target, AVDictionary* options, bool in_fragments);
  ~Muxer() override;
  Muxer(const Muxer&) = delete;
  Muxer& operator=(const Muxer&) = delete;

  AVStream& add_stream(const Track& track, bool keep_metadata) override;
  [[nodiscard]] bool holds(AVCodecID codec) const override;
  [[nodiscard]] bool wants_global_header() const override;
  [[nodiscard]] const FilmContainer& container() const { return container_; }
  [[nodiscard]] const std::string& name() const override { return name_; }

  // Take facts of the whole film from the attachments of the stream. Call before adding streams.
  void take_whole(const std::vector<Attachment>& attachments);
  [[nodiscard]] bool film_has_tags() const { return whole_ && whole_->has_tags(); }
  // Set them. Call after adding all streams.
  void describe(LostFacts& lost);
  // Call after adding all streams.
  void write_header();
  [[nodiscard]] bool header_written() const { return header_written_; }
  void write(AVPacket& packet, AVStream& stream, AVRational time_base) override;
  // End a fragment, or a part of a transport stream that can be read from its start.
  void cut();
  void finish();
  void flush();

 private:
  void set_defaults();
  void note_delay(const AVPacket& packet, const AVStream& stream);
  void note_last_picture(const AVPacket& packet, const AVStream& stream);
  void keep_last_duration();
  [[nodiscard]] bool delayed_by_container(const AVStream& stream) const;
  [[noreturn]] void fail(int code, const std::string& what);

  const FilmContainer& container_;
  std::string name_;
  TargetIo io_;
  AVFormatContext* format_ = nullptr;
  AVDictionary* options_ = nullptr;
  bool in_fragments_, header_written_ = false, moved_ = false;
  std::optional<WholeFilm> whole_;
  struct LastPicture {
    std::int64_t pts = AV_NOPTS_VALUE, step = 0, duration = 0;  // in the stream's time base
  };
  std::map<int, LastPicture> last_pictures_;  // by stream
  std::vector<std::int64_t> last_dts_;        // of each stream, in its own time base
  Delays delays_;                             // of MP4
};

}  // namespace sl::av

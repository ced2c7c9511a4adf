// From packets to segments and parts: one rendition in one period.

#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "formats/av/encode/muxer.h"
#include "formats/av/encode/packet_sink.h"
#include "formats/hls/rendition.h"
#include "formats/hls/times.h"

namespace sl::av {

class HlsSegmenter : public PacketSink {
 public:
  // All references outlive it. `frame`: a picture's duration in microseconds by the track's rate, which may be finer
  // than the ticks of its times; 0: unknown. `shift`, nanoseconds, is added to all times, so that none is below 0.
  struct Place {
    const FilmContainer& container;
    hls::Rendition& rendition;
    const hls::WallClock& clock;
    hls::Grid grid;
    std::int64_t frame, shift;
  };
  explicit HlsSegmenter(const Place& place);
  ~HlsSegmenter() override;

  [[nodiscard]] const std::string& name() const override { return rendition_.name(); }
  [[nodiscard]] bool holds(AVCodecID codec) const override { return holds(container_, codec); }
  // Return whether players expect this codec in segments of this container.
  [[nodiscard]] static bool holds(const FilmContainer& container, AVCodecID codec);
  [[nodiscard]] bool wants_global_header() const override { return muxer_->wants_global_header(); }
  AVStream& add_stream(const Track& track, bool keep_metadata) override;
  void write(AVPacket& packet, AVStream& stream, AVRational time_base) override;

  // End the last segment. All encoders must be finished.
  void finish();

  [[nodiscard]] hls::Rendition& rendition() const { return rendition_; }
  // "avc1.640028,mp4a.40.2"; known after the start of a segment.
  [[nodiscard]] const std::string& codecs() const { return codecs_; }
  [[nodiscard]] const AVCodecParameters& leader() const;

 private:
  struct Stream {
    AVStream* stream = nullptr;
    AVRational time_base{1, 1};
    std::deque<PacketPtr> waiting;  // for earlier packets of other streams
    bool strip_adts = false;
  };
  void release(bool all);
  void emit(Stream& stream, AVPacket& packet);
  void write_header();
  [[nodiscard]] std::int64_t duration_of(const Stream& stream, const AVPacket& packet) const;
  // Return whether the length of parts is known.
  [[nodiscard]] bool knows_parts(bool all);
  void choose_part();
  void begin_segment(Stream& stream, const AVPacket& packet);
  void cut_in_group(std::int64_t at);
  void name_codecs(const AVPacket& first);
  void end_segment(std::int64_t end);
  void end_fragment(std::int64_t end);
  void take_adts(Stream& stream, const AVPacket& packet) const;

  const FilmContainer& container_;
  hls::Rendition& rendition_;
  const hls::WallClock& clock_;
  hls::Grid grid_;
  std::int64_t frame_, shift_;
  std::int64_t part_ = 0;          // the longest part; 0: no parts
  std::int64_t frame_length_ = 0;  // of the first frame, if there are parts
  std::optional<Target> target_;
  std::optional<Muxer> muxer_;
  std::deque<Stream> streams_;
  std::size_t leader_ = 0;  // the stream whose key frames begin segments
  std::string codecs_;
  std::vector<std::byte> init_;
  bool header_written_ = false;

  // In microseconds. Segments are measured by the presentation time of their first frames; parts by decoding time plus
  // the difference of both at the segment's start.
  std::int64_t segment_start_ = 0, fragment_start_ = 0, reorder_ = 0, end_ = 0;
  std::int64_t last_key_ = 0, key_distance_ = 0;
  bool fragment_open_ = false, fragment_independent_ = false, timed_ = false, length_reported_ = false;
  std::uint64_t skipped_ = 0;
};

}  // namespace sl::av

// Records to tracks, and tracks into the muxer.

#include "formats/av/encode/film_sink.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "formats/av/encode/make_film_track.h"
#include "formats/av/encode/packet_track.h"
#include "formats/av/encode/text_track.h"
#include "libcore/base/times.h"

namespace sl::av {

using wire::Type;

namespace {

// The name of an attachment of raw pictures; no container of film has a place for any.
std::string attachment_name(const std::string& attachment) {
  using Names = std::pair<std::string_view, std::string_view>;
  constexpr std::array names{Names{"icc", "the ICC profile"},
                             Names{"exif", "EXIF"},
                             Names{"exif-thumbnail", "the thumbnail in EXIF"},
                             Names{"xmp", "XMP"},
                             Names{"iptc", "IPTC"},
                             Names{"photoshop", "Photoshop's resources"},
                             Names{"text", "the long text"}};
  const auto* found = std::ranges::find(names, attachment, &Names::first);
  return found == names.end() ? "attachment " + printable(attachment, 60) : std::string(found->second);
}

}  // namespace

FilmSink::FilmSink(const FilmSettings& settings, Output& output)
    : settings_(settings),
      output_(output),
      target_(output.name().numbered ? nullptr : &output.next()),
      routes_("." + std::string(settings.container.extension)) {
  constexpr std::int64_t hour = 3600;
  if (settings.container.muxer == "avi") settings_.max_lead = hour;  // it has no times
}

FilmSink::~FilmSink() = default;

void FilmSink::run(Reader& in) {
  while (const auto record = in.next()) {
    live_ = live_ || in.live();
    switch (record->type) {
      case Type::Start:
        stream_begun_ = false;
        break;
      case Type::Frame:
        begin_frame(in, record->track);
        break;
      case Type::Rows:
      case Type::Bytes:
        routes_.take_samples(in, *record);
        break;
      case Type::End:
        end_stream();
        break;
      default:
        break;
    }
  }
  if (!muxer_ && output_.completed() == 0) throw Error(Status::Data, in.name() + ": has no frames to write");
  if (muxer_) {
    finish();
    output_.complete();
  }
  output_.finish();
}

// A numbered file ends with its stream.
void FilmSink::end_stream() {
  if (!output_.name().numbered || !muxer_) return;
  finish();
  routes_.clear();
  muxer_.reset();
  output_.complete();
  live_ = false;
}

void FilmSink::begin_frame(Reader& in, std::uint16_t number) {
  if (!muxer_) {
    open(in, number);
  } else if (!stream_begun_) {
    routes_.continue_with(in);  // pictures one after another, films in turn
  }
  stream_begun_ = true;
  TrackRoutes::Route* const route = routes_.find(number);
  if (route == nullptr) return routes_.leave_out(in, number, "it was announced after the first frame");
  if (in.track(number) != route->written) {
    if (!route->change_to(in.track(number))) {
      throw Error(Status::Data, in.name() + ": frame " + std::to_string(in.frame(number).number) + " of track " +
                                    std::to_string(number) + " changes size or format, which ." +
                                    std::string(settings_.container.extension) + " cannot hold");
    }
    route->written = in.track(number);
  }
  route->begin_frame(in, number);
}

void FilmSink::open(Reader& in, std::uint16_t first) {
  const auto numbers = in.tracks();
  const bool any_live = std::ranges::any_of(numbers, [&](std::uint16_t n) { return in.track(n).live; });
  if (output_.name().numbered) target_ = &output_.next();
  muxer_.emplace(settings_.container, *target_, settings_.options.file(), any_live);
  LostFacts lost(muxer_->name(), settings_.container.extension);
  muxer_->take_whole(settings_.keep_metadata ? in.attachments(0) : std::vector<Attachment>{});
  for (const std::uint16_t number : numbers) {
    auto track = make_track(in, number, number == first ? &in.frame(number) : nullptr);
    if (!track) continue;
    report_lost(in, number, lost);
    routes_.add(number, in.track(number), std::move(track));
  }
  if (routes_.empty()) {
    throw Error(Status::Data,
                in.name() + ": has no track that ." + std::string(settings_.container.extension) + " holds");
  }
  muxer_->describe(lost);
  move_start(in, first);
  muxer_->write_header();
}

// Move the film to begin at 0 if its container has no times (AVI), or if its first picture is before 0: an edit list
// would hide such pictures, or the muxer would not write them.
void FilmSink::move_start(const Reader& in, std::uint16_t first) {
  const Frame& frame = in.frame(first);
  const Track& track = in.track(first);
  const bool shown = track.kind == Kind::Video && (frame.flags & frame_flag::hidden) == 0;
  const bool moves = settings_.container.muxer == "avi" ? frame.pts != 0 : frame.pts < 0 && shown;
  if (frame.pts == no_time || !moves) return;
  const MediaTime start{subtract_time(0, frame.pts), av_rational(track.time_base)};
  for (const auto& [number, route] : routes_) {
    for (const auto& part : route.tracks) part->start_at(in.track(number), start);
  }
}

void FilmSink::report_lost(const Reader& in, std::uint16_t number, LostFacts& lost) const {
  const Track& track = in.track(number);
  const bool packets = PacketTrack::is_packets(track);
  const FilmContainer& container = settings_.container;
  AVCodecID codec = AV_CODEC_ID_NONE;
  if (packets) codec = avcodec_descriptor_get_by_name(track.codec.c_str())->id;
  if (track.is_raw_video()) codec = settings_.options.video()->id;
  if (track.is_raw_audio()) codec = settings_.options.audio(track)->id;
  const TrackLoss choices{
      .upright = !packets && settings_.orient, .own_title = muxer_->film_has_tags(), .alpha = container.alpha};
  report_lost_facts(container_facts(container.muxer), codec, track, number, choices, lost);
  for (const Attachment& attachment : in.attachments(number)) {
    if (settings_.keep_metadata && track.is_raw_video()) {
      lost.report(attachment_name(attachment.name) + " of track " + std::to_string(number));
    }
  }
}

std::unique_ptr<FilmTrack> FilmSink::make_track(const Reader& in, std::uint16_t number, const Frame* first) {
  const Track& track = in.track(number);
  const bool video = track.kind == Kind::Video, audio = track.kind == Kind::Audio;
  const bool packets = PacketTrack::is_packets(track);
  const FilmContainer& container = settings_.container;
  const bool one_only = container.muxer == "yuv4mpegpipe" || container.muxer == "mjpeg" || container.video.empty();
  if ((video && settings_.options.video() == nullptr) || (audio && container.audio.empty())) {
    routes_.leave_out(in, number, "it holds no such tracks");
  } else if (one_only && !routes_.empty() && container.muxer != "matroska" && container.muxer != "ipod") {
    routes_.leave_out(in, number, "it holds one track");
  } else if (packets && track.kind == Kind::Data && !PacketTrack::fits(*muxer_, track)) {
    if (TextTrack::form_in(*muxer_, track)) {
      return std::make_unique<TextTrack>(settings_, *muxer_, track, in.attachments(number));
    }
    routes_.leave_out(in, number, "it cannot hold " + track.codec);
  } else if (auto made = make_film_track(settings_, *muxer_, track, in.attachments(number), first)) {
    return made;
  } else {
    routes_.leave_out_codec(in, number);
  }
  return nullptr;
}

void FilmSink::finish() {
  routes_.finish();
  muxer_->finish();
}

void FilmSink::flush() {
  if (muxer_ && muxer_->header_written()) muxer_->flush();
}

// The received part of a live stream becomes a complete film under another name.
std::string FilmSink::give_up() {
  if (!live_ || !muxer_ || !muxer_->header_written()) {
    output_.discard();
    return {};
  }
  try {
    finish();
  } catch (const Error&) {
    // The disk is full, or an encoder failed: keep the fragments written so far.
  }
  return " (what came is kept in " + target_->keep_part() + ")";
}

}  // namespace sl::av

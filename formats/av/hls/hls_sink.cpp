// From records to tracks, from tracks to renditions.

#include "formats/av/hls/hls_sink.h"

#include <algorithm>
#include <array>
#include <utility>

#include "formats/av/encode/make_film_track.h"
#include "formats/av/hls/hls_ladder.h"
#include "libcore/base/json.h"
#include "libcore/base/json_members.h"
#include "libcore/base/report.h"
#include "libcore/base/time_text.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"
#include "libcore/media/geometry.h"
#include "libcore/process/signals.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/events.h"

namespace sl::av {

namespace {

using wire::Type;

constexpr Rational nanosecond{1, 1000000000}, microsecond{1, 1000000};

}  // namespace

HlsEncoders make_encoders(const HlsCommand& command, const std::string& codec) {
  HlsEncoders encoders;
  for (const HlsCommand::Rung& rung : command.rungs) {
    encoders.push_back(std::make_unique<EncoderOptions>(command.film_of(rung, codec), command.container(),
                                                        command.tool.given_threads()));
  }
  const std::string place = command.transport_stream ? "HLS as transport streams" : "HLS";
  const AVCodec* const video = encoders.front()->video();
  if (!HlsSegmenter::holds(command.container(), video->id)) {
    throw Error(Status::Usage, "--codec: " + place + " has no place for " + video->name);
  }
  Track sound;
  sound.samples = "s16le";
  const AVCodec* const audio = encoders.front()->audio(sound);
  if (audio == nullptr || !HlsSegmenter::holds(command.container(), audio->id)) {
    throw Error(Status::Usage,
                "--audio-codec: " + place + " has no place for " + (audio == nullptr ? "it" : audio->name));
  }
  return encoders;
}

HlsSink::HlsSink(const HlsCommand& command, const HlsEncoders& encoders, hls::Folder& folder)
    : command_(command), encoders_(encoders), folder_(folder), master_(command.container(), rules_, folder) {
  rules_.window = static_cast<std::size_t>(command.window);
  rules_.transport_stream = command.transport_stream;
  rules_.stays_open = command.stays_open;
  rules_.part = command.low_latency ? command.part_ns / 1000 : 0;
}

HlsSink::~HlsSink() = default;

void HlsSink::run(Reader& in) {
  while (const auto record = in.next()) {
    switch (record->type) {
      case Type::Start:
        stream_begun_ = false;
        gap_end_ = no_time;
        break;
      case Type::Frame:
        begin_frame(in, record->track);
        break;
      case Type::Rows:
      case Type::Bytes:
        take_samples(in, *record);
        break;
      case Type::Event:
        take_event(in, *record);
        break;
      default:
        break;
    }
    folder_.check_mirror();
  }
  if (!begun_) throw Error(Status::Data, in.name() + ": has no frames");
  finish();
}

std::optional<std::chrono::seconds> HlsSink::time_to_watch() const {
  if (rules_.kind != hls::Kind::Window) return std::nullopt;
  constexpr std::int64_t delay = 3;  // target durations that players stay from the end
  return std::chrono::seconds((static_cast<std::int64_t>(rules_.window) + delay) * rules_.target);
}

// ---- Periods ----

// Return whether the current frame begins a period.
bool HlsSink::breaks_off(const Reader& in, std::uint16_t number) const {
  if (!stream_begun_) {
    const auto numbers = in.tracks();
    return !std::ranges::all_of(routes_, [&](const auto& entry) {
      const auto& [other, route] = entry;
      return std::ranges::find(numbers, other) != numbers.end() && in.track(other).kind == route.written.kind &&
             route.can_continue_with(in.track(other));
    });
  }
  const TrackRoutes::Route* const route = routes_.find(number);
  if (route == nullptr) return false;
  if (in.track(number) != route->written && !route->can_continue_with(in.track(number))) return true;
  // Each track may report the same break: the first counts. A gap of pictures ends at the same time in all tracks.
  const Frame& frame = in.frame(number);
  const bool after_gap = gap_end_ != no_time && frame.pts != no_time &&
                         rescale(frame.pts, in.track(number).time_base, nanosecond) >= gap_end_;
  const auto entry = progress_.find(number);
  const Progress progress = entry == progress_.end() ? Progress{} : entry->second;
  return progress.seen && (progress.gap || after_gap || (frame.flags & frame_flag::discontinuity) != 0);
}

void HlsSink::begin_frame(Reader& in, std::uint16_t number) {
  const Track& track = in.track(number);
  const Frame& frame = in.frame(number);
  if (!open_) {
    open(in, number);
  } else if (breaks_off(in, number)) {
    const bool within = stream_begun_;
    close_period();
    open(in, number);
    if (within && frame.pts != no_time) drop_before_ = origin_;
  } else if (!stream_begun_) {
    const MediaTime end = routes_.continue_with(in);
    stream_shift_ = av_rescale_q(end.ticks, end.base, {1, 1000000000});
  }
  stream_begun_ = true;
  TrackRoutes::Route* const route = routes_.find(number);
  if (route == nullptr) return routes_.leave_out(in, number, "it was announced after the first frame");
  route->written = track;
  Progress& progress = progress_[number];
  if (drop_before_ != no_time && !progress.seen && frame.pts != no_time &&
      rescale(frame.pts, track.time_base, nanosecond) < drop_before_) {
    progress.skips = true;
    return;
  }
  progress = {.seen = true};
  note_wall(track, frame);
  route->begin_frame(in, number);
}

void HlsSink::choose_kind(const Reader& in) {
  const auto numbers = in.tracks();
  const bool live = std::ranges::any_of(numbers, [&](std::uint16_t n) { return in.track(n).live; });
  rules_.kind = !command_.any_kind ? command_.kind : live ? hls::Kind::Window : hls::Kind::Vod;
  segment_ns_ = command_.segment_ns;
  choose_target(in);
  if (rules_.kind == hls::Kind::Vod) return;
  for (const auto& [name, playlist] : folder_.old()) {
    rules_.discontinuity = std::max(rules_.discontinuity, playlist.last_discontinuity() + 1);
    if (!rules_.can_continue(playlist)) continue;
    rules_.target = playlist.target;
    if (rules_.part != 0) rules_.part_target = playlist.part_target;
  }
  constexpr std::int64_t second = 1000000000;
  if (rules_.target != 0) segment_ns_ = std::min(segment_ns_, rules_.target * second);
  rules_.segment = segment_ns_ / 1000;
}

// Encoders make key frames at the ends of segments. The distance of compressed key frames is known after the first
// segment.
void HlsSink::choose_target(const Reader& in) {
  std::int64_t longest = 0;
  bool unknown = false;
  for (const std::uint16_t number : in.tracks()) {
    const Track& track = in.track(number);
    if (track.kind != Kind::Video) continue;
    unknown = unknown || !track.is_raw_video();
    if (track.rate.num != 0) longest = std::max(longest, rescale(1, {track.rate.den, track.rate.num}, microsecond));
  }
  const bool promises = rules_.kind != hls::Kind::Vod;
  rules_.target = promises && unknown ? 0 : hls::target_for(segment_ns_ / 1000, promises ? longest : 0);
}

void HlsSink::open(Reader& in, std::uint16_t first) {
  if (!begun_) {
    choose_kind(in);
  } else {
    ++rules_.discontinuity;
  }
  const Track& track = in.track(first);
  const Frame& frame = in.frame(first);
  origin_ = frame.pts == no_time ? 0 : rescale(frame.pts, track.time_base, nanosecond);
  if (const std::int64_t end = std::exchange(gap_end_, no_time); end != no_time) origin_ = std::min(origin_, end);
  choose_shift(frame);
  drop_before_ = no_time;
  stream_shift_ = 0;
  clock_.forget();

  const auto numbers = in.tracks();
  const auto is = [&](std::uint16_t n, Kind kind) { return in.track(n).kind == kind; };
  const auto pictures = std::ranges::count_if(numbers, [&](std::uint16_t n) { return is(n, Kind::Video); });
  const auto sounds = std::ranges::count_if(numbers, [&](std::uint16_t n) { return is(n, Kind::Audio); });
  const bool muxed = command_.transport_stream && command_.rungs.size() == 1 && pictures != 0 && sounds == 1;
  for (const std::uint16_t number : numbers) {
    if (is(number, Kind::Video)) add_pictures(in, number, first);
  }
  for (const std::uint16_t number : numbers) {
    if (is(number, Kind::Audio)) add_sound(in, number, muxed);
    if (is(number, Kind::Data)) routes_.leave_out(in, number, "HLS has no place for it");
  }
  if (routes_.empty()) throw Error(Status::Data, in.name() + ": has neither video nor sound");
  if (rules_.part_target == 0) rules_.unknown_lengths = outputs_.size();
  begun_ = open_ = true;
}

// Choose the shift of times in the segments. No time may be below 0: pictures are decoded before they are shown, and
// sound codecs have samples before the first. Some players drop frames whose time goes back a little, even after a
// discontinuity. So a period continues the times of the one before, and a live stream begins at the time of day of its
// first frame, which is later than all that a killed run wrote. (The time of its arrival is not: runs differ in how
// long they take to start.)
void HlsSink::choose_shift(const Frame& first) {
  constexpr std::int64_t second = 1000000000, room = 10 * second, day = 65536 * second;
  if (begun_) {
    shift_ = end_ - origin_;
  } else if (rules_.kind == hls::Kind::Vod) {
    shift_ = room - std::min<std::int64_t>(origin_, 0);
  } else {
    std::int64_t start = first.wall != no_time ? first.wall : utc_now();
    for (const auto& [name, playlist] : folder_.old()) {
      if (playlist.segments.empty() || playlist.segments.back().wall == no_time) continue;
      start = std::max(start, playlist.segments.back().wall + playlist.segments.back().duration * 1000);
    }
    shift_ = room + start % day - origin_;
  }
}

FilmSettings HlsSink::settings_for(const EncoderOptions& options) const {
  FilmSettings settings{command_.container(), options};
  settings.keep_metadata = false;
  settings.key_distance = static_cast<double>(segment_ns_) / 1e9;
  settings.key_frame = [grid = hls::Grid(origin_, segment_ns_)](std::int64_t ticks, AVRational base) mutable {
    return grid.crossed(rescale(ticks, rational(base), nanosecond));
  };
  return settings;
}

// Return the encoders for the pictures. No browser and none of Apple's devices plays HDR in H.264.
const HlsEncoders& HlsSink::encoders_for(const Track& pictures) {
  const std::string range = video_range(pictures.color.transfer);
  const bool h264 = encoders_.front()->video()->id == AV_CODEC_ID_H264;
  if (!range.empty() && pictures.codec == "h264") {
    warn(folder_.path() + ": hardly any player shows HDR (" + range + ") in H.264; without --packets it becomes HEVC");
  }
  if (!h264 || range.empty() || !pictures.is_raw_video()) return encoders_;
  if (command_.transport_stream || !command_.film.codec.empty()) {
    throw Error(Status::Usage, "pictures in HDR (" + range +
                                   ") are played as HEVC, AV1 or VP9 in fragmented MP4, not as H.264: " +
                                   (command_.transport_stream ? "leave out --segments ts" : "use --codec hevc") +
                                   ", or make them SDR with sl-filter first");
  }
  if (hdr_encoders_.empty()) hdr_encoders_ = make_encoders(command_, "hevc");
  return hdr_encoders_;
}

HlsSegmenter& HlsSink::add_output(const std::string& name, const Track& track) {
  auto& rendition = renditions_[name];
  if (!rendition) rendition = std::make_unique<hls::Rendition>(folder_, name, rules_);
  const std::int64_t frame = track.rate.num != 0 ? rescale(1, {track.rate.den, track.rate.num}, microsecond) : 0;
  const HlsSegmenter::Place place{
      command_.container(), *rendition, clock_, hls::Grid(origin_, segment_ns_), frame, shift_};
  outputs_.push_back({std::make_unique<HlsSegmenter>(place), track.kind == Kind::Audio, track});
  return *outputs_.back().segmenter;
}

void HlsSink::add_pictures(const Reader& in, std::uint16_t number, std::uint16_t first) {
  const Track& track = in.track(number);
  if (std::ranges::any_of(outputs_, [](const HlsOutput& output) { return !output.sound; })) {
    return routes_.leave_out(in, number, "HLS has place for one");
  }
  const Frame* const frame = number == first ? &in.frame(number) : nullptr;
  std::vector<std::unique_ptr<FilmTrack>> rungs;
  rules_.independent = track.is_raw_video();
  const HlsEncoders& encoders = encoders_for(track);
  for (std::size_t i = 0; i < command_.rungs.size(); ++i) {
    const HlsCommand::Rung& rung = command_.rungs[i];
    HlsSegmenter& segmenter = add_output(rung.name, track);
    const FilmSettings settings = settings_for(*encoders[i]);
    const Size size{rung.width, rung.height};
    if (rung.width != 0 && track.is_raw_video() && size != upright_size(track)) {
      rungs.push_back(std::make_unique<ScaledTrack>(settings, segmenter, track, frame, size));
    } else if (auto made = make_film_track(settings, segmenter, track, in.attachments(number), frame)) {
      rungs.push_back(std::move(made));
    } else {
      outputs_.clear();
      return routes_.leave_out_codec(in, number);
    }
  }
  routes_.add(number, track, std::move(rungs));
}

void HlsSink::add_sound(const Reader& in, std::uint16_t number, bool muxed) {
  const Track& track = in.track(number);
  const auto before = std::ranges::count_if(outputs_, [](const HlsOutput& output) { return output.sound; });
  const std::string name = before == 0 ? "audio" : "audio" + std::to_string(before + 1);
  HlsSegmenter& segmenter = muxed && !outputs_.empty() ? *outputs_.front().segmenter : add_output(name, track);
  auto made = make_film_track(settings_for(*encoders_.front()), segmenter, track, in.attachments(number), nullptr);
  if (!made) {
    if (!muxed) outputs_.pop_back();
    return routes_.leave_out_codec(in, number);
  }
  routes_.add(number, track, std::move(made));
}

void HlsSink::close_period() {
  if (!open_) return;
  open_ = false;
  routes_.finish();
  for (const auto& [number, route] : routes_) {
    const MediaTime end = route.tracks.front()->end();
    end_ = std::max(end_, av_rescale_q(end.ticks, end.base, {1, 1000000000}) + shift_);
  }
  for (const HlsOutput& output : outputs_) output.segmenter->finish();
  master_.write(outputs_, false);
  routes_.clear();
  progress_.clear();
  outputs_.clear();
}

// ---- Frames ----

void HlsSink::note_wall(const Track& track, const Frame& frame) {
  if (frame.pts == no_time) return;
  std::int64_t wall = frame.wall;
  if (wall == no_time && frame.capture != no_time && clock_id(track) == "utc") wall = frame.capture;
  if (wall == no_time && track.live) wall = utc_now();
  if (wall != no_time) clock_.note(rescale(frame.pts, track.time_base, nanosecond) + stream_shift_, wall);
}

void HlsSink::take_samples(Reader& in, const wire::Header& record) {
  const auto progress = progress_.find(record.track);
  if (progress == progress_.end() || progress->second.skips) return;
  if (routes_.take_samples(in, record)) master_.write(outputs_, false);
}

// Ignore gaps in sound beside pictures: the encoder fills them with silence.
void HlsSink::take_event(Reader& in, const wire::Header& record) {
  const Event event = parse_event(in.text());
  if (event.name != "gap") return;
  const bool pictures =
      std::ranges::any_of(routes_, [](const auto& entry) { return entry.second.written.kind == Kind::Video; });
  for (const auto& [number, route] : routes_) {
    if (record.track != 0 && record.track != number) continue;
    if (!progress_[number].seen || (route.written.kind != Kind::Video && pictures)) continue;
    progress_[number].gap = true;
    if (event.to) gap_end_ = rescale(*event.to, route.written.time_base, nanosecond);
  }
}

void HlsSink::finish() {
  // Keep the outputs: HlsMaster reads their codecs.
  open_ = false;
  routes_.finish();
  for (const HlsOutput& output : outputs_) output.segmenter->finish();
  for (const auto& [name, rendition] : renditions_) rendition->name_files();
  for (const auto& [name, rendition] : renditions_) rendition->finish();
  master_.write(outputs_, true);
  check_playable();
  if (rules_.kind == hls::Kind::Vod) folder_.remove_expired();
  folder_.finish();
  routes_.clear();
  progress_.clear();
  outputs_.clear();
}

// Throw if the folder has been without room for so long that a player finds nothing of this run in it.
void HlsSink::check_playable() {
  const auto has_segments = [](const auto& entry) { return entry.second->rate().average != 0; };
  if (!folder_.last_trouble() || (master_.is_written() && std::ranges::all_of(renditions_, has_segments))) return;
  begun_ = false;  // give_up() has nothing to keep
  throw Error(folder_.last_trouble()->status(),
              folder_.path() + "/" + folder_.last_trouble()->what() + ": nothing was written that can be played");
}

std::string HlsSink::give_up() {
  if (!begun_) return {};
  if (rules_.kind == hls::Kind::Vod) {
    for (const auto& [name, rendition] : renditions_) rendition->give_up();
    return {};
  }
  try {
    if (interrupted() != 0) {
      finish();
      return {};
    }
    close_period();
  } catch (const Error&) {
    // The current segment is lost; all listed ones are complete.
  }
  return " (the stream so far is in " + folder_.path() + ")";
}

}  // namespace sl::av

// Records to tracks, tracks to renditions, and the master playlist over them.

#include "formats/av/hls/hls_sink.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "formats/av/encode/make_film_track.h"
#include "formats/av/hls/hls_ladder.h"
#include "libcore/base/json.h"
#include "libcore/base/json_members.h"
#include "libcore/base/report.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"

namespace sl::av {

namespace {

using wire::Type;

constexpr Rational nanosecond{1, 1000000000}, microsecond{1, 1000000};

std::string language_of(const Track& track) {
  if (track.rest.empty()) return {};
  const Json rest = parse_json(track.rest, track.rest.size());
  const auto language = rest.find("language");
  return language != rest.end() && language->is_string() ? printable(language->get<std::string>(), 20) : "";
}

std::string rate_text(const Rational& rate) {
  if (rate.num == 0) return {};
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.3f", static_cast<double>(rate.num) / static_cast<double>(rate.den));
  return text.data();
}

}  // namespace

void check_codecs(const EncoderOptions& options) {
  constexpr std::array pictures{AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_AV1, AV_CODEC_ID_VP9};
  constexpr std::array sound{AV_CODEC_ID_AAC,  AV_CODEC_ID_MP3,  AV_CODEC_ID_AC3,
                             AV_CODEC_ID_EAC3, AV_CODEC_ID_OPUS, AV_CODEC_ID_FLAC};
  if (std::ranges::find(pictures, options.video()->id) == pictures.end()) {
    throw Error(Status::Usage, std::string("--codec: HLS has no place for ") + options.video()->name);
  }
  const AVCodec* const audio = options.audio("s16le");
  if (audio == nullptr || std::ranges::find(sound, audio->id) == sound.end()) {
    throw Error(Status::Usage,
                std::string("--audio-codec: HLS has no place for ") + (audio == nullptr ? "it" : audio->name));
  }
}

HlsSink::HlsSink(const HlsCommand& command, const HlsEncoders& encoders, hls::Folder& folder)
    : command_(command), encoders_(encoders), folder_(folder) {
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
  if (!begun_) throw Error(Status::Data, in.source().name() + ": there are no frames in it to pack");
  finish();
}

std::optional<std::chrono::seconds> HlsSink::time_to_watch() const {
  if (rules_.kind != hls::Kind::Window) return std::nullopt;
  constexpr std::int64_t behind = 3;  // target durations that players keep from the end
  return std::chrono::seconds((static_cast<std::int64_t>(rules_.window) + behind) * rules_.target);
}

// ---- Periods ----

// Whether the frame that has begun cannot follow those before it without telling.
bool HlsSink::breaks_off(const Reader& in, std::uint16_t number) const {
  const auto route = routes_.find(number);
  if (!stream_begun_) {
    const auto numbers = in.tracks();
    const bool same = std::ranges::all_of(routes_, [&](const auto& entry) {
      return std::ranges::find(numbers, entry.first) != numbers.end() &&
             in.track(entry.first).kind == entry.second.written.kind &&
             entry.second.tracks.front()->goes_on_with(in.track(entry.first));
    });
    return !same;
  }
  if (route == routes_.end()) return false;
  if (in.track(number) != route->second.written && !route->second.tracks.front()->goes_on_with(in.track(number))) {
    return true;
  }
  // Each track tells of it: the first one is heard. What is behind a gap of pictures is so in all tracks.
  const Frame& frame = in.frame(number);
  const bool behind_gap = gap_end_ != no_time && frame.pts != no_time &&
                          rescale(frame.pts, in.track(number).time_base, nanosecond) >= gap_end_;
  return route->second.seen && (route->second.gap || behind_gap || (frame.flags & frame_flag::discontinuity) != 0);
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
    go_on(in);
  }
  stream_begun_ = true;
  const auto route = routes_.find(number);
  if (route == routes_.end()) return leave_out(in, number, "it was announced after the first frame");
  Route& to = route->second;
  to.written = track;
  if (drop_before_ != no_time && !to.seen && frame.pts != no_time &&
      rescale(frame.pts, track.time_base, nanosecond) < drop_before_) {
    to.skips = true;
    return;
  }
  to.seen = true;
  to.gap = to.skips = false;
  note_wall(track, frame);
  for (const auto& part : to.tracks) part->begin_frame(frame);
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
    if (!rules_.go_on_with(playlist)) continue;
    rules_.target = playlist.target;
    if (rules_.part != 0) rules_.part_target = playlist.part_target;
  }
  constexpr std::int64_t second = 1000000000;
  if (rules_.target != 0) segment_ns_ = std::min(segment_ns_, rules_.target * second);
  rules_.segment = segment_ns_ / 1000;
}

// Encoders make their key frames where a segment is to end; where those of compressed pictures stand is seen with the
// first segment.
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
  const auto wanted = [&](std::uint16_t n, Kind kind) { return in.track(n).kind == kind; };
  const auto pictures = std::ranges::count_if(numbers, [&](std::uint16_t n) { return wanted(n, Kind::Video); });
  const auto sounds = std::ranges::count_if(numbers, [&](std::uint16_t n) { return wanted(n, Kind::Audio); });
  const bool muxed = command_.transport_stream && command_.rungs.size() == 1 && pictures != 0 && sounds == 1;
  for (const std::uint16_t number : numbers) {
    if (wanted(number, Kind::Video)) add_pictures(in, number, first);
  }
  for (const std::uint16_t number : numbers) {
    if (wanted(number, Kind::Audio)) add_sound(in, number, muxed);
    if (wanted(number, Kind::Data)) leave_out(in, number, "HLS has no place for it");
  }
  if (routes_.empty()) throw Error(Status::Data, in.source().name() + ": there is neither video nor sound in it");
  if (rules_.part_target == 0) rules_.untold = outputs_.size();
  begun_ = open_ = true;
}

// Times in the segments are none below 0: pictures are decoded before they are shown, and a codec of sound has
// something in front of the first sample. Players need not care where they stand, but some drop what goes back by a
// little, a discontinuity or not. So a period goes on from the one before, and a live stream begins at the time of day
// of its first frame, which is later than all that a killed run wrote. When that frame arrived would not do: one run
// takes longer to start than the next.
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
  if (std::ranges::any_of(outputs_, [](const Output& output) { return !output.sound; })) {
    return leave_out(in, number, "there is place for one");
  }
  const Frame* const frame = number == first ? &in.frame(number) : nullptr;
  Route route;
  route.written = track;
  rules_.independent = track.is_raw_video();
  for (std::size_t i = 0; i < command_.rungs.size(); ++i) {
    const HlsCommand::Rung& rung = command_.rungs[i];
    HlsSegmenter& segmenter = add_output(rung.name, track);
    const FilmSettings settings = settings_for(*encoders_[i]);
    if (rung.width != 0 && track.is_raw_video()) {
      route.tracks.push_back(std::make_unique<ScaledTrack>(settings, segmenter, track, frame, rung.width, rung.height));
    } else if (auto made = make_film_track(settings, segmenter, track, in.attachments(number), frame)) {
      route.tracks.push_back(std::move(made));
    } else {
      outputs_.clear();
      return leave_out(in, number, "its codec \"" + printable(track.codec, 40) + "\" is none of film");
    }
  }
  routes_[number] = std::move(route);
}

void HlsSink::add_sound(const Reader& in, std::uint16_t number, bool muxed) {
  const Track& track = in.track(number);
  const auto before = std::ranges::count_if(outputs_, [](const Output& output) { return output.sound; });
  const std::string name = before == 0 ? "audio" : "audio" + std::to_string(before + 1);
  HlsSegmenter& segmenter = muxed && !outputs_.empty() ? *outputs_.front().segmenter : add_output(name, track);
  auto made = make_film_track(settings_for(*encoders_.front()), segmenter, track, in.attachments(number), nullptr);
  if (!made) {
    if (!muxed) outputs_.pop_back();
    return leave_out(in, number, "its codec \"" + printable(track.codec, 40) + "\" is none of film");
  }
  Route route;
  route.written = track;
  route.tracks.push_back(std::move(made));
  routes_[number] = std::move(route);
}

void HlsSink::close_period() {
  if (!open_) return;
  open_ = false;
  for (auto& [number, route] : routes_) {
    for (const auto& track : route.tracks) track->finish();
    const MediaTime end = route.tracks.front()->end();
    end_ = std::max(end_, av_rescale_q(end.ticks, end.base, {1, 1000000000}) + shift_);
  }
  for (const Output& output : outputs_) output.segmenter->finish();
  write_master(false);
  routes_.clear();
  outputs_.clear();
}

// Another stream of the same tracks: its time goes on where the one before ended.
void HlsSink::go_on(const Reader& in) {
  MediaTime end;
  for (const auto& [number, route] : routes_) {
    const MediaTime candidate = route.tracks.front()->end();
    if (av_compare_ts(candidate.ticks, candidate.base, end.ticks, end.base) > 0) end = candidate;
  }
  stream_shift_ = av_rescale_q(end.ticks, end.base, {1, 1000000000});
  for (auto& [number, route] : routes_) {
    for (const auto& track : route.tracks) track->start_at(in.track(number), end);
  }
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
  const auto route = routes_.find(record.track);
  if (route == routes_.end() || route->second.skips) return;
  try {
    if (record.type == Type::Rows) {
      const auto& rungs = route->second.tracks;
      if (rungs.size() == 1) {
        take_rows(in, *rungs.front());
      } else {
        const Strip strip = in.strip();
        for (const auto& rung : rungs) rung->rows(strip);
      }
    } else {
      constexpr std::uint8_t last = 1;
      route->second.tracks.front()->bytes(in.body(), (record.flags & last) != 0);
    }
  } catch (const Error& error) {
    if (!in.stopped_by(error)) throw;
    return;
  }
  write_master(false);
}

// A gap in sound beside pictures is filled by its encoder.
void HlsSink::take_event(Reader& in, const wire::Header& record) {
  const std::string_view text = in.text();
  const Json event = parse_json(text, text.size());
  if (event.value("event", "") != "gap") return;
  const bool pictures =
      std::ranges::any_of(routes_, [](const auto& entry) { return entry.second.written.kind == Kind::Video; });
  for (auto& [number, route] : routes_) {
    if (record.track != 0 && record.track != number) continue;
    if (!route.seen || (route.written.kind != Kind::Video && pictures)) continue;
    route.gap = true;
    if (const auto to = find_integer(event, "to")) gap_end_ = rescale(*to, route.written.time_base, nanosecond);
  }
}

void HlsSink::leave_out(const Reader& in, std::uint16_t number, const std::string& why) {
  if (std::exchange(left_out_[number], true)) return;
  const Kind kind = in.track(number).kind;
  warn("track " + std::to_string(number) +
       (kind == Kind::Video   ? " of pictures"
        : kind == Kind::Audio ? " of sound"
                              : " of data") +
       " is left out: " + why);
}

// ---- The master playlist ----

void HlsSink::write_master(bool last) {
  if (outputs_.empty() || (rules_.kind == hls::Kind::Vod && !last)) return;
  bool changed = last;
  for (const Output& output : outputs_) {
    const hls::Rendition& rendition = output.segmenter->rendition();
    const hls::Rendition::Rate rate = rendition.rate();
    if (!rendition.listed() || (rate.peak == 0 && !rendition.has_gaps())) return;
    hls::Rendition::Rate& told = told_rates_[rendition.name()];
    if (rate.peak <= told.peak && !master_.empty()) continue;
    told = rate;
    if (!master_.empty()) told.peak += told.peak / 8;  // it is not written again for each bit more
    changed = true;
  }
  if (!changed) return;
  hls::MasterPlaylist master;
  master.independent = rules_.independent;
  master.low_latency = rules_.part != 0;
  master.maps = command_.container().fragmented;
  std::uint64_t sound_peak = 0, sound_average = 0;
  std::string sound_codecs;
  const bool pictures = !outputs_.front().sound;
  std::vector<std::string> names;
  for (const Output& output : outputs_) {
    const hls::Rendition& rendition = output.segmenter->rendition();
    names.push_back(rendition.name());
    if (!output.sound) continue;
    const hls::Rendition::Rate rate = last ? rendition.rate() : told_rates_[rendition.name()];
    sound_peak = std::max(sound_peak, rate.peak);
    sound_average = std::max(sound_average, rate.average);
    if (sound_codecs.find(output.segmenter->codecs()) == std::string::npos) {
      sound_codecs += (sound_codecs.empty() ? "" : ",") + output.segmenter->codecs();
    }
    if (!pictures && outputs_.size() == 1) break;  // it is the variant itself
    const std::string language = language_of(output.track);
    master.sound.push_back({language.empty() ? rendition.name() : rendition.name() + " " + language, language,
                            rendition.uri(), std::to_string(output.segmenter->leader().ch_layout.nb_channels),
                            master.sound.empty()});
  }
  for (const Output& output : outputs_) {
    if (output.sound && (pictures || !master.variants.empty())) continue;
    const HlsSegmenter& segmenter = *output.segmenter;
    const hls::Rendition::Rate rate = last ? segmenter.rendition().rate() : told_rates_[segmenter.rendition().name()];
    hls::Variant variant;
    variant.uri = segmenter.rendition().uri();
    variant.codecs = segmenter.codecs();
    if (!output.sound) {
      if (!sound_codecs.empty()) variant.codecs += "," + sound_codecs;
      variant.width = static_cast<std::uint32_t>(segmenter.leader().width);
      variant.height = static_cast<std::uint32_t>(segmenter.leader().height);
      variant.rate = rate_text(output.track.rate);
    }
    variant.bandwidth = std::max<std::uint64_t>(1, rate.peak + (output.sound ? 0 : sound_peak));
    variant.average = std::max<std::uint64_t>(1, rate.average + (output.sound ? 0 : sound_average));
    master.variants.push_back(std::move(variant));
  }
  const std::string text = text_of(master);
  if (text == master_) return;
  try {
    folder_.write("index.m3u8", text);
  } catch (const Error& error) {
    if (rules_.kind == hls::Kind::Vod) throw;
    return folder_.trouble(error, "the master playlist is not up to date, and it goes on when there is room");
  }
  master_ = text;
  if (!std::exchange(retired_, true)) folder_.retire_others(names, rules_.target * 3000000);
}

void HlsSink::finish() {
  // Outputs are asked for their codecs once more, after they ended.
  open_ = false;
  for (auto& [number, route] : routes_) {
    for (const auto& track : route.tracks) track->finish();
  }
  for (const Output& output : outputs_) output.segmenter->finish();
  for (const auto& [name, rendition] : renditions_) rendition->finish();
  write_master(true);
  if (rules_.kind == hls::Kind::Vod) folder_.remove_doomed();
  folder_.finish();
  routes_.clear();
  outputs_.clear();
}

std::string HlsSink::give_up() {
  if (!begun_) return {};
  if (rules_.kind == hls::Kind::Vod) {
    for (const auto& [name, rendition] : renditions_) rendition->give_up();
    return {};
  }
  try {
    close_period();
  } catch (const Error&) {
    // The segment in progress is lost: what is listed is whole.
  }
  return " (what came is in " + folder_.path() + ")";
}

}  // namespace sl::av

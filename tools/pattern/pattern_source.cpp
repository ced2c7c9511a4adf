// A test picture and a test sound as a stream.

#include <algorithm>
#include <vector>

#include "libcore/media/clock.h"
#include "libcore/process/signals.h"
#include "libcore/sound/samples.h"
#include "libcore/wire/events.h"
#include "libcore/wire/writer.h"
#include "pattern_source.h"

namespace sl::pattern {

namespace {

__extension__ using Wide = __int128;
constexpr std::uint16_t video_track = 1, audio_track = 2;
// As a camera's driver has a few buffers: a stage that takes a moment to start loses nothing.
constexpr std::int64_t patience = ns_per_second / 2;

}  // namespace

PatternSource::PatternSource(const Settings& settings)
    : settings_(settings),
      has_picture_(settings.picture != "none"),
      sound_(settings.sound, settings.audio.sample_rate) {
  const bool still = settings_.frames == 1 && !settings_.live && settings_.sound == Sound::None;
  Track& video = settings_.video;
  video.time_base = still ? Rational{1, 1} : Rational{settings_.rate.den, settings_.rate.num};
  if (!still) video.rate = settings_.rate;
  for (Track* track : {&video, &settings_.audio}) {
    track->live = settings_.live;
    if (settings_.live) set_clock(*track, monotonic_clock_id(), 1000);
  }
  if (has_picture_) painter_.emplace(settings_.picture, video, settings_.seed, settings_.frames == 1);
}

void PatternSource::begin(Writer& out) {
  out.begin();
  if (has_picture_) out.track(video_track, settings_.video);
  if (settings_.sound != Sound::None) out.track(audio_track, settings_.audio);
}

std::int64_t PatternSource::due(std::uint64_t number) const {
  return static_cast<std::int64_t>(Wide{number} * ns_per_second * settings_.rate.den / settings_.rate.num);
}

std::uint64_t PatternSource::first_sample(std::uint64_t number) const {
  return static_cast<std::uint64_t>(Wide{number} * settings_.audio.sample_rate * settings_.rate.den /
                                    settings_.rate.num);
}

bool PatternSource::is_full_second(std::uint64_t number) const {
  return Wide{number} * settings_.rate.den % settings_.rate.num < settings_.rate.den;
}

// Wait until frame `number` is due; leave frames out if the reader was too slow. Return false after an interrupt.
bool PatternSource::wait_for_turn(Writer& out, std::uint64_t& number) {
  if (start_ == 0) start_ = monotonic_now();
  const std::uint16_t track = has_picture_ ? video_track : audio_track;
  const std::int64_t late = monotonic_now() - start_ - due(number) - patience;
  const auto missed = static_cast<std::uint64_t>(
      std::max<Wide>(Wide{late} * settings_.rate.num / (Wide{settings_.rate.den} * ns_per_second), 0));
  if (missed > 0) {
    if (has_picture_) write_dropped(out, track, number, number + missed - 1, "the reader is slow");
    if (settings_.sound != Sound::None) {
      sound_.skip(first_sample(number + missed) - first_sample(number));
      write_gap(out, audio_track, static_cast<std::int64_t>(first_sample(number)),
                static_cast<std::int64_t>(first_sample(number + missed)), "the reader is slow");
    }
    number += missed;
  }
  const std::int64_t pts =
      has_picture_ ? static_cast<std::int64_t>(number) : static_cast<std::int64_t>(first_sample(number));
  return wait_live(-1, start_ + due(number), out, track, pts) != Waited::Interrupted;
}

// The time of a late frame is when it was due: it shows that moment.
Frame PatternSource::frame_at(std::uint64_t number) const {
  Frame frame;
  frame.number = number;
  if (settings_.live) {
    frame.capture = start_ + due(number);
    frame.wall = utc_now() - (monotonic_now() - frame.capture);
  }
  return frame;
}

void PatternSource::write_picture(Writer& out, std::uint64_t number) {
  Frame frame = frame_at(number);
  const bool still = settings_.video.rate.num == 0;
  frame.pts = still ? 0 : static_cast<std::int64_t>(number);
  frame.duration = still ? no_time : 1;
  out.frame(video_track, frame);
  CardPainter::Moment moment{number, due(number) / 1000, is_full_second(number), {}};
  if (frame.wall != no_time) moment.utc_us = frame.wall / 1000;
  painter_->write(out, video_track, moment);
}

// The samples of the time that a frame is shown.
void PatternSource::write_sound(Writer& out, std::uint64_t number) {
  const std::uint64_t first = first_sample(number), count = first_sample(number + 1) - first;
  if (count == 0) return;
  Frame frame = frame_at(number);
  frame.pts = static_cast<std::int64_t>(first);
  frame.duration = static_cast<std::int64_t>(count);
  out.frame(audio_track, frame);
  std::vector<double> mono(count);
  sound_.fill(mono, is_full_second(number));
  const std::size_t channels = settings_.audio.channels;
  std::vector<double> all(count * channels);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = mono[i / channels];
  const SampleType type = sample_type(settings_.audio);
  std::vector<std::byte> bytes(all.size() * sample_bytes(type));
  write_samples(type, all, bytes);
  out.bytes(audio_track, bytes, true);
}

void PatternSource::run(Writer& out) {
  begin(out);
  bool stopped = false;
  for (std::uint64_t number = 0; !settings_.frames || number < *settings_.frames; ++number) {
    if (interrupted() != 0 && !settings_.live) fail_interrupted();
    stopped = settings_.live && !wait_for_turn(out, number);
    if (stopped || (settings_.frames && number >= *settings_.frames)) break;
    if (has_picture_) write_picture(out, number);
    if (settings_.sound != Sound::None) write_sound(out, number);
  }
  out.end(nullptr, stopped);
}

}  // namespace sl::pattern

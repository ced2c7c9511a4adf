// The loop of a microphone. pts count samples, exactly; lost samples are counted in, and reported.

#include "devices/alsa/microphone.h"

#include <algorithm>
#include <cerrno>

#include "libcore/base/json.h"
#include "libcore/base/report.h"
#include "libcore/media/clock.h"
#include "libcore/media/track.h"
#include "libcore/process/signals.h"
#include "libcore/sound/sample_times.h"
#include "libcore/wire/events.h"
#include "libcore/wire/writer.h"

namespace sl::alsa {

namespace {

constexpr std::uint16_t number_of_track = 1;
// Pieces of 10 ms, and half a second of slack for a slow next stage before samples are lost.
constexpr unsigned period_us = 10'000, buffer_us = 500'000;

}  // namespace

void Microphone::prepare(SandboxPlan& plan) {
  pcm_.emplace(device, device, Direction::Capture);
  setup_ = pcm_->set_up(request, false, period_us, buffer_us);
  clock_.emplace(setup_.rate);
  const std::string difference = difference_text(request, setup_);
  if (!difference.empty()) warn(device + ": " + difference);
  pcm_->allow(plan);
}

Track Microphone::track() const {
  Track track;
  track.kind = Kind::Audio;
  track.time_base = {1, setup_.rate};
  track.live = true;
  track.samples = setup_.samples;
  track.sample_rate = setup_.rate;
  track.channels = setup_.channels;
  if (setup_.channels <= 2) track.layout = setup_.channels == 1 ? "mono" : "stereo";
  if (!anonymous) track.rest = write_json({{"source", device}});
  set_clock(track, monotonic_clock_id(), static_cast<std::int64_t>(setup_.period) * ns_per_second / setup_.rate);
  return track;
}

void Microphone::run(Writer& out) {
  out.begin();
  const Track track = this->track();
  out.track(number_of_track, track);
  out.flush();
  const std::size_t sample = sample_frame_bytes(track);
  std::vector<std::byte> buffer(setup_.period * sample);
  pcm_->prepare();
  (void)snd_pcm_start(pcm_->handle());
  for (std::uint64_t count = wanted(); count != 0 && wait(out); count = wanted()) {
    // Plug-ins wake us for less than a block.
    const snd_pcm_sframes_t there = snd_pcm_avail_update(pcm_->handle());
    if (there >= 0 && static_cast<std::uint64_t>(there) < count) {
      const auto missing = static_cast<std::int64_t>(count) - there;
      (void)wait_for(-1, monotonic_now() + missing * ns_per_second / setup_.rate);
      continue;
    }
    const std::int64_t reported = pcm_->next_sample_time(setup_.rate);
    const snd_pcm_sframes_t got = snd_pcm_readi(pcm_->handle(), buffer.data(), count);
    if (got == -EAGAIN || got == -EINTR) continue;
    if (got == -EPIPE || got == -ESTRPIPE) {
      begin_again(got == -EPIPE ? "the device's buffer overran" : "the machine slept");
      continue;
    }
    if (got < 0) pcm_->fail(static_cast<int>(got), "reading");
    if (got == 0) break;  // a file that plays the device, at its end
    send(out, std::span(buffer).first(static_cast<std::size_t>(got) * sample), reported);
  }
  (void)snd_pcm_drop(pcm_->handle());
  out.end(nullptr, wanted() != 0);
}

// Until a block is there; false after an interrupt. Says that nothing comes while nothing comes.
bool Microphone::wait(Writer& out) {
  while (interrupted() == 0) {
    const Waited waited = pcm_->wait(monotonic_now() + ns_per_second * 9 / 10, true);
    if (waited == Waited::Ready) return true;
    if (waited == Waited::Interrupted) return false;
    write_tick(out, number_of_track, static_cast<std::int64_t>(position_));
    out.flush();
  }
  return false;
}

// Return the samples of the next block; 0 if the stream shall end.
std::uint64_t Microphone::wanted() const {
  if (stop.stops_before(number_, 0)) return 0;
  std::uint64_t count = setup_.period;
  if (const auto length = stop.length()) {
    const auto all = static_cast<std::uint64_t>(rescale(*length, {1, ns_per_second}, {1, setup_.rate}));
    count = std::min(count, all - std::min(all, position_));
  }
  return count;
}

void Microphone::begin_again(std::string_view why) {
  lost_ = why;
  pcm_->prepare();
  (void)snd_pcm_start(pcm_->handle());
}

void Microphone::send(Writer& out, std::span<const std::byte> samples, std::int64_t reported) {
  const Track track = this->track();
  const std::uint64_t count = samples.size() / sample_frame_bytes(track);
  if (lost_.empty() && clock_->late(reported) > SampleClock::jump) lost_ = "the device lost sound silently";
  Frame frame;
  if (!lost_.empty()) {
    const std::int64_t ns = std::max<std::int64_t>(clock_->late(reported), 0);
    const auto missing = static_cast<std::uint64_t>(rescale(ns, {1, ns_per_second}, {1, setup_.rate}));
    write_gap(out, number_of_track, static_cast<std::int64_t>(position_),
              static_cast<std::int64_t>(position_ + missing), lost_);
    position_ += missing;
    frame.flags |= frame_flag::discontinuity;
    clock_->restart();
    lost_.clear();
  }
  frame.number = number_++;
  frame.pts = static_cast<std::int64_t>(position_);
  frame.duration = static_cast<std::int64_t>(count);
  frame.capture = std::min(clock_->next(reported, count), monotonic_now());
  frame.wall = utc_now() - (monotonic_now() - frame.capture);
  out.frame(number_of_track, frame);
  out.bytes(number_of_track, samples, true);
  position_ += count;
}

}  // namespace sl::alsa

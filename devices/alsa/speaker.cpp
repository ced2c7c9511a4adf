// The loop of a loudspeaker: the device's clock sets the pace, by the room in its buffer. The sound of a live source,
// which has its own pace, is stretched inaudibly, so that the same amount always waits.

#include "devices/alsa/speaker.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"
#include "libcore/bytes/source.h"
#include "libcore/media/clock.h"
#include "libcore/media/track.h"
#include "libcore/process/signals.h"
#include "libcore/sound/sample_times.h"

namespace sl::alsa {

namespace {

constexpr unsigned period_us = 10'000;

// Converters are libraries that ALSA loads when it sets a device up, and unloads. Those that are loaded now stay, as
// later no file can be opened.
void keep_converters() {
  const auto keep = [](dl_phdr_info* library, std::size_t, void*) {
    if (std::strstr(library->dlpi_name, "libasound_module_") != nullptr) {
      (void)dlopen(library->dlpi_name, RTLD_NOW | RTLD_NODELETE);
    }
    return 0;
  };
  dl_iterate_phdr(keep, nullptr);
}

bool is_called_default(const Track& track) {
  if (track.rest.empty()) return false;
  const Json words = parse_json(track.rest, wire_limit::json).value("disposition", Json());
  return words.is_array() && std::ranges::find(words, Json("default")) != words.end();
}

bool is_recent(const Track& track, const Frame& frame) {
  const auto age = age_of(track, frame);
  return age && *age > -ns_per_second && *age < 60 * ns_per_second;
}

// Bytes of the stream that are here and were not read yet.
std::uint64_t bytes_waiting(const Source& source) {
  int bytes = 0;
  if (source.fd() < 0 || ioctl(source.fd(), FIONREAD, &bytes) != 0) bytes = 0;
  return source.buffered() + static_cast<std::uint64_t>(bytes);
}

}  // namespace

void Speaker::prepare(SandboxPlan& plan) {
  const bool plain = device.find('\'') == std::string::npos;
  pcm_.emplace(plain ? "plug:'" + device + "'" : device, device, Direction::Playback);
  // The stream's rate is not known yet. One of these needs a converter, if any rate does.
  for (const std::int64_t rate : {44100, 48000}) {
    (void)set_up({{}, rate, 2});
    keep_converters();
    snd_pcm_hw_free(pcm_->handle());
  }
  pcm_->allow(plan);
}

// Half of it is filled before sound starts.
Setup Speaker::set_up(const Request& request) {
  return pcm_->set_up(request, true, period_us, static_cast<unsigned>(2000 * latency));
}

void Speaker::run(Reader& in, Writer* out) {
  using wire::Type;
  const auto next = [&] {
    waited_ = waited_ || in.source().would_wait();
    return in.next();
  };
  while (const auto record = next()) {
    if (record->type == Type::Start) number_ = 0;
    if (record->type == Type::Frame) on_frame(in, record->track);
    if (record->type == Type::Bytes && record->track == number_) on_samples(in);
    if (record->type == Type::End) on_end();
    if (out != nullptr) in.pass(*record, *out);
  }
  if (under_runs_ != 0) {
    warn(std::to_string(under_runs_) + (under_runs_ == 1 ? " under-run: " : " under-runs: ") +
         "sound came too late for the device");
  }
  if (!any_ && interrupted() == 0) throw Error(Status::Data, in.name() + ": has no sound to play");
}

void Speaker::on_frame(const Reader& in, std::uint16_t number) {
  const Track& track = in.track(number);
  if (!track.is_raw_audio()) return;
  if (number_ == 0) {
    std::vector<std::uint16_t> sound;
    for (const std::uint16_t other : choice ? choice->pick(in) : in.tracks()) {
      if (in.track(other).is_raw_audio()) sound.push_back(other);
    }
    if (sound.empty()) throw Error(Status::Usage, "--track " + choice->text() + " is no track of sound");
    const auto best = std::ranges::find_if(sound, [&](std::uint16_t n) { return is_called_default(in.track(n)); });
    number_ = best != sound.end() ? *best : sound.front();
    expected_ = no_time;
    played_ = 0;
  }
  if (number != number_) return;
  if (played_ == 0 || !(track == *track_)) start(in, track, in.frame(number));
  if (live_) live_->kept_waiting += ((waited_ ? 1 : 0) - live_->kept_waiting) / 64;
  waited_ = false;
  begins_ = true;
  const std::int64_t pts = in.frame(number).pts;
  // A film's holes are filled, so that it stays in time; of a live stream they are over.
  if (!track.live && pts != no_time && expected_ != no_time && pts > expected_) {
    const auto missing = static_cast<std::uint64_t>(rescale(pts - expected_, track.time_base, {1, track.sample_rate}));
    if (missing > track.sample_rate / 1000 && missing / track.sample_rate < 60) play_silence(missing);
  }
  expected_ = pts;
}

void Speaker::on_samples(Reader& in) {
  const std::span<const std::byte> samples = in.body();
  const std::uint64_t count = samples.size() / sample_;
  any_ = true;
  if (live_) {
    live_->samples += count;
    if (std::exchange(begins_, false)) adapt(in, static_cast<double>(count) / track_->sample_rate);
    play(live_->stretcher.stretch(samples, live_->stretch, false));
  } else {
    play(samples);
  }
  if (expected_ != no_time) expected_ = sample_time(expected_, *track_, count);
}

void Speaker::on_end() {
  drain();
  number_ = 0;
}

void Speaker::start(const Reader& in, const Track& track, const Frame& frame) {
  if (played_ != 0) drain();
  track_ = std::make_shared<Track>(track);
  sample_ = sample_frame_bytes(track);
  const Request request{track.samples, track.sample_rate, track.channels};
  snd_pcm_drop(pcm_->handle());
  setup_ = set_up(request);
  const std::string difference = difference_text(request, setup_);
  if (!difference.empty()) throw Error(Status::Unavailable, device + ": takes only " + difference);
  snd_pcm_sw_params_t* software = nullptr;
  snd_pcm_sw_params_alloca(&software);
  snd_pcm_sw_params_current(pcm_->handle(), software);
  live_.reset();
  if (track.live && track.channels <= Stretcher::max_channels && !in.source().can_seek()) {
    live_.emplace(Live{FillControl(static_cast<double>(latency) / 1000), Stretcher(track), is_recent(track, frame),
                       in.source().position()});
  }
  // For live sound, fill_up() decides how much has to wait. A file is ready, however long ago it was live.
  snd_pcm_sw_params_set_start_threshold(pcm_->handle(), software, live_ ? 1 : setup_.buffer / 2);
  snd_pcm_sw_params(pcm_->handle(), software);
  played_ = 0;
  pcm_->prepare();
}

// Take the arrival of a piece of `length` seconds of live sound. If the source never made us wait and its sound is not
// recent, it may be a recording that a pipe brings as fast as we take it: then the waiting sound says nothing of its
// clock.
void Speaker::adapt(const Reader& in, double length) {
  Live& live = *live_;
  live.waiting = samples_waiting(in);
  snd_pcm_sframes_t delay = 0;
  if (snd_pcm_delay(pcm_->handle(), &delay) == -EPIPE) start_again();
  if (played_ == 0) fill_up();
  if (delay <= 0 || !(live.recent || live.kept_waiting > 0.5)) return;
  live.stretch =
      live.control.next((static_cast<double>(delay) + static_cast<double>(live.waiting)) / setup_.rate, length);
}

// Unread input is known in bytes, of all tracks: assume as much sound as the same number of bytes held before.
std::uint64_t Speaker::samples_waiting(const Reader& in) const {
  const std::uint64_t bytes = bytes_waiting(in.source());
  if (live_->samples < track_->sample_rate / 2) return in.tracks().size() == 1 ? bytes / sample_ : 0;
  return bytes * live_->samples / std::max<std::uint64_t>(in.source().position() - live_->first_byte, 1);
}

// Silence in front of live sound, for as much as is to wait.
void Speaker::fill_up() {
  const std::uint64_t wanted = static_cast<std::uint64_t>(latency) * setup_.rate / 1000;
  live_->is_filling_up = true;
  if (wanted > live_->waiting) play_silence(wanted - live_->waiting);
  live_->is_filling_up = false;
}

void Speaker::start_again() {
  ++under_runs_;
  pcm_->prepare();
  if (live_ && !live_->is_filling_up) fill_up();
}

// Sound stops at the first interrupt; the rest of the stream goes by, so that its writer can end it.
bool Speaker::is_stopped() {
  if (!silent_ && interrupted() != 0) {
    silent_ = true;
    snd_pcm_drop(pcm_->handle());
  }
  return silent_;
}

void Speaker::play(std::span<const std::byte> samples) {
  while (!samples.empty() && !is_stopped()) {
    const snd_pcm_sframes_t count = snd_pcm_writei(pcm_->handle(), samples.data(), samples.size() / sample_);
    if (count == -EAGAIN) {
      (void)pcm_->wait(monotonic_now() + ns_per_second, false);
    } else if (count == -EPIPE || count == -ESTRPIPE) {
      start_again();
    } else if (count < 0 && count != -EINTR) {
      pcm_->fail(static_cast<int>(count), "playing");
    } else if (count > 0) {
      played_ += static_cast<std::uint64_t>(count);
      samples = samples.subspan(static_cast<std::size_t>(count) * sample_);
    }
  }
}

void Speaker::play_silence(std::uint64_t samples) {
  const std::vector<std::byte> silence(setup_.period * sample_,
                                       track_->samples == "u8" ? std::byte{0x80} : std::byte{0});
  for (; samples != 0 && !is_stopped(); samples -= std::min<std::uint64_t>(samples, setup_.period)) {
    play(std::span(silence).first(static_cast<std::size_t>(std::min<std::uint64_t>(samples, setup_.period)) * sample_));
  }
}

// Until all that was written is heard.
void Speaker::drain() {
  if (played_ == 0) return;
  if (live_) play(live_->stretcher.stretch({}, 1, true));
  live_.reset();
  if (snd_pcm_state(pcm_->handle()) == SND_PCM_STATE_PREPARED) (void)snd_pcm_start(pcm_->handle());
  const std::int64_t longest = static_cast<std::int64_t>(setup_.buffer) * ns_per_second / setup_.rate;
  const std::int64_t until = monotonic_now() + longest + 2 * ns_per_second;
  while (!is_stopped() && snd_pcm_drain(pcm_->handle()) == -EAGAIN && monotonic_now() < until) {
    (void)wait_for(-1, monotonic_now() + ns_per_second / 100);
  }
  played_ = 0;
}

}  // namespace sl::alsa

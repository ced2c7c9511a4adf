// Opening, setting up and waiting for sound devices.

#include "devices/alsa/pcm.h"

#include <dirent.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <ctime>

#include "devices/alsa/requests.h"
#include "libcore/base/parse.h"
#include "libcore/media/clock.h"
#include "libcore/process/signals.h"

namespace sl::alsa {

namespace {

struct Format {
  std::string_view name;
  snd_pcm_format_t format;
};
// In the order in which one is taken for another: what loses nothing first.
constexpr std::array<Format, 4> formats{{{"s16le", SND_PCM_FORMAT_S16_LE},
                                         {"s32le", SND_PCM_FORMAT_S32_LE},
                                         {"f32le", SND_PCM_FORMAT_FLOAT_LE},
                                         {"u8", SND_PCM_FORMAT_U8}}};

// ALSA's messages, which it would print line by line; the last one is the most specific.
std::string last_words;

void keep_words(const char* /*file*/, int /*line*/, const char* /*function*/, int /*error*/, const char* format, ...) {
  std::array<char, 300> text{};
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text.data(), text.size(), format, arguments);
  va_end(arguments);
  last_words = text.data();
}

std::size_t open_sockets() {
  std::size_t count = 0;
  DIR* folder = opendir("/proc/self/fd");
  if (folder == nullptr) return 0;
  while (const dirent* entry = readdir(folder)) {
    int type = 0;
    socklen_t size = sizeof type;
    if (getsockopt(std::atoi(entry->d_name), SOL_SOCKET, SO_TYPE, &type, &size) == 0) ++count;
  }
  closedir(folder);
  return count;
}

bool has_sound_card() {
  int card = -1;
  return snd_card_next(&card) == 0 && card >= 0;
}

}  // namespace

snd_pcm_format_t format_of(std::string_view samples) {
  for (const Format& format : formats) {
    if (format.name == samples) return format.format;
  }
  return SND_PCM_FORMAT_UNKNOWN;
}

void check_request(const Request& request) {
  if (!request.samples.empty() && format_of(request.samples) == SND_PCM_FORMAT_UNKNOWN) {
    bad_value("--format", request.samples, "is not s16le, s32le, f32le or u8");
  }
}

std::string difference_text(const Request& request, const Setup& setup) {
  std::string text;
  const auto add = [&](const std::string& has, const std::string& wanted) {
    text += (text.empty() ? "" : ", ") + has + " instead of " + wanted;
  };
  if (request.rate != 0 && request.rate != setup.rate)
    add(std::to_string(setup.rate) + " Hz", std::to_string(request.rate));
  if (request.channels != 0 && request.channels != setup.channels) {
    add(std::to_string(setup.channels) + (setup.channels == 1 ? " channel" : " channels"),
        std::to_string(request.channels));
  }
  if (!request.samples.empty() && request.samples != setup.samples) add(setup.samples, request.samples);
  return text;
}

Pcm::Pcm(const std::string& device, const std::string& name, Direction direction) : name_(printable(name, 100)) {
  snd_lib_error_set_handler(&keep_words);
  const std::size_t sockets = open_sockets();
  snd_pcm_t* pcm = nullptr;
  last_words.clear();
  const bool plays = direction == Direction::Playback;
  const int error =
      snd_pcm_open(&pcm, device.c_str(), plays ? SND_PCM_STREAM_PLAYBACK : SND_PCM_STREAM_CAPTURE, SND_PCM_NONBLOCK);
  if (error >= 0) {
    pcm_.reset(pcm);
    talks_ = open_sockets() > sockets;
    return;
  }
  if (error == -EBUSY) throw Error(Status::TryAgain, name_ + ": busy: another program uses the device");
  if (error == -EACCES || error == -EPERM) {
    throw Error(Status::NotPermitted, name_ + ": " + snd_strerror(error) + " (sound devices are for the group audio)");
  }
  const bool has_card = has_sound_card();
  const bool is_unknown = error == -ENOENT || (error == -EINVAL && !has_card);  // hw:1 without a card
  std::string why = is_unknown ? "no such sound device" : snd_strerror(error);
  if (!has_card) {
    why += "; this machine has no sound card";
  } else if (!last_words.empty()) {
    why += " (" + printable(last_words, 200) + ")";
  }
  throw Error(plays ? Status::CannotCreate : Status::NoInput, name_ + ": " + why);
}

void Pcm::fail(int error, std::string_view what) const {
  const std::string text = name_ + ": " + std::string(what) + ": " + snd_strerror(error);
  if (error == -EBUSY) throw Error(Status::TryAgain, name_ + ": busy: another program uses the device");
  throw Error(error == -ENODEV || error == -ENXIO || error == -EBADFD ? Status::Unavailable : Status::Io, text);
}

Setup Pcm::set_up(const Request& request, bool converts, unsigned period_us, unsigned buffer_us) {
  snd_pcm_t* pcm = handle();
  const auto checked = [&](int error, const char* what) {
    if (error < 0) fail(error, what);
  };
  snd_pcm_hw_params_t* params = nullptr;
  snd_pcm_hw_params_alloca(&params);
  checked(snd_pcm_hw_params_any(pcm, params), "its parameters");
  checked(snd_pcm_hw_params_set_rate_resample(pcm, params, converts ? 1 : 0), "resampling");
  checked(snd_pcm_hw_params_set_access(pcm, params, SND_PCM_ACCESS_RW_INTERLEAVED), "interleaved access");
  Setup setup;
  std::vector<std::string_view> order;
  if (!request.samples.empty()) order.push_back(request.samples);
  for (const Format& format : formats) order.push_back(format.name);
  for (const std::string_view name : order) {
    if (snd_pcm_hw_params_set_format(pcm, params, format_of(name)) < 0) continue;
    setup.samples = name;
    break;
  }
  if (setup.samples.empty()) {
    throw Error(Status::Unavailable, name_ + ": has none of the formats s16le, s32le, f32le, u8; with " + "\"plug:'" +
                                         name_ + "'\" ALSA converts");
  }
  setup.channels = static_cast<std::uint32_t>(request.channels != 0 ? request.channels : 2);
  checked(snd_pcm_hw_params_set_channels_near(pcm, params, &setup.channels), "channels");
  setup.rate = static_cast<std::uint32_t>(request.rate != 0 ? request.rate : 48000);
  checked(snd_pcm_hw_params_set_rate_near(pcm, params, &setup.rate, nullptr), "rate");
  checked(snd_pcm_hw_params_set_period_time_near(pcm, params, &period_us, nullptr), "period");
  checked(snd_pcm_hw_params_set_buffer_time_near(pcm, params, &buffer_us, nullptr), "buffer");
  checked(snd_pcm_hw_params(pcm, params), "setting it up");
  checked(snd_pcm_hw_params_get_period_size(params, &setup.period, nullptr), "period");
  checked(snd_pcm_hw_params_get_buffer_size(params, &setup.buffer), "buffer");

  snd_pcm_sw_params_t* software = nullptr;
  snd_pcm_sw_params_alloca(&software);
  checked(snd_pcm_sw_params_current(pcm, software), "its parameters");
  checked(snd_pcm_sw_params_set_avail_min(pcm, software, setup.period), "period");
  checked(snd_pcm_sw_params_set_tstamp_mode(pcm, software, SND_PCM_TSTAMP_ENABLE), "time stamps");
  (void)snd_pcm_sw_params_set_tstamp_type(pcm, software, SND_PCM_TSTAMP_TYPE_MONOTONIC);  // the stamps show a failure
  checked(snd_pcm_sw_params(pcm, software), "setting it up");
  return setup;
}

Waited Pcm::wait(std::int64_t until, bool watch_output) {
  const int count = snd_pcm_poll_descriptors_count(handle());
  std::vector<pollfd> polls(static_cast<std::size_t>(std::max(count, 0)) + 1);
  snd_pcm_poll_descriptors(handle(), polls.data() + 1, static_cast<unsigned>(polls.size() - 1));
  while (interrupted() == 0) {
    const std::int64_t rest = until - monotonic_now();
    if (rest <= 0) return Waited::Time;
    polls[0] = {watch_output ? STDOUT_FILENO : -1, 0, 0};
    const timespec time{rest / ns_per_second, rest % ns_per_second};
    const int ready = ppoll(polls.data(), polls.size(), &time, nullptr);
    if (ready < 0 && errno != EINTR) throw system_error(Status::Bug, "poll");
    if (ready <= 0) continue;
    if ((polls[0].revents & (POLLERR | POLLHUP)) != 0) throw Error(Status::ReaderGone, "the reader has closed");
    unsigned short events = 0;
    snd_pcm_poll_descriptors_revents(handle(), polls.data() + 1, static_cast<unsigned>(polls.size() - 1), &events);
    if (events != 0) return Waited::Ready;
  }
  return Waited::Interrupted;
}

void Pcm::prepare() {
  if (snd_pcm_state(handle()) == SND_PCM_STATE_SUSPENDED) {
    while (snd_pcm_resume(handle()) == -EAGAIN) (void)wait_for(-1, monotonic_now() + ns_per_second / 10);
  }
  const int error = snd_pcm_prepare(handle());
  if (error < 0) fail(error, "starting it");
}

std::int64_t Pcm::next_sample_time(std::uint32_t rate) {
  snd_pcm_status_t* status = nullptr;
  snd_pcm_status_alloca(&status);
  const std::int64_t now = monotonic_now();
  if (snd_pcm_status(handle(), status) < 0) return now;
  snd_htimestamp_t stamp{};
  snd_pcm_status_get_htstamp(status, &stamp);
  std::int64_t at = stamp.tv_sec * ns_per_second + stamp.tv_nsec;
  // Plug-ins have no stamp, or one of another clock: then it is now that so much waits.
  if (at > now + ns_per_second / 1000 || at < now - ns_per_second) at = now;
  const std::int64_t delay = std::max<std::int64_t>(snd_pcm_status_get_delay(status), 0);
  return at - delay * ns_per_second / rate;
}

void Pcm::allow(SandboxPlan& plan) const {
  plan.device_requests.insert(plan.device_requests.end(), requests().begin(), requests().end());
  plan.calls.insert(plan.calls.end(), {SYS_semop, SYS_shmdt});  // dmix and dsnoop: one device for several programs
  if (!talks_) return;
  plan.calls.insert(plan.calls.end(), {SYS_sendmsg, SYS_recvmsg, SYS_getsockopt, SYS_setsockopt, SYS_shutdown});
}

}  // namespace sl::alsa

// A sound device as ALSA opens it, and so PipeWire and PulseAudio through their plug-ins: set up, waited for, asked for
// the time.

#pragma once

#include <alsa/asoundlib.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "libcore/base/error.h"
#include "libcore/process/sandbox.h"
#include "libcore/stage/live.h"

namespace sl::alsa {

enum class Direction { Capture, Playback };

// The requested set-up; 0 and empty: the device's preference.
struct Request {
  std::string samples;  // "s16le", ... as on the wire
  std::int64_t rate = 0, channels = 0;
};

// The set-up of an open device.
struct Setup {
  std::string samples;
  std::uint32_t rate = 0, channels = 0;
  snd_pcm_uframes_t period = 0, buffer = 0;  // samples of all channels
};

class Pcm {
 public:
  // Open it without blocking; messages use `name`. Throw NoInput (CannotCreate for playback), TryAgain if it is busy,
  // NotPermitted.
  Pcm(const std::string& device, const std::string& name, Direction direction);

  // Choose the nearest set-up that the device has; with `converts` ALSA may convert, and has every format. `period_us`
  // and `buffer_us` are approximate. Throw Unavailable if the device has no format of the wire.
  Setup set_up(const Request& request, bool converts, unsigned period_us, unsigned buffer_us);

  // Block until the device is ready, or `until`, or an interrupt; with `watch_output` watch standard output too.
  Waited wait(std::int64_t until, bool watch_output);

  // Start, or start again after any failure.
  void prepare();
  // Return the capture time of the next sample to be read, on the monotonic clock, from the device's present state.
  [[nodiscard]] std::int64_t next_sample_time(std::uint32_t rate);

  // Throw the meaning of ALSA's negative answer: Unavailable if the device has disappeared, or Io.
  [[noreturn]] void fail(int error, std::string_view what) const;

  [[nodiscard]] snd_pcm_t* handle() const { return pcm_.get(); }
  [[nodiscard]] const std::string& name() const { return name_; }

  // Allow the calls that an open device still needs when the process is locked in.
  void allow(SandboxPlan& plan) const;

 private:
  struct Close {
    void operator()(snd_pcm_t* pcm) const { snd_pcm_close(pcm); }
  };
  std::string name_;
  std::unique_ptr<snd_pcm_t, Close> pcm_;
  bool talks_ = false;  // by sockets, to a server
};

// "pulse: 44100 Hz instead of 48000", or "" if nothing differs from the request.
[[nodiscard]] std::string difference_text(const Request& request, const Setup& setup);

// The wire's name, if it has one.
[[nodiscard]] snd_pcm_format_t format_of(std::string_view samples);

// Throw Usage for an unknown name.
void check_request(const Request& request);

}  // namespace sl::alsa

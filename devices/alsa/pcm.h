// A sound device as ALSA opens it, and so PipeWire and PulseAudio through their plug-ins: set up, waited for, asked for
// the time.

#pragma once

#include <alsa/asoundlib.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/process/sandbox.h"
#include "libcore/stage/live.h"

namespace sl::alsa {

enum class Direction { Capture, Playback };

// What is asked for; 0 and empty: what the device likes best.
struct Wish {
  std::string samples;  // "s16le", ... as on the wire
  std::int64_t rate = 0, channels = 0;
};

// What a device was set to.
struct Setup {
  std::string samples;
  std::uint32_t rate = 0, channels = 0;
  snd_pcm_uframes_t period = 0, buffer = 0;  // samples of all channels
};

class Pcm {
 public:
  // Opens it, not blocking; `name` stands in messages. Throws NoInput (CannotCreate for playback), TryAgain where it is
  // busy, NotPermitted.
  Pcm(const std::string& device, const std::string& name, Direction direction);

  // The nearest that the device has; `converts`: ALSA may convert, and everything is to be had. `period_us` and
  // `buffer_us` are about what is wanted. Throws Unavailable where the device has no format of ours.
  Setup set_up(const Wish& wish, bool converts, unsigned period_us, unsigned buffer_us);

  // Waits until the device has something for us, or `until`, or an interrupt; watches standard output, too, where
  // `watch_output`.
  Waited wait(std::int64_t until, bool watch_output);

  // Starts, or starts again, after whatever happened.
  void prepare();
  // When the sample that would be read next was captured, on the monotonic clock, by what the device tells now.
  [[nodiscard]] std::int64_t next_sample_time(std::uint32_t rate);

  // What a negative answer of ALSA means. Throws Unavailable where the device is gone, or Io.
  [[noreturn]] void fail(int error, std::string_view what) const;

  [[nodiscard]] snd_pcm_t* handle() const { return pcm_.get(); }
  [[nodiscard]] const std::string& name() const { return name_; }

  // What an open device still needs of the system when the process is locked in.
  void allow(SandboxPlan& plan) const;

 private:
  struct Close {
    void operator()(snd_pcm_t* pcm) const { snd_pcm_close(pcm); }
  };
  std::string name_;
  std::unique_ptr<snd_pcm_t, Close> pcm_;
  bool talks_ = false;  // by sockets, to a server
};

// "pulse: 44100 Hz instead of 48000", or "" where all is as wished.
[[nodiscard]] std::string tell_difference(const Wish& wish, const Setup& setup);

// The wire's name, where it has one.
[[nodiscard]] snd_pcm_format_t format_of(std::string_view samples);

// Throws Usage for a name that is none of the wire's.
void check_wish(const Wish& wish);

}  // namespace sl::alsa

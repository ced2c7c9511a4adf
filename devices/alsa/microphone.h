// Sound from a device to the wire.

#pragma once

#include <optional>
#include <span>
#include <string>

#include "devices/alsa/pcm.h"
#include "devices/alsa/sample_clock.h"
#include "libcore/stage/live.h"

namespace sl {
struct Track;
}  // namespace sl

namespace sl::alsa {

class Microphone {
 public:
  std::string device = "default";
  Request request;
  StopRule stop;
  bool anonymous = false;

  // Open the device and set it up, with a warning if it differs from the options.
  void prepare(SandboxPlan& plan);
  void run(Writer& out);

 private:
  [[nodiscard]] Track track() const;
  [[nodiscard]] bool wait(Writer& out);
  [[nodiscard]] std::uint64_t wanted() const;
  void begin_again(std::string_view why);
  void send(Writer& out, std::span<const std::byte> samples, std::int64_t reported);

  std::optional<Pcm> pcm_;
  Setup setup_;
  std::optional<SampleClock> clock_;
  std::uint64_t position_ = 0, number_ = 0;  // samples and frames so far
  std::string lost_;                         // why samples are missing before the next one; empty: they are not
};

}  // namespace sl::alsa

// Sound from the wire to a device.

#pragma once

#include <optional>
#include <span>
#include <string>

#include "devices/alsa/pcm.h"
#include "libcore/stream.h"
#include "libcore/track_choice.h"

namespace sl::alsa {

class Speaker {
 public:
  std::string device = "default";
  std::optional<TrackChoice> choice;  // without one, the track that is called the default, or the first

  // Opens the device, and loads what ALSA may need to convert for it.
  void prepare(SandboxPlan& plan);
  // Plays, and passes everything on to `out`, where there is one.
  void run(Reader& in, Writer* out);

 private:
  void on_frame(const Reader& in, std::uint16_t number);
  void on_samples(Reader& in);
  void on_end(bool stopped);
  void start(const Track& track);
  void play(std::span<const std::byte> samples);
  void play_silence(std::uint64_t samples);
  void drain();
  [[nodiscard]] bool is_stopped();

  std::optional<Pcm> pcm_;
  Setup setup_;
  std::uint16_t number_ = 0;  // of the track that is played; 0: none yet
  Track track_;
  std::size_t sample_ = 0;           // bytes of all channels
  std::int64_t expected_ = no_time;  // pts of the next sample
  std::uint64_t played_ = 0;         // samples of this stream
  std::uint64_t under_runs_ = 0;
  bool silent_ = false;  // after an interrupt
  bool any_ = false;
};

}  // namespace sl::alsa

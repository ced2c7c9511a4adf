// Sound from the wire to a device.

#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "devices/alsa/fill_control.h"
#include "devices/alsa/pcm.h"
#include "devices/alsa/stretcher.h"
#include "libcore/wire/track_choice.h"

namespace sl::alsa {

class Speaker {
 public:
  std::string device = "default";
  std::int64_t latency = 100;         // ms of live sound that wait in the device, for late pieces
  std::optional<TrackChoice> choice;  // without one, the track that is called the default, or the first

  // Opens the device, and loads what ALSA may need to convert for it.
  void prepare(SandboxPlan& plan);
  // Play, and pass everything on to `out`, if there is one.
  void run(Reader& in, Writer* out);

 private:
  void on_frame(const Reader& in, std::uint16_t number);
  void on_samples(Reader& in);
  void on_end();
  void start(const Reader& in, const Track& track, const Frame& frame);
  void adapt(const Reader& in, double length);
  [[nodiscard]] std::uint64_t samples_waiting(const Reader& in) const;
  [[nodiscard]] Setup set_up(const Request& request);
  void start_again();
  void fill_up();
  void play(std::span<const std::byte> samples);
  void play_silence(std::uint64_t samples);
  void drain();
  [[nodiscard]] bool is_stopped();

  // The state for a live stream, whose source has its own clock.
  struct Live {
    FillControl control;
    Stretcher stretcher;
    bool recent;                 // by the clock: captured within the last minute
    std::uint64_t first_byte;    // the input's position when it began, and ...
    std::uint64_t samples = 0;   // ... that arrived since
    double kept_waiting = 0;     // how often the source was waited for, lately: 0 to 1
    double stretch = 1;          // at present
    std::uint64_t waiting = 0;   // samples that are here and not in the device
    bool is_filling_up = false;  // with silence
  };

  std::optional<Pcm> pcm_;
  Setup setup_;
  std::optional<Live> live_;
  std::uint16_t number_ = 0;  // of the track that is played; 0: none yet
  std::shared_ptr<const Track> track_;
  std::size_t sample_ = 0;           // bytes of all channels
  std::int64_t expected_ = no_time;  // pts of the next sample
  std::uint64_t played_ = 0;         // samples of this stream
  std::uint64_t under_runs_ = 0;
  bool waited_ = false;  // for the source, since the last frame
  bool begins_ = false;  // the next samples are a frame's first
  bool silent_ = false;  // after an interrupt
  bool any_ = false;
};

}  // namespace sl::alsa

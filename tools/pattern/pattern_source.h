// A test picture and a test sound as a stream: a still, a film, or live.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "frame_painter.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"
#include "libcore/stage/live.h"
#include "test_sound.h"

namespace sl::pattern {

class PatternSource {
 public:
  struct Settings {
    std::string picture = "card";  // or "none"
    Track video;                   // raw, with size and pixels; time base and rate follow `rate`
    Rational rate{25, 1};
    Sound sound = Sound::None;
    Track audio;
    std::uint64_t seed = 0;
    std::optional<std::uint64_t> frames;  // nothing: without end
    bool live = false;
  };
  // Throws Error(Usage, Limit).
  explicit PatternSource(const Settings& settings);

  // Writes the whole stream, up to END.
  void run(Writer& out);

 private:
  void begin(Writer& out);
  [[nodiscard]] Frame frame_at(std::uint64_t number) const;
  void write_picture(Writer& out, std::uint64_t number);
  void write_sound(Writer& out, std::uint64_t number);
  bool wait_for_turn(Writer& out, std::uint64_t& number);
  [[nodiscard]] bool is_full_second(std::uint64_t number) const;
  [[nodiscard]] std::int64_t due(std::uint64_t number) const;            // ns from the start
  [[nodiscard]] std::uint64_t first_sample(std::uint64_t number) const;  // of a frame

  Settings settings_;
  bool has_picture_;
  TestSound sound_;
  std::optional<FramePainter> painter_;
  std::int64_t start_ = 0;  // monotonic, live
};

}  // namespace sl::pattern

// A stream that fades in at its start and out at its end.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "color_fade.h"
#include "libcore/frames/stream_window.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/track_choice.h"
#include "libcore/wire/writer.h"

namespace sl::fade {

class FadeStage {
 public:
  std::int64_t in_length = 0, out_length = 0;  // ns
  Rgba color{0, 0, 0, 1};
  TrackChoice tracks;

  void run(Reader& in, Writer& out);

 private:
  struct PictureFade {
    Track track;
    ColorFade fade;
  };

  void take(const wire::Header& record);
  void end_stream();
  void send_ready(bool all);
  [[nodiscard]] bool is_ready(const HeldFrame& frame) const;
  [[nodiscard]] double weight(std::int64_t time) const;
  bool fade_frame(HeldFrame& frame);
  bool fade_sound(HeldFrame& frame) const;

  Reader* in_ = nullptr;
  Writer* out_ = nullptr;
  std::optional<StreamWindow> window_;
  std::optional<HeldFrameWriter> writer_;
  std::optional<std::int64_t> end_;  // of the stream, once it is known
  std::map<std::uint16_t, PictureFade> fades_;
};

}  // namespace sl::fade

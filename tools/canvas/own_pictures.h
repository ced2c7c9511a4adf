// The options of tools that draw for pictures of their own: with --size there is no input.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "frames.h"
#include "libcore/base/error.h"
#include "libcore/base/size_text.h"
#include "libcore/stage/live.h"
#include "libcore/stage/tool.h"

namespace sl::drawing {

struct PictureSize {
  Size size{1280, 720};
  bool is_given = false;
};

// Throw Usage, or Limit for sizes over --max-pixels.
inline void parse_value(std::string_view option, std::string_view text, PictureSize& value) {
  sl::parse_value(option, text, value.size);
  value.is_given = true;
}

class OwnPictures {
 public:
  void bind(Tool& tool, const std::string& help_of_size) {
    tool.group("Pictures without input");
    tool.option("--size", size_, "WIDTHxHEIGHT", help_of_size);
    tool.option("--rate", rate_, "FRAMES", "a second: 25, 30000/1001; 25 if it is not given");
    stop_.bind(tool);
  }
  // Throw Usage for options that need --size.
  void check() const {
    if (!size_.is_given && (rate_ || stop_.frames_at({25, 1})))
      throw Error(Status::Usage, "--rate, --frames and --duration need --size");
  }
  [[nodiscard]] const bool& are_wanted() const { return size_.is_given; }  // for Tool::stage_if
  // One picture if nothing is said of their number; without end if only --rate is given.
  [[nodiscard]] LayerStream stream() const {
    LayerStream stream{size_.size, rate_.value_or(Rational{25, 1}), {}};
    stream.frames = stop_.frames_at(stream.rate);
    if (!stream.frames && !rate_) stream.frames = 1;
    return stream;
  }

 private:
  PictureSize size_;
  std::optional<Rational> rate_;
  StopRule stop_;
};

}  // namespace sl::drawing

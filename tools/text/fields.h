// Texts with fields of the frame: "{time} frame {number}".

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/canvas/frames.h"

namespace sl::drawing {

class Fields {
 public:
  // {time}, {time:SECONDS's digits}, {number}, {pts}, {wall}, {wall:FORMAT of strftime}, {capture}, {name}, {width},
  // {height}, {level}, {meta:KEY}; {{ and }} are braces. Throw Usage for another field, naming `option`.
  Fields(std::string_view option, std::string_view text);

  // `name` is that of the input.
  [[nodiscard]] std::string at(const Moment& moment, const std::string& name) const;

 private:
  enum class Kind : std::uint8_t { Plain, Time, Number, Pts, Wall, Capture, Name, Width, Height, Level, Meta };
  struct Part {
    Kind kind = Kind::Plain;
    std::string text;  // plain text, or what follows the colon
  };
  [[nodiscard]] static Part field(std::string_view option, std::string_view text);
  [[nodiscard]] static std::string value(const Part& part, const Moment& moment, const std::string& name);

  std::vector<Part> parts_;
};

}  // namespace sl::drawing

// Rows of a picture to another format, turned upright on the way: (convert), (turn), (convert).

#pragma once

#include <array>
#include <optional>

#include "libcore/pixels/convert.h"
#include "libcore/pixels/orient.h"

namespace sl {

class UprightConverter {
 public:
  // Takes rows of `track`; turns nothing if it is upright or `turns` is false. `background` is put under pixels that
  // lose their alpha. Throws as Converter does.
  UprightConverter(const Track& track, bool turns, std::array<float, 3> background = {0, 0, 0});

  // The track after turning, to choose a format by.
  [[nodiscard]] const Track& upright() const { return upright_; }
  // Set the format to convert to, of the same size. Once, before the first rows; without it they are not converted.
  void convert_to(const Track& target);
  // Whether rows are passed on unchanged.
  [[nodiscard]] bool changes_nothing() const { return !before_ && !turner_ && !after_; }

  // As Converter::push; a frame that is turned is emitted whole, after its last strip.
  void push(const Strip& strip, const Converter::Emit& emit);

 private:
  std::array<float, 3> background_;
  Track upright_;
  std::optional<Converter> before_, after_;
  std::optional<Upright> turner_;
};

}  // namespace sl

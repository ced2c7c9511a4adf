// Rows of a picture to another format, turned upright on the way: (convert), (turn), (convert).

#pragma once

#include <array>
#include <memory>

#include "libcore/pixels/convert.h"

namespace sl {

class UprightConverter {
 public:
  // Takes rows of `track`; turns nothing if it is upright or `turns` is false. `background` is put under pixels that
  // lose their alpha. Throws as Converter does.
  UprightConverter(const Track& track, bool turns, std::array<float, 3> background = {0, 0, 0});
  ~UprightConverter();

  // The track after turning, to choose a format by.
  [[nodiscard]] const Track& upright() const;
  // Set the format to convert to, of the same size. Once, before the first rows; without it they are not converted.
  void convert_to(const Track& target);
  // Whether rows are passed on unchanged.
  [[nodiscard]] bool changes_nothing() const;

  // As Converter::push; a frame that is turned is emitted whole, after its last strip.
  void push(const Strip& strip, const Converter::Emit& emit);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl

// Rows of a picture to another format, turned upright on the way: (convert), (turn), (convert).

#pragma once

#include <array>
#include <optional>

#include "libcore/pixels/convert.h"
#include "libcore/pixels/orient.h"

namespace sl {

class UprightConverter {
 public:
  // Of rows of `track`; nothing is turned where it is upright, or where `turns` is false. `background` is what is put
  // behind pixels that lose their alpha. Throws as Converter does.
  UprightConverter(const Track& track, bool turns, std::array<float, 3> background = {0, 0, 0});

  // The track that turning leaves, to choose a format by.
  [[nodiscard]] const Track& upright() const { return upright_; }
  // What is wanted of it: the same size. Once, before the first rows; without it they stay what they are then.
  void convert_to(const Track& wanted);
  // Whether rows are passed on as they come.
  [[nodiscard]] bool changes_nothing() const { return !before_ && !turner_ && !after_; }

  // As of Converter; where frames are turned, all of one comes after its last strip.
  void push(const Strip& strip, const Converter::Emit& emit);

 private:
  std::array<float, 3> background_;
  Track upright_;
  std::optional<Converter> before_, after_;
  std::optional<Upright> turner_;
};

}  // namespace sl

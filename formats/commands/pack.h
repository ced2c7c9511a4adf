// The command line of sl-pack, shared with the helper that it becomes for packing with loss.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "libcore/base/color_text.h"
#include "libcore/stage/tool.h"

namespace sl {

struct PackCommand {
  enum class Mode : std::uint8_t { Lossless, Visual };
  PackCommand();
  PackCommand(const PackCommand&) = delete;
  PackCommand& operator=(const PackCommand&) = delete;

  Tool tool{"sl-pack", "Pack pictures, film and sound in fewer bytes, for a slow line."};
  Mode mode = Mode::Lossless;
  bool flatten = false;
  std::string crf, bitrate;
  std::optional<Rgba> background;
  std::function<void()> checked;  // called after the command line was checked

  [[nodiscard]] std::optional<std::array<float, 3>> background_rgb() const {
    return background ? std::optional(background->rgb()) : std::nullopt;
  }

 private:
  void check();

  std::string word_;
};

}  // namespace sl

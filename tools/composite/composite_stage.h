// Several inputs as layers of one picture.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "libcore/base/parse.h"
#include "libcore/base/size_text.h"
#include "libcore/stage/inputs.h"
#include "libcore/wire/writer.h"
#include "tools/composite/layer_settings.h"
#include "tools/composite/layout.h"

namespace sl {

// What to do for a layer whose picture has not come in time.
enum class Late : std::uint8_t { Hold, Blank, Drop, Wait };
inline constexpr Name<Late> late_names[] = {
    {"hold", Late::Hold}, {"blank", Late::Blank}, {"drop", Late::Drop}, {"wait", Late::Wait}};

struct CompositeSettings {
  std::vector<LayerSettings> layers;  // of the inputs, in their order
  std::size_t master = 0;
  std::optional<Size> size;
  Layout layout = Layout::Stack;
  std::optional<Late> late;  // by default Hold if the master is live, else Wait
  int threads = 1;
};

// Change the states of the layers for a picture `time` ns after the first one.
using ChangeStates = std::function<void(std::int64_t time, std::vector<LayerState>& states)>;

// Put the layers over each other for each picture of the master, whose times, metadata and other tracks pass. Throw
// Data for an input without pictures.
void composite(Inputs& inputs, Writer& out, const CompositeSettings& settings, const ChangeStates& change);

}  // namespace sl

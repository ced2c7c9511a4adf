// Several inputs as layers of one picture.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "libcore/base/parse.h"
#include "libcore/stage/inputs.h"
#include "libcore/wire/writer.h"
#include "tools/composite/preview.h"
#include "tools/composite/show.h"

namespace sl {

// What to do for a layer whose picture has not come in time.
enum class Late : std::uint8_t { Hold, Blank, Drop, Wait };
inline constexpr Name<Late> late_names[] = {
    {"hold", Late::Hold}, {"blank", Late::Blank}, {"drop", Late::Drop}, {"wait", Late::Wait}};

struct CompositeSettings {
  StackSettings stack;
  std::optional<Late> late;  // by default Hold if the master is live, else Wait
  bool may_change = false;   // the gain of the master
};

// Change what is shown in a picture `time` ns after the first one.
using ChangeShow = std::function<void(std::int64_t time, Show& show)>;

// Put the layers over each other for each picture of the master, whose times, metadata and other tracks pass.
// `preview`, unless null, gets the pictures of the scene in preview. Throw Data for an input without pictures.
void composite(Inputs& inputs, Writer& out, const CompositeSettings& settings, const ChangeShow& change,
               Preview* preview);

}  // namespace sl

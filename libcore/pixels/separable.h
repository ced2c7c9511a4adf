// The separable engine: each output sample is a weighted sum of input samples along columns and along rows. Resizing
// and blurring are special cases.

#pragma once

#include <functional>
#include <memory>

#include "libcore/media/strip.h"
#include "libcore/pixels/axis.h"
#include "libcore/pixels/separable_component.h"

namespace sl {

struct Track;

// Strips in, strips out, in memory for the rows that the weights reach. The result depends neither on how strips were
// cut nor on the number of threads. Samples are weighed as they are stored, each component by itself, chroma in its own
// place (siting); so premultiply alpha, and make light linear, where that matters. Integers are rounded to
// nearest and clamped.
class Separable {
 public:
  using Emit = std::function<void(const Strip&)>;
  // Makes a component with its weights.
  using MakeComponent = std::function<std::unique_ptr<separable::Component>(
      const PixelFormat& format, const AxisPlace& columns, const AxisPlace& rows)>;

  // The tracks differ in size only. Throws Limit if the rows need more than --max-memory.
  Separable(const Track& from, const Track& to, const MakeComponent& make, int threads);
  ~Separable();

  // Take the next strip of a frame (first row 0 begins one) and call `emit` for the rows that are complete. Emitted
  // views are valid in the call only.
  void push(const Strip& strip, const Emit& emit);
  // Emit the rows that are complete, if the next strip is late.
  void flush(const Emit& emit);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl

// The shape of everything that takes rows of one track and makes rows of another.

#pragma once

#include <array>
#include <functional>
#include <memory>
#include <vector>

#include "libcore/media/geometry.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"

namespace sl {

class Step {
 public:
  // Takes strips of a frame in order; views are valid in the call only.
  using Emit = std::function<void(const Strip&)>;

  Step() = default;
  Step(Step&&) = default;
  Step& operator=(Step&&) = default;
  virtual ~Step() = default;

  // The track of the rows that leave.
  [[nodiscard]] virtual const Track& track() const = 0;
  // Take the next strip of a frame (first row 0 begins one), whose samples may be changed, and call `emit` for each
  // strip that is ready; the last strip of a frame makes its last strip. Results do not depend on how strips were cut.
  virtual void push(const Strip& strip, const Emit& emit) = 0;
  // Emit the rows that are complete and wait for others to fill a strip, because the next strip is late.
  virtual void flush(const Emit& /*emit*/) {}
};

// Steps one after another; without any, rows pass unchanged.
class Chain : public Step {
 public:
  // Takes rows of `from`.
  explicit Chain(const Track& from) : track_(from) {}

  void add(std::unique_ptr<Step> step);
  // Add a conversion of pixels, color or alpha, if there is anything to convert. `background`, R'G'B' from 0 to 1, is
  // put under pixels that lose their alpha.
  void convert_to(const Track& to, const std::array<float, 3>& background = {0, 0, 0});
  [[nodiscard]] bool empty() const { return steps_.empty(); }

  [[nodiscard]] const Track& track() const override { return steps_.empty() ? track_ : steps_.back()->track(); }
  void push(const Strip& strip, const Emit& emit) override { push_from(0, strip, emit); }
  void flush(const Emit& emit) override;

 private:
  void push_from(std::size_t step, const Strip& strip, const Emit& emit);

  Track track_;
  std::vector<std::unique_ptr<Step>> steps_;
};

// A step that moves pixels.
class GeometryStep : public Step {
 public:
  [[nodiscard]] virtual const Move& move() const = 0;
};

}  // namespace sl

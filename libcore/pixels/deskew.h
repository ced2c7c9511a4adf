// Scanned pages set straight.

#pragma once

#include <memory>

#include "libcore/pixels/warper.h"

namespace sl {

// Return the degrees, clockwise, by which lines of text or edges in a picture are turned: those of at most 15 along
// which its rows differ most (W. Postl, Detection of linear oblique structures and skew scan in digitized documents,
// 1986). `whole` is a picture of `track`; the first component counts, of RGB green.
[[nodiscard]] double skew_of(const Track& track, const Strip& whole);

// Turn each picture by its skew, in its own size. A picture is kept in memory whole, checked against --max-memory.
class Deskewer : public GeometryStep {
 public:
  Deskewer(const Track& from, const Warper::Settings& settings);
  Deskewer(Deskewer&&) noexcept;
  ~Deskewer() override;
  [[nodiscard]] const Track& track() const override;
  [[nodiscard]] const Move& move() const override;
  void push(const Strip& strip, const Emit& emit) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl

// Where the samples of one output axis lie on the input, and what each input sample weighs there.

#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "libcore/media/color.h"

namespace sl {

// Sample j of the output lies at `first + j * step`, in input samples: input sample i lies at i. It is the sum of the
// input samples at most `radius` away, each times `weight(distance)`; the weights of one output sample are divided by
// their sum. Beyond an edge, the sample at it is repeated: its weight is added to that of the edge.
class Axis {
 public:
  using Weight = std::function<double(double distance)>;
  Axis(std::uint32_t in, std::uint32_t out, double first, double step, double radius, Weight weight);
  // Count only input samples at even distances, for output samples that lie on input samples: rows of the same field.
  void keep_fields_apart() { apart_ = 2; }

  struct Span {
    std::uint32_t first = 0, count = 0;  // input samples
  };
  // Set `weights` to those of output sample j, as many as the span that is returned has, and at least one.
  Span taps(std::uint32_t j, std::vector<double>& weights) const;
  // Return the input samples that taps() of j can have at most.
  [[nodiscard]] Span reach(std::uint32_t j) const;
  // Return how many input samples `count` adjacent output samples can reach together.
  [[nodiscard]] double reach_of(std::uint32_t count) const;

  [[nodiscard]] std::uint32_t in() const { return in_; }
  [[nodiscard]] std::uint32_t out() const { return out_; }
  [[nodiscard]] double first() const { return first_; }
  [[nodiscard]] double radius() const { return radius_; }

 private:
  struct Reach {
    std::int64_t low, high;  // may lie outside the picture
  };
  [[nodiscard]] Reach around(std::uint32_t j) const;
  [[nodiscard]] std::int64_t inside(std::int64_t i) const;

  std::uint32_t in_, out_;
  double first_, step_, radius_;
  std::int64_t apart_ = 1;  // from one input sample that counts to the next
  Weight weight_;
};

// One axis of one component of a picture. `shift` is its subsampling; subsampled samples lie on every 2^shift-th luma
// sample if `on_luma`, else in the middle of 2^shift of them.
struct AxisPlace {
  std::uint32_t in = 0, out = 0;  // pixels of the picture, before and after
  int shift = 0;
  bool on_luma = false;

  [[nodiscard]] std::uint32_t samples_in() const;
  [[nodiscard]] std::uint32_t samples_out() const;
  // Return the input samples from one output sample to the next, and the place of output sample 0.
  [[nodiscard]] double step() const;
  [[nodiscard]] double first() const;
};

}  // namespace sl

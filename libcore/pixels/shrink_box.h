// Boxes of samples to their means, component by component, in the rows of any pixel format.

#pragma once

#include <memory>
#include <vector>

#include "libcore/pixels/convert/rows.h"
#include "libcore/pixels/step.h"

namespace sl::shrink {

// The boxes along one axis of one component. Box j takes `factor` samples from j * factor - lead on; if chroma
// lies on luma samples (siting `left`, `topleft`), boxes begin (factor - 1) (s - 1) / 2s chroma samples earlier than
// for centred chroma, s being the subsampling. That is `lead` samples and a part of one: of a whole box's
// factor * unit weights, the sample before the first one has `early`, and the last one as much less. At the edges a
// box is the mean of the samples inside.
struct Axis {
  Axis(std::uint32_t factor, int shift, bool on_luma, std::uint32_t pixels);
  std::uint32_t factor, unit = 1, early = 0, lead = 0;
  std::uint32_t in, out;  // samples
};

// The sums of one component's rows, and their means along a row.
class Sums {
 public:
  virtual ~Sums() = default;
  // Adds a row, this many times.
  virtual void add(const std::byte* row, std::uint32_t weight) = 0;
  // Writes the means of the rows added, and starts again.
  virtual void finish(std::byte* out) = 0;
  [[nodiscard]] bool empty() const { return weight_ == 0; }

 protected:
  std::uint32_t weight_ = 0;
};
[[nodiscard]] std::unique_ptr<Sums> make_sums(Sample sample, const Axis& columns, std::uint64_t max_weight);

// Strips in, strips out. Tracks differ in size only.
class Box : public Step {
 public:
  Box(const Track& from, const Track& to, std::uint32_t factor_x, std::uint32_t factor_y);
  [[nodiscard]] const Track& track() const override { return to_; }
  void push(const Strip& strip, const Emit& emit) override;
  void flush(const Emit& emit) override;

 private:
  struct Component {
    int number;
    int plane;
    int shift_y;
    Axis rows;
    std::unique_ptr<Sums> sums;
    std::uint32_t made = 0;  // rows of the frame
  };
  void start();
  void add_row(Component& component, std::uint32_t y, const std::byte* row);
  void finish_row(Component& component);
  [[nodiscard]] std::uint32_t ready() const;
  [[nodiscard]] std::uint64_t oldest_row() const;
  void send(std::uint32_t rows, const Emit& emit);

  Track to_;
  convert::InputRows input_;
  convert::RowReader reader_;
  convert::RowWriter writer_;
  std::vector<Component> components_;
  std::uint32_t strip_rows_, height_, factor_y_;
  std::uint32_t rows_before_ = 0;  // that a box of chroma may begin earlier than its luma's
  std::vector<std::byte> memory_;
  Strip buffer_;            // rows that are made and not yet sent, and the one in the making
  std::uint32_t sent_ = 0;  // rows of the frame
  struct Rows {
    std::uint32_t first = 0, end = 0;
  } damaged_;  // of the input, those that may still be in rows to be sent
};

}  // namespace sl::shrink

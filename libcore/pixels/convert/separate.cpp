// Conversion component by component: packing, depth, range, gray to more, alpha added. No sample depends on another.

#include <algorithm>
#include <cstring>

#include "libcore/pixels/convert/step.h"
#include "libcore/pixels/kernels.h"

namespace sl::convert {

namespace {

// The source of one component of the output.
struct OutputComponent {
  bool exists = false;
  int source = -1;  // component of the input, or -1: always `mix.offset`
  bool copied = false;
  kernels::Mix mix;
  int shift_y = 0;
};

bool same_siting(const Job& job) {
  const Space &a = job.spaces.from, &b = job.spaces.to;
  const bool same_x = job.from.shift_x == 0 || (a.chroma == Chroma::Center) == (b.chroma == Chroma::Center);
  const bool same_y = job.from.shift_y == 0 || (a.chroma == Chroma::TopLeft) == (b.chroma == Chroma::TopLeft);
  return same_x && same_y;
}

class SeparateStep : public Step {
 public:
  explicit SeparateStep(const Job& job)
      : from_(job.from),
        to_(job.to),
        reader_(job.from, job.spaces.from.model, job.width),
        writer_(job.to, job.spaces.to.model, job.width),
        samples_(job.width) {
    const Spaces& spaces = job.spaces;
    const auto inputs = components_of(from_, spaces.from.model), outputs = components_of(to_, spaces.to.model);
    const Affine colours = code_matrix(from_, spaces.from, to_, spaces.to);
    for (std::size_t i = 0; i < 4; ++i) {
      if (!outputs[i].exists()) continue;
      OutputComponent& made = parts_[i];
      made.exists = true;
      made.shift_y = outputs[i].shift_y;
      const bool chroma = spaces.to.model == Model::Yuv && (i == 1 || i == 2);
      const bool from_gray = spaces.from.model == Model::Gray && i < alpha_component;
      if (i < alpha_component) {
        const std::size_t source = from_gray ? 0 : i;
        if (!(from_gray && chroma)) made.source = static_cast<int>(source);
        made.mix = {static_cast<float>(colours.factor[i][source]), 0, 0, static_cast<float>(colours.offset[i])};
      } else {
        const double opaque = code_of(to_, spaces.to, alpha_component).scale;
        if (spaces.from.alpha != Alpha::None) {
          made.source = alpha_component;
          made.mix.a = static_cast<float>(opaque / code_of(from_, spaces.from, alpha_component).scale);
        } else {
          made.mix.offset = static_cast<float>(opaque);
        }
      }
      made.copied = made.source >= 0 && from_.sample == to_.sample && made.mix.a == 1 && made.mix.offset == 0;
    }
    chroma_shift_ = inputs[1].shift_y;
  }

  Span chroma_rows(std::uint32_t y) const override { return {y >> chroma_shift_, y >> chroma_shift_}; }

  void run(const InputRows& in, const Strip& out) override {
    for (std::uint32_t i = 0; i < out.rows; ++i) {
      for (int c = 0; c < 4; ++c) {
        const OutputComponent& made = parts_[static_cast<std::size_t>(c)];
        // A chroma row is made together with the first row of the picture that it belongs to.
        if (!made.exists || (i & ((1U << made.shift_y) - 1)) != 0) continue;
        const std::uint32_t row = i >> made.shift_y;
        make_row(in, made, c, (out.first >> made.shift_y) + row, writer_.row(out, c, row));
        writer_.done(out, c, row);
      }
    }
  }

 private:
  void make_row(const InputRows& in, const OutputComponent& made, int component, std::uint32_t y, std::byte* to) {
    const std::size_t count = writer_.width(component);
    float* samples = samples_.data();
    if (made.source < 0) {
      std::fill_n(samples, count, made.mix.offset);
      store_row(to_, samples, count, to);
      return;
    }
    const std::byte* from = reader_.row(in, made.source, y);
    if (made.copied) {
      copy(from, count, to);
      return;
    }
    load_row(from_, from, count, samples);
    kernels::mix(samples, samples, samples, count, made.mix, samples);
    store_row(to_, samples, count, to);
  }

  void copy(const std::byte* from, std::size_t count, std::byte* to) const {
    if (from_.bits == to_.bits && to_.sample == Sample::U16 && to_.bits < 16) {
      const auto largest = static_cast<std::uint16_t>((1U << to_.bits) - 1);
      const auto* in = reinterpret_cast<const std::uint16_t*>(from);
      std::transform(in, in + count, reinterpret_cast<std::uint16_t*>(to),
                     [=](std::uint16_t v) { return std::min(v, largest); });
      return;
    }
    std::memcpy(to, from, count * static_cast<std::size_t>(to_.sample_bytes()));
  }

  const PixelFormat& from_;
  const PixelFormat& to_;
  RowReader reader_;
  RowWriter writer_;
  std::array<OutputComponent, 4> parts_;
  int chroma_shift_ = 0;
  std::vector<float> samples_;
};

}  // namespace

bool separable(const Job& job) {
  const Space &from = job.spaces.from, &to = job.spaces.to;
  const bool alpha = from.alpha == Alpha::None || from.alpha == to.alpha;
  if (!alpha) return false;
  if (from.model == Model::Gray) return true;
  if (!same_axes(from, to)) return false;
  if (from.model != Model::Yuv || to.model != Model::Yuv) return true;
  return job.from.shift_x == job.to.shift_x && job.from.shift_y == job.to.shift_y && same_siting(job);
}

std::unique_ptr<Step> separate_step(const Job& job) { return std::make_unique<SeparateStep>(job); }

}  // namespace sl::convert

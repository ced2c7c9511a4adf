// Conversion of anything to anything, in floats: chroma up, one matrix, alpha, chroma down.
//
// Each row of the picture is made once. Chroma of the output is gathered from the last few rows of it, so nothing
// depends on how the input was cut. If luma and chroma keep their meaning, chroma is resampled only along the axes that
// change.

#include <algorithm>
#include <vector>

#include "libcore/pixels/convert/chroma.h"
#include "libcore/pixels/convert/step.h"
#include "libcore/pixels/kernels.h"

namespace sl::convert {

namespace {

enum class AlphaWork : std::uint8_t { None, Multiply, Divide, FlattenStraight, FlattenPremultiplied };

AlphaWork alpha_work(Alpha from, Alpha to) {
  if (from == Alpha::None || from == to) return AlphaWork::None;
  if (to == Alpha::Premultiplied) return AlphaWork::Multiply;
  if (to == Alpha::Straight) return AlphaWork::Divide;
  return from == Alpha::Straight ? AlphaWork::FlattenStraight : AlphaWork::FlattenPremultiplied;
}

ChromaRows chroma_rows_of(const PixelFormat& format, const Space& space, std::uint32_t height) {
  return {space.model == Model::Yuv ? format.shift_y : 0, space.chroma == Chroma::TopLeft, space.interlaced, height};
}

ChromaColumns chroma_columns_of(const PixelFormat& format, const Space& space, std::uint32_t width) {
  return {space.model == Model::Yuv ? format.shift_x : 0, space.chroma != Chroma::Center, width};
}

class GeneralStep : public Step {
 public:
  explicit GeneralStep(const Job& job)
      : from_(job.from),
        to_(job.to),
        spaces_(job.spaces),
        width_(job.width),
        reader_(job.from, spaces_.from.model, job.width),
        writer_(job.to, spaces_.to.model, job.width),
        rows_in_(chroma_rows_of(from_, spaces_.from, job.height)),
        rows_out_(chroma_rows_of(to_, spaces_.to, job.height)),
        columns_in_(chroma_columns_of(from_, spaces_.from, job.width)),
        columns_out_(chroma_columns_of(to_, spaces_.to, job.width)),
        work_(alpha_work(spaces_.from.alpha, spaces_.to.alpha)) {
    const bool yuv = spaces_.from.model == Model::Yuv && spaces_.to.model == Model::Yuv;
    chroma_alone_ = yuv && same_axes(spaces_.from, spaces_.to) && work_ == AlphaWork::None;
    const bool from_centred = spaces_.from.chroma == Chroma::Center, to_centred = spaces_.to.chroma == Chroma::Center;
    keep_columns_ = chroma_alone_ && from_.shift_x == to_.shift_x && (from_.shift_x == 0 || from_centred == to_centred);
    keep_rows_ =
        chroma_alone_ && from_.shift_y == to_.shift_y && (from_.shift_y == 0 || rows_in_.on_luma == rows_out_.on_luma);

    colours_in_ = spaces_.from.model == Model::Gray ? 1 : 3;
    colours_out_ = spaces_.to.model == Model::Gray ? 1 : 3;
    const Affine matrix = code_matrix(from_, spaces_.from, to_, spaces_.to);
    for (std::size_t i = 0; i < 3; ++i) {
      const auto& f = matrix.factor[i];
      mix_[i] = {static_cast<float>(f[0]), static_cast<float>(f[1]), static_cast<float>(f[2]),
                 static_cast<float>(matrix.offset[i])};
      zero_[i] = static_cast<float>(code_of(to_, spaces_.to, static_cast<int>(i)).zero);
    }
    if (work_ == AlphaWork::FlattenStraight || work_ == AlphaWork::FlattenPremultiplied) mix_background(job.background);
    opaque_in_ = static_cast<float>(code_of(from_, spaces_.from, alpha_component).scale);
    opaque_out_ = static_cast<float>(code_of(to_, spaces_.to, alpha_component).scale);

    for (auto* rows : {&in_, &out_}) {
      for (int i = 0; i < 3; ++i) rows->emplace_back(width_);
    }
    for (int i = 0; i < 2; ++i) narrow_.emplace_back(width_);
    alpha_.resize(width_);
    cover_.resize(width_);
    group_ = (1U << rows_out_.shift) * (spaces_.to.interlaced ? 2 : 1);
    if (spaces_.to.model == Model::Yuv) {
      const std::uint32_t above =
          rows_out_.on_luma ? ((1U << rows_out_.shift) - 1) * (spaces_.to.interlaced ? 2 : 1) : 0;
      ring_rows_ = group_ + above;
      ring_width_ = columns_out_.chroma_width();
      ring_.resize(2 * ring_rows_ * ring_width_);
    }
  }

  Span chroma_rows(std::uint32_t y) const override {
    if (keep_rows_) return {y >> rows_in_.shift, y >> rows_in_.shift};
    const Taps taps = rows_in_.up(y);
    const std::uint32_t other = taps.row[taps.count - 1];
    return {std::min(taps.row[0], other), std::max(taps.row[0], other)};
  }

  void run(const InputRows& in, const Strip& out) override {
    const bool yuv = spaces_.to.model == Model::Yuv;
    for (std::uint32_t i = 0; i < out.rows; ++i) {
      const std::uint32_t y = out.first + i;
      make_row(in, y);
      for (int c = 0; c < (yuv ? 1 : colours_out_); ++c) {
        store_row(to_, made(c), width_, writer_.row(out, c, i));
        writer_.done(out, c, i);
      }
      if (writer_.has_alpha()) write_alpha(out, i);
      if (yuv && ((i + 1) % group_ == 0 || i + 1 == out.rows)) {
        const std::uint32_t begin = i / group_ * group_;
        for (std::uint32_t j = begin >> rows_out_.shift; (j << rows_out_.shift) <= i; ++j) write_chroma(in, out, j);
      }
    }
  }

 private:
  float* loaded(int component) { return in_[static_cast<std::size_t>(component)].data(); }
  float* made(int component) { return out_[static_cast<std::size_t>(component)].data(); }

  void load(const InputRows& in, int component, std::uint32_t y, float* to) {
    load_row(from_, reader_.row(in, component, y), reader_.width(component), to);
  }

  // A chroma component of row `y` into `to`, at full width, or at chroma's width if columns are kept.
  void load_chroma(const InputRows& in, int component, const Taps& taps, float* to) {
    const bool wide = rows_are_full_width();
    float* first = wide ? to : narrow_[0].data();
    load(in, component, taps.row[0], first);
    if (taps.count == 2) {
      float* second = narrow_[1].data();
      load(in, component, taps.row[1], second);
      kernels::mix(first, second, second, reader_.width(component), {taps.weight[0], taps.weight[1]}, first);
    }
    if (!wide) columns_in_.up(first, to);
  }
  [[nodiscard]] bool rows_are_full_width() const { return keep_columns_ || columns_in_.shift() == 0; }

  // Colours (and alpha) of row `y`, in output codes; chroma of the output goes into the ring, narrowed.
  void make_row(const InputRows& in, std::uint32_t y) {
    const bool yuv = spaces_.from.model == Model::Yuv;
    const Taps taps = rows_in_.up(y);
    for (int c = 0; c < colours_in_; ++c) {
      if (c == 0 || !yuv) {
        load(in, c, y, loaded(c));
      } else if (!chroma_alone_ && colours_out_ == 3) {
        load_chroma(in, c, taps, loaded(c));
      }
    }
    if (spaces_.from.alpha != Alpha::None) load(in, alpha_component, y, alpha_.data());
    const float *a = loaded(0), *b = colours_in_ == 3 ? loaded(1) : a, *c = colours_in_ == 3 ? loaded(2) : a;
    if (chroma_alone_) {
      kernels::mix(a, a, a, width_, mix_[0], made(0));
      for (int i = 1; i < 3 && !keep_rows_; ++i) {
        make_chroma(in, i, taps);
        narrow_into(i, ring(i, y));
      }
      return;
    }
    for (int i = 0; i < colours_out_; ++i) kernels::mix(a, b, c, width_, mix_[static_cast<std::size_t>(i)], made(i));
    work_with_alpha();
    if (spaces_.to.model == Model::Yuv) {
      for (int i = 1; i < 3; ++i) narrow_into(i, ring(i, y));
    }
  }

  // Chroma without luma, into made().
  void make_chroma(const InputRows& in, int component, const Taps& taps) {
    load_chroma(in, component, taps, loaded(component));
    const kernels::Mix& mix = mix_[static_cast<std::size_t>(component)];
    const float* chroma = loaded(component);
    const std::size_t count = keep_columns_ ? ring_width_ : width_;
    const float own = component == 1 ? mix.b : mix.c;
    kernels::mix(chroma, chroma, chroma, count, {own, 0, 0, mix.offset}, made(component));
  }

  void narrow_into(int component, float* to) {
    if (keep_columns_ || columns_out_.shift() == 0) {
      std::copy_n(made(component), ring_width_, to);
    } else {
      columns_out_.down(made(component), to);
    }
  }

  float* ring(int component, std::uint32_t y) {
    return ring_.data() + (static_cast<std::size_t>(component - 1) * ring_rows_ + y % ring_rows_) * ring_width_;
  }

  // Row j of chroma, counted in the strip.
  void write_chroma(const InputRows& in, const Strip& out, std::uint32_t j) {
    const std::uint32_t row = (out.first >> rows_out_.shift) + j;
    for (int c = 1; c < 3; ++c) {
      float* samples = narrow_[0].data();
      if (keep_rows_) {
        Taps own;
        own.count = 1;
        own.row[0] = row;
        make_chroma(in, c, own);
        narrow_into(c, samples);
      } else {
        const Taps taps = rows_out_.down(row);
        if (taps.count == 1) {
          samples = ring(c, taps.row[0]);
        } else {
          gather(c, taps, samples);
        }
      }
      store_row(to_, samples, ring_width_, writer_.row(out, c, j));
      writer_.done(out, c, j);
    }
  }

  void gather(int component, const Taps& taps, float* to) {
    for (std::size_t k = 0; k < taps.count; k += 2) {
      const float* one = ring(component, taps.row[k]);
      const bool pair = k + 1 < taps.count;
      const float* two = pair ? ring(component, taps.row[k + 1]) : one;
      const float second = pair ? taps.weight[k + 1] : 0;
      kernels::mix(one, two, k == 0 ? one : to, ring_width_, {taps.weight[k], second, k == 0 ? 0.0F : 1.0F}, to);
    }
  }

  void mix_background(const std::array<float, 3>& rgb) {
    const Affine paint = code_matrix(pixel_format("rgbf32le"), Space{}, to_, spaces_.to);
    for (std::size_t i = 0; i < 3; ++i) {
      double code = paint.offset[i];
      for (std::size_t k = 0; k < 3; ++k)
        code += paint.factor[i][k] * std::clamp(static_cast<double>(rgb[k]), 0.0, 1.0);
      background_[i] = static_cast<float>(code);
    }
  }

  void work_with_alpha() {
    if (work_ == AlphaWork::None) return;
    const float opaque = opaque_in_, scale = 1 / opaque;
    const float* alpha = alpha_.data();
    float* __restrict cover = cover_.data();
    for (std::size_t x = 0; x < width_; ++x) {
      const float low = alpha[x] > 0 ? alpha[x] : 0;
      cover[x] = (low < opaque ? low : opaque) * scale;
    }
    for (int i = 0; i < colours_out_; ++i) {
      const float zero = zero_[static_cast<std::size_t>(i)], background = background_[static_cast<std::size_t>(i)];
      const auto each = [count = width_, samples = made(i), cover](auto formula) {
        for (std::size_t x = 0; x < count; ++x) samples[x] = formula(samples[x], cover[x]);
      };
      switch (work_) {
        case AlphaWork::None:
          break;
        case AlphaWork::Multiply:
          each([=](float v, float a) { return zero + (v - zero) * a; });
          break;
        case AlphaWork::Divide:
          each([=](float v, float a) { return a > 0 ? zero + (v - zero) / a : zero; });
          break;
        case AlphaWork::FlattenStraight:
          each([=](float v, float a) { return background + (v - background) * a; });
          break;
        case AlphaWork::FlattenPremultiplied:
          each([=](float v, float a) { return v + (background - zero) * (1 - a); });
          break;
      }
    }
  }

  void write_alpha(const Strip& out, std::uint32_t i) {
    float* samples = made(0);  // stored already
    if (spaces_.from.alpha == Alpha::None) {
      std::fill_n(samples, width_, opaque_out_);
    } else {
      const float* alpha = alpha_.data();
      kernels::mix(alpha, alpha, alpha, width_, {opaque_out_ / opaque_in_}, samples);
    }
    store_row(to_, samples, width_, writer_.row(out, alpha_component, i));
    writer_.done(out, alpha_component, i);
  }

  const PixelFormat& from_;
  const PixelFormat& to_;
  Spaces spaces_;
  std::size_t width_;
  RowReader reader_;
  RowWriter writer_;
  ChromaRows rows_in_, rows_out_;
  ChromaColumns columns_in_, columns_out_;
  AlphaWork work_;
  bool chroma_alone_ = false;  // chroma is converted by itself
  bool keep_columns_ = false;  // with the columns of the input
  bool keep_rows_ = false;     // with its rows
  int colours_in_ = 3, colours_out_ = 3;
  std::array<kernels::Mix, 3> mix_;
  std::array<float, 3> zero_{}, background_{};
  float opaque_in_ = 1, opaque_out_ = 1;
  std::uint32_t group_ = 1;  // rows whose chroma is written together
  std::vector<PaddedRow> in_, out_, narrow_;
  std::vector<float> alpha_;  // of this row, in codes
  std::vector<float> cover_;  // the same, 0 to 1
  std::vector<float> ring_;   // chroma of the last rows, at output width
  std::size_t ring_rows_ = 0, ring_width_ = 0;
};

}  // namespace

std::unique_ptr<Step> general_step(const Job& job) { return std::make_unique<GeneralStep>(job); }

}  // namespace sl::convert

// JPEG's own conversion, with exactly the samples of libjpeg-turbo 2.1.
//
// Its default decoder upsamples each component by itself: 2:1 along rows, alone or together with 2:1 along columns, by
// a triangle filter, unless the plane is at most 2 wide; 2:1 along columns by a triangle filter always; every other
// ratio by copying. Rows above the first and below the last are those rows again. Its encoder averages boxes, the
// picture's last row and column repeated as far as needed.

#include <algorithm>
#include <vector>

#include "libcore/pixels/convert/step.h"
#include "libcore/pixels/kernels.h"

namespace sl::convert {

namespace {

class JpegToRgb : public Step {
 public:
  explicit JpegToRgb(const Job& job)
      : shift_x_(job.from.shift_x),
        shift_y_(job.from.shift_y),
        width_(job.width),
        chroma_width_(plane_width(job.from, 1, job.width)),
        last_chroma_(plane_rows(job.from, 1, job.height) - 1) {
    for (auto& row : chroma_) row.resize(chroma_width_ << shift_x_);
  }

  Span chroma_rows(std::uint32_t y) const override {
    const std::uint32_t near = y >> shift_y_, far = other_row(y);
    return {std::min(near, far), std::max(near, far)};
  }

  void run(const InputRows& in, const Strip& out) override {
    for (std::uint32_t i = 0; i < out.rows; ++i) {
      const std::uint32_t y = out.first + i;
      kernels::ycc_to_rgb(samples(in, 0, y), upsampled(in, 1, y), upsampled(in, 2, y),
                          out.planes[0].row<std::uint8_t>(i), width_);
    }
  }

 private:
  static const std::uint8_t* samples(const InputRows& in, int plane, std::uint32_t y) {
    return reinterpret_cast<const std::uint8_t*>(in.row(plane, y));
  }
  [[nodiscard]] bool triangle_x() const { return shift_x_ == 1 && shift_y_ <= 1 && chroma_width_ > 2; }
  [[nodiscard]] bool triangle_y() const { return shift_y_ == 1 && (shift_x_ == 0 || triangle_x()); }
  // The chroma row on the other side of row `y` than its own.
  [[nodiscard]] std::uint32_t other_row(std::uint32_t y) const {
    const std::uint32_t own = y >> shift_y_;
    if (!triangle_y()) return own;
    return y % 2 == 0 ? std::max(own, 1U) - 1 : std::min(own + 1, last_chroma_);
  }

  const std::uint8_t* upsampled(const InputRows& in, int plane, std::uint32_t y) {
    const std::uint8_t* near = samples(in, plane, y >> shift_y_);
    std::uint8_t* out = chroma_[static_cast<std::size_t>(plane - 1)].data();
    if (triangle_y()) {
      const std::uint8_t* far = samples(in, plane, other_row(y));
      if (triangle_x()) {
        kernels::upsample_h2v2(near, far, chroma_width_, out);
      } else {
        kernels::upsample_h1v2(near, far, chroma_width_, y % 2 == 0 ? 1 : 2, out);
      }
    } else if (triangle_x()) {
      kernels::upsample_h2v1(near, chroma_width_, out);
    } else if (shift_x_ == 0) {
      return near;
    } else {
      for (std::size_t x = 0; x < chroma_width_ << shift_x_; ++x) out[x] = near[x >> shift_x_];
    }
    return out;
  }

  int shift_x_, shift_y_;
  std::size_t width_, chroma_width_;
  std::uint32_t last_chroma_;
  std::array<std::vector<std::uint8_t>, 2> chroma_;
};

class RgbToJpeg : public Step {
 public:
  explicit RgbToJpeg(const Job& job)
      : shift_x_(job.to.shift_x),
        shift_y_(job.to.shift_y),
        width_(job.width),
        chroma_width_(plane_width(job.to, 1, job.width)) {
    for (auto& row : chroma_) row.resize((chroma_width_ << shift_x_) << shift_y_);
  }

  Span chroma_rows(std::uint32_t y) const override { return {y, y}; }

  void run(const InputRows& in, const Strip& out) override {
    const std::uint32_t group = 1U << shift_y_;
    for (std::uint32_t i = 0; i < out.rows; i += group) {
      for (std::uint32_t k = 0; k < group; ++k) convert(in, out, i, k);
      if (shift_x_ == 0 && shift_y_ == 0) continue;
      for (int c = 0; c < 2; ++c) {
        downsample(chroma_[static_cast<std::size_t>(c)].data(),
                   out.planes[static_cast<std::size_t>(c + 1)].row<std::uint8_t>(i >> shift_y_));
      }
    }
  }

 private:
  // Row k of the group that begins with row i of the strip: luma to its place, chroma into the group's rows.
  void convert(const InputRows& in, const Strip& out, std::uint32_t i, std::uint32_t k) {
    const std::size_t full = chroma_width_ << shift_x_;
    std::array<std::uint8_t*, 2> row;
    for (std::size_t c = 0; c < 2; ++c) {
      row[c] = shift_x_ == 0 && shift_y_ == 0 ? out.planes[c + 1].row<std::uint8_t>(i) : chroma_[c].data() + k * full;
    }
    if (i + k >= out.rows) {  // below the picture
      for (std::uint8_t* below : row) std::copy_n(below - full, full, below);
      return;
    }
    const auto* rgb = reinterpret_cast<const std::uint8_t*>(in.row(0, out.first + i + k));
    kernels::rgb_to_ycc(rgb, out.planes[0].row<std::uint8_t>(i + k), row[0], row[1], width_);
    for (std::uint8_t* samples : row) std::fill(samples + width_, samples + full, samples[width_ - 1]);
  }

  void downsample(const std::uint8_t* in, std::uint8_t* out) const {
    const std::size_t full = chroma_width_ << shift_x_;
    if (shift_x_ == 1 && shift_y_ == 0) {
      kernels::downsample_h2v1(in, chroma_width_, out);
    } else if (shift_x_ == 1 && shift_y_ == 1) {
      kernels::downsample_h2v2(in, in + full, chroma_width_, out);
    } else {
      const int shift = shift_x_ + shift_y_;
      for (std::size_t x = 0; x < chroma_width_; ++x) {
        int sum = 1 << (shift - 1);
        for (std::size_t v = 0; v < std::size_t{1} << shift_y_; ++v) {
          for (std::size_t h = 0; h < std::size_t{1} << shift_x_; ++h) sum += in[v * full + (x << shift_x_) + h];
        }
        out[x] = static_cast<std::uint8_t>(sum >> shift);
      }
    }
  }

  int shift_x_, shift_y_;
  std::size_t width_, chroma_width_;
  std::array<std::vector<std::uint8_t>, 2> chroma_;
};

}  // namespace

bool is_jpeg(const PixelFormat& format, const Space& space) {
  const bool subsampled = format.shift_x != 0 || format.shift_y != 0;
  return space.model == Model::Yuv && format.packing == Packing::Planar && format.sample == Sample::U8 &&
         !format.alpha && space.matrix == 6 && space.range == Range::Full &&
         (space.chroma == Chroma::Center || !subsampled) && !space.interlaced;
}

std::unique_ptr<Step> jpeg_to_rgb(const Job& job) { return std::make_unique<JpegToRgb>(job); }
std::unique_ptr<Step> rgb_to_jpeg(const Job& job) { return std::make_unique<RgbToJpeg>(job); }

}  // namespace sl::convert

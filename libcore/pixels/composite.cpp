// Each row is loaded as floats of codes, mixed inside the layer's columns, and stored.

#include "libcore/pixels/composite.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "libcore/base/limits.h"
#include "libcore/pixels/convert.h"
#include "libcore/pixels/convert/rows.h"
#include "libcore/pixels/working_space.h"

namespace sl {

namespace {

using convert::alpha_component;

// The share of one picture that an operator keeps, by the alpha of the other one.
enum class Factor : std::uint8_t { Zero, One, Alpha, Rest };
struct Factors {
  Factor source, destination;
};
constexpr std::array<Factors, 19> factors{{{Factor::Zero, Factor::Zero},
                                           {Factor::One, Factor::Zero},
                                           {Factor::Zero, Factor::One},
                                           {Factor::One, Factor::Rest},
                                           {Factor::Rest, Factor::One},
                                           {Factor::Alpha, Factor::Zero},
                                           {Factor::Zero, Factor::Alpha},
                                           {Factor::Rest, Factor::Zero},
                                           {Factor::Zero, Factor::Rest},
                                           {Factor::Alpha, Factor::Rest},
                                           {Factor::Rest, Factor::Alpha},
                                           {Factor::Rest, Factor::Rest},
                                           {Factor::One, Factor::One},
                                           {Factor::One, Factor::Rest},
                                           {Factor::One, Factor::Rest},
                                           {Factor::One, Factor::Rest},
                                           {Factor::One, Factor::Rest},
                                           {Factor::One, Factor::Rest},
                                           {Factor::One, Factor::Rest}}};

float share(Factor factor, float alpha) {
  switch (factor) {
    case Factor::Zero:
      return 0;
    case Factor::One:
      return 1;
    case Factor::Alpha:
      return alpha;
    case Factor::Rest:
      break;
  }
  return 1 - alpha;
}

// One picture: its alpha, and its colour multiplied by that, 0 to 1.
struct Cover {
  float alpha, colour;
};

// The colour where both pictures are, by a blend mode, multiplied by both alphas.
float mixed_by(Operator mode, const Cover& layer, const Cover& below) {
  const float own = layer.colour * below.alpha, other = below.colour * layer.alpha;
  const float product = layer.colour * below.colour;
  switch (mode) {
    case Operator::Multiply:
      return product;
    case Operator::Screen:
      return own + other - product;
    case Operator::Darken:
      return std::min(own, other);
    case Operator::Lighten:
      return std::max(own, other);
    case Operator::Difference:
      return std::abs(own - other);
    default:
      break;
  }
  if (2 * below.colour <= below.alpha) return 2 * product;
  return layer.alpha * below.alpha - 2 * (below.alpha - below.colour) * (layer.alpha - layer.colour);
}

convert::Space space_of(const Track& track) { return convert::decide(track, track).from; }

int colours_of(const Track& track) { return track.pixels->model == Model::Gray ? 1 : 3; }

// Pixels that a sample covers, within the picture.
struct Span {
  std::uint32_t first, end;
};
Span covered(std::uint32_t sample, int shift, std::uint32_t size) {
  return {sample << shift, std::min((sample + 1) << shift, size)};
}

// The sum of a layer's values over pixels of the picture below; it is 0 outside of the layer.
float sum_over(const Layer& layer, int component, const Placement& place, const Span& columns, const Span& rows) {
  float sum = 0;
  for (std::int64_t y = rows.first - place.y; y < rows.end - place.y; ++y) {
    if (y < 0 || y >= layer.height()) continue;
    const float* row = layer.row(component, static_cast<std::uint32_t>(y));
    const std::int64_t end = std::min<std::int64_t>(columns.end - place.x, layer.width());
    for (std::int64_t x = std::max<std::int64_t>(columns.first - place.x, 0); x < end; ++x) sum += row[x];
  }
  return sum;
}

}  // namespace

Layer::Layer(const Track& from, const Image& picture, const Track& below) : width_(from.width), height_(from.height) {
  Track floats = working(from, WorkingSpace::FloatRgba);
  floats.pixels = &pixel_format("gbrapf32le");
  Track colours = below;  // of the picture below, at this size
  colours.width = from.width;
  colours.height = from.height;
  (void)Converter::needed(from, colours);  // throws for colours of another meaning
  const std::uint64_t samples = std::uint64_t{from.width} * from.height;
  check_memory("frame", saturating_multiply(samples, 4 * sizeof(float)), "a layer");
  for (auto& plane : planes_) plane.resize(samples);
  const convert::Space rgb = space_of(floats), own = space_of(below);
  const Affine to_codes = convert::code_matrix(*floats.pixels, rgb, *below.pixels, own);
  const int count = colours_of(below);
  Converter converter(from, floats);
  const auto take = [&](const Strip& rows) {
    for (std::uint32_t y = 0; y < rows.rows; ++y) {
      const float *g = rows.planes[0].row<float>(y), *b = rows.planes[1].row<float>(y);
      const float *r = rows.planes[2].row<float>(y), *a = rows.planes[3].row<float>(y);
      const std::size_t at = std::size_t{rows.first + y} * width_;
      for (std::uint32_t x = 0; x < width_; ++x) {
        const float alpha = std::clamp(a[x], 0.0f, 1.0f);
        planes_[3][at + x] = alpha;
        for (int c = 0; c < count; ++c) {
          const auto i = static_cast<std::size_t>(c);
          const auto& f = to_codes.factor[i];
          const double code = f[0] * r[x] + f[1] * g[x] + f[2] * b[x] + to_codes.offset[i];
          planes_[i][at + x] = alpha * static_cast<float>(code - convert::code_of(*below.pixels, own, c).zero);
        }
      }
    }
  };
  if (Converter::needed(from, floats)) {
    converter.push(picture.strip(), take);
  } else {
    take(picture.strip());
  }
}

const float* Layer::row(int component, std::uint32_t y) const {
  return planes_[static_cast<std::size_t>(component)].data() + std::size_t{y} * width_;
}

Composite::Composite(const Track& below) : below_(below) {
  assert(below.alpha != Alpha::Premultiplied);
  for (int c = 0; c < 4; ++c) codes_[static_cast<std::size_t>(c)] = convert::code_of(*below.pixels, space_of(below), c);
}

namespace {

// Mixes a layer into the rows of a strip.
class Mixer {
 public:
  Mixer(const Track& below, const std::array<convert::Code, 4>& codes, const Strip& rows, const Layer& layer,
        const Placement& place)
      : below_(below),
        format_(*below.pixels),
        codes_(codes),
        rows_(rows),
        layer_(layer),
        place_(place),
        factors_(factors.at(static_cast<std::size_t>(place.op))),
        is_mode_(place.op >= Operator::Multiply),
        is_local_(factors_.destination == Factor::One || factors_.destination == Factor::Rest),
        components_(convert::components_of(format_, space_of(below).model)),
        input_(format_, below.width),
        reader_(format_, space_of(below).model, below.width),
        writer_(format_, space_of(below).model, below.width) {
    assert(!is_mode_ || space_of(below).model != Model::Yuv);
    input_.add(rows);
  }

  void run() {
    if (is_local_ && (place_.x >= below_.width || place_.x + layer_.width() <= 0)) return;
    const std::uint32_t group = 1U << format_.shift_y, end = rows_.first + rows_.rows;
    for (std::uint32_t y = rows_.first; y < end; y += group) {
      const Span lines{y, std::min(y + group, end)};
      if (is_local_ && (lines.end <= place_.y || lines.first >= place_.y + layer_.height())) continue;
      load_alpha(lines);
      for (std::uint32_t line = lines.first; line < lines.end; ++line) mix_row(line, lines);
    }
  }

 private:
  // Alpha of the picture below, of rows whose chroma belongs together: it is needed after it has changed.
  void load_alpha(const Span& lines) {
    if (!format_.alpha) return;
    first_alpha_ = lines.first;
    alphas_.resize(std::size_t{lines.end - lines.first} * below_.width);
    float* to = alphas_.data();
    for (std::uint32_t y = lines.first; y < lines.end; ++y, to += below_.width) {
      (void)reader_.row(input_, 0, y >> components_[0].shift_y);
      convert::load_row(format_, reader_.row(input_, alpha_component, y), below_.width, to);
    }
    for (float& alpha : alphas_) alpha = std::clamp(alpha / opaque(), 0.0f, 1.0f);
  }

  // Load all components before the first is stored: interleaved ones share memory.
  void mix_row(std::uint32_t y, const Span& group) {
    for (int c = 0; c < 4; ++c) {
      if (!has_row(c, y)) continue;
      std::vector<float>& row = values_[static_cast<std::size_t>(c)];
      row.resize(reader_.width(c));
      convert::load_row(format_, reader_.row(input_, c, y >> component(c).shift_y), row.size(), row.data());
      mix(c, {y, std::min(y + (1U << component(c).shift_y), group.end)}, row);
    }
    for (int c = 0; c < 4; ++c) {
      if (!has_row(c, y)) continue;
      const std::vector<float>& row = values_[static_cast<std::size_t>(c)];
      const std::uint32_t own = (y - rows_.first) >> component(c).shift_y;
      convert::store_row(format_, row.data(), row.size(), writer_.row(rows_, c, own));
      writer_.done(rows_, c, own);
    }
  }

  void mix(int c, const Span& lines, std::vector<float>& row) const {
    const int shift = component(c).shift_x;
    const std::int64_t width = below_.width;
    const std::int64_t left = is_local_ ? std::clamp<std::int64_t>(place_.x, 0, width) : 0;
    const std::int64_t right = is_local_ ? std::clamp<std::int64_t>(place_.x + layer_.width(), 0, width) : width;
    const auto zero = static_cast<float>(codes_[static_cast<std::size_t>(c)].zero);
    for (auto x = static_cast<std::uint32_t>(left >> shift); (std::int64_t{x} << shift) < right; ++x) {
      const Span columns = covered(x, shift, below_.width);
      const auto pixels = static_cast<float>((columns.end - columns.first) * (lines.end - lines.first));
      const float alpha = place_.opacity * sum_over(layer_, alpha_component, place_, columns, lines) / pixels;
      const float below = format_.alpha ? alpha_below(columns, lines) / pixels : 1;
      const float kept = share(factors_.source, below), kept_below = below * share(factors_.destination, alpha);
      const float covers = std::min(alpha * kept + kept_below, 1.0f);
      if (c == alpha_component) {
        row[x] = covers * opaque();
        continue;
      }
      const float colour = place_.opacity * sum_over(layer_, c, place_, columns, lines) / pixels;
      const float under = row[x] - zero;
      const float mixed =
          is_mode_ ? blended({alpha, colour}, {below, under * below}, c) : colour * kept + under * kept_below;
      row[x] = zero + (!format_.alpha ? mixed : covers > 0 ? mixed / covers : 0);
    }
  }

  // The same by a blend mode, with colours in codes.
  [[nodiscard]] float blended(const Cover& layer, const Cover& below, int c) const {
    const auto scale = static_cast<float>(codes_[static_cast<std::size_t>(c)].scale);
    const float both = mixed_by(place_.op, {layer.alpha, layer.colour / scale}, {below.alpha, below.colour / scale});
    return both * scale + layer.colour * (1 - below.alpha) + below.colour * (1 - layer.alpha);
  }

  [[nodiscard]] float alpha_below(const Span& columns, const Span& lines) const {
    float sum = 0;
    for (std::uint32_t y = lines.first; y < lines.end; ++y) {
      const float* row = alphas_.data() + std::size_t{y - first_alpha_} * below_.width;
      for (std::uint32_t x = columns.first; x < columns.end; ++x) sum += row[x];
    }
    return sum;
  }

  [[nodiscard]] const convert::Component& component(int c) const { return components_[static_cast<std::size_t>(c)]; }
  [[nodiscard]] bool has_row(int c, std::uint32_t y) const {
    return component(c).exists() && (y & ((1U << component(c).shift_y) - 1)) == 0;
  }
  [[nodiscard]] float opaque() const { return static_cast<float>(codes_[alpha_component].scale); }

  const Track& below_;
  const PixelFormat& format_;
  const std::array<convert::Code, 4>& codes_;
  const Strip& rows_;
  const Layer& layer_;
  const Placement& place_;
  const Factors& factors_;
  bool is_mode_;
  bool is_local_;  // nothing changes outside of the layer
  std::array<convert::Component, 4> components_;
  convert::InputRows input_;
  convert::RowReader reader_;
  convert::RowWriter writer_;
  std::array<std::vector<float>, 4> values_;  // a row of each component
  std::vector<float> alphas_;
  std::uint32_t first_alpha_ = 0;
};

}  // namespace

void Composite::apply(const Strip& rows, const Layer& layer, const Placement& place) const {
  Mixer(below_, codes_, rows, layer, place).run();
}

}  // namespace sl

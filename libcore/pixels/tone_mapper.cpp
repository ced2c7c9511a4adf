// Light by the transfer function, the curve on the brightest component, a matrix, sRGB's curve.

#include "libcore/pixels/tone_mapper.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/pixels/icc.h"
#include "libcore/pixels/matrix.h"
#include "libcore/pixels/transfer.h"
#include "libcore/pixels/working_space.h"

namespace sl {

namespace {

constexpr int linear = 8, srgb = 13, pq = 16, hlg = 18, bt709 = 1;
constexpr double pq_light = 10000, hlg_light = 1000, usual_peak = 1000;
constexpr std::array<float, 3> luminance{0.2627f, 0.6780f, 0.0593f};  // BT.2100, table 5
constexpr float hlg_gamma = 1.2f;                                     // for a display of 1000 cd/m2
constexpr float most_light = 1e6f;                                    // for infinite floats
constexpr unsigned dropped_bits = 16;                                 // of a float, in a count of pixels

Track srgb_floats(Track track) {
  track.color.primaries = bt709;
  track.color.transfer = srgb;
  if (track.rest.find("\"hdr\"") == std::string::npos) return track;
  Json rest = parse_json(track.rest, wire_limit::json);
  rest.erase("hdr");
  track.rest = rest.empty() ? std::string() : write_json(rest);
  return track;
}

double ratio_of(const Json& pair) {
  if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number() || !pair[1].is_number()) return 0;
  const double num = pair[0].get<double>(), den = pair[1].get<double>();
  return den > 0 ? num / den : 0;
}

double scale_of(int transfer) {
  return (transfer == pq ? pq_light : transfer == hlg ? hlg_light : paper_white) / paper_white;
}

// NaN is 0.
float bounded(float value) {
  return value > -most_light ? std::min(value, most_light) : value < 0 ? -most_light : 0.0f;
}

}  // namespace

bool has_highlights(const Track& track) {
  const int transfer = track.color.transfer;
  return transfer == pq || transfer == hlg || (transfer == linear && track.pixels->sample == Sample::F32);
}

std::optional<PeakLight> stated_peak(const Track& track) {
  if (track.color.transfer == hlg) return PeakLight{hlg_light, "that of HLG"};
  if (track.rest.find("\"hdr\"") == std::string::npos) return std::nullopt;
  const Json rest = parse_json(track.rest, wire_limit::json);
  if (!rest.contains("hdr") || !rest["hdr"].is_object()) return std::nullopt;
  const Json& hdr = rest["hdr"];
  const auto within = [](double light) { return light >= 1 && light <= pq_light; };
  if (hdr.contains("max_content_light") && hdr["max_content_light"].is_number()) {
    const double light = hdr["max_content_light"].get<double>();
    if (within(light)) return PeakLight{light, "stated as MaxCLL"};
  }
  if (!hdr.contains("max_luminance")) return std::nullopt;
  const double light = ratio_of(hdr["max_luminance"]);
  if (!within(light)) return std::nullopt;
  return PeakLight{light, "stated of the mastering display"};
}

std::string tone_map_note(int transfer, const PeakLight& peak) {
  const std::string from = transfer == pq ? "PQ" : transfer == hlg ? "HLG" : "linear light";
  if (peak.light <= paper_white) return from + " is converted to sRGB";
  return from + " is tone mapped to sRGB (BT.2390), from a peak of " + std::to_string(std::lround(peak.light)) +
         " cd/m2, " + peak.origin;
}

ToneMapper::ToneMapper(const Track& from, std::function<void(const PeakLight&)> done)
    : from_(working(from, WorkingSpace::Decided)),
      floats_(working(from_, WorkingSpace::FloatPlanes)),
      to_(srgb_floats(floats_)),
      done_(std::move(done)),
      measures_(false),
      into_floats_(from_, floats_),
      measuring_(from_, floats_),
      decode_(Transfer::functions_of(from.color.transfer).to_light),
      encode_(Transfer::functions_of(srgb).from_light),
      scale_(scale_of(from.color.transfer)),
      hybrid_(from.color.transfer == hlg) {
  const Matrix to_xyz = light_to_xyz(primaries_of(from.color.primaries).chromaticities);
  const Matrix between = product(inverse(light_to_xyz(primaries_of(bt709).chromaticities)), to_xyz);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < 3; ++k) matrix_[i][k] = static_cast<float>(between[i][k]);
  }
  const auto stated = stated_peak(from);
  measures_ = !stated && from.rate.num <= 0 && !from.live;
  if (measures_) {
    held_ = Image(from_, "frame", "measuring the light of the picture");
  } else {
    set_peak(stated.value_or(PeakLight{usual_peak, "assumed, as the film states none"}));
  }
}

void ToneMapper::set_peak(const PeakLight& peak) {
  const ToneCurve curve(peak.light, paper_white);
  knee_ = static_cast<float>(curve.knee() / paper_white);
  peak_ = static_cast<float>(peak.light / paper_white);
  factor_.emplace(
      [curve, light = peak.light](double part) { return part > 0 ? curve(part * light) / (part * light) : 1; });
  if (measures_ || !done_) return;
  done_(peak);
}

void ToneMapper::push(const Strip& strip, const Emit& emit) {
  if (!measures_) return map(strip, emit);
  if (strip.first == 0) {
    counts_.fill(0);
    brightest_ = 0;
  }
  held_.put(strip);
  measuring_.push(strip, [this](const Strip& floats) { measure(floats); });
  if (!strip.last) return;
  const PeakLight peak{measured(), "measured"};
  set_peak(peak);
  if (done_) done_(peak);
  const std::uint32_t rows = strip_rows(from_);
  for (std::uint32_t y = 0; y < from_.height; y += rows) map(held_.rows(y, std::min(rows, from_.height - y)), emit);
}

// Make the samples of a row light, where 1 is paper white.
void ToneMapper::to_light(const Strip& floats, std::uint32_t y) const {
  const bool gray = floats.format->model == Model::Gray;
  const int colors = gray ? 1 : 3;
  const auto scale = static_cast<float>(scale_);
  for (int p = 0; p < colors; ++p) {
    float* const row = floats.planes[static_cast<std::size_t>(p)].row<float>(y);
    for (std::uint32_t x = 0; x < floats.width; ++x) row[x] = bounded(decode_.at(bounded(row[x])) * scale);
  }
  if (!hybrid_) return;
  float* const g = floats.planes[0].row<float>(y);
  float* const b = gray ? g : floats.planes[1].row<float>(y);
  float* const r = gray ? g : floats.planes[2].row<float>(y);
  for (std::uint32_t x = 0; x < floats.width; ++x) {
    const float y_scene = (luminance[0] * r[x] + luminance[1] * g[x] + luminance[2] * b[x]) / scale;
    const float factor = y_scene > 0 ? std::pow(y_scene, hlg_gamma - 1) : 0;
    g[x] *= factor;
    if (gray) continue;
    b[x] *= factor;
    r[x] *= factor;
  }
}

void ToneMapper::measure(const Strip& floats) {
  for (std::uint32_t y = 0; y < floats.rows; ++y) {
    to_light(floats, y);
    for (std::uint32_t x = 0; x < floats.width; ++x) {
      float most = floats.planes[0].row<float>(y)[x];
      for (std::size_t p = 1; p < 3 && floats.format->model != Model::Gray; ++p)
        most = std::max(most, floats.planes[p].row<float>(y)[x]);
      if (!(most > 0)) most = 0;
      brightest_ = std::max(brightest_, most);
      ++counts_[std::bit_cast<std::uint32_t>(most) >> dropped_bits];
    }
  }
}

double ToneMapper::measured() const {
  constexpr std::uint64_t rare = 10000;  // one of so many pixels
  std::uint64_t brighter = std::uint64_t{from_.width} * from_.height / rare;
  std::size_t bin = counts_.size() - 1;
  while (bin > 0 && counts_[bin] <= brighter) brighter -= counts_[bin--];
  const float end = std::bit_cast<float>(static_cast<std::uint32_t>(bin + 1) << dropped_bits);
  return std::clamp(std::min(end, brightest_) * paper_white, 1.0, pq_light);
}

void ToneMapper::map(const Strip& strip, const Emit& emit) {
  into_floats_.push(strip, [&](const Strip& floats) {
    for (std::uint32_t y = 0; y < floats.rows; ++y) {
      to_light(floats, y);
      map_row(floats, y);
    }
    emit(floats);
  });
}

void ToneMapper::map_row(const Strip& floats, std::uint32_t y) const {
  const auto code = [this](float light) { return light > 0 ? encode_.at(std::min(light, 1.0f)) : 0.0f; };
  const auto factor = [this](float most) {
    return most <= knee_ ? 1.0f : most <= peak_ ? factor_->at(most / peak_) : factor_->at(1) * peak_ / most;
  };
  float* const g = floats.planes[0].row<float>(y);
  if (floats.format->model == Model::Gray) {
    for (std::uint32_t x = 0; x < floats.width; ++x) g[x] = code(g[x] * factor(g[x]));
    return;
  }
  float* const b = floats.planes[1].row<float>(y);
  float* const r = floats.planes[2].row<float>(y);
  for (std::uint32_t x = 0; x < floats.width; ++x) {
    const float f = factor(std::max({r[x], g[x], b[x]}));
    const std::array<float, 3> light{r[x] * f, g[x] * f, b[x] * f};
    std::array<float, 3> made{};
    for (std::size_t i = 0; i < 3; ++i)
      made[i] = code(matrix_[i][0] * light[0] + matrix_[i][1] * light[1] + matrix_[i][2] * light[2]);
    r[x] = made[0];
    g[x] = made[1];
    b[x] = made[2];
  }
}

}  // namespace sl

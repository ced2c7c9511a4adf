// Pictures with light above the white of paper (PQ, HLG, floats of light) for sRGB.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "libcore/media/image.h"
#include "libcore/pixels/convert.h"
#include "libcore/pixels/float_table.h"
#include "libcore/pixels/step.h"
#include "libcore/pixels/tone_curve.h"

namespace sl {

// Return whether samples of this track may mean light above the white of paper: PQ, HLG, and floats of linear light.
[[nodiscard]] bool has_highlights(const Track& track);

// The light of the brightest parts, in cd/m2, and how it is known: "stated", "measured".
struct PeakLight {
  double light = 0;
  std::string origin;
};
// Return what the track states (`hdr`: MaxCLL, else the mastering display), HLG's 1000, or nothing.
[[nodiscard]] std::optional<PeakLight> stated_peak(const Track& track);

// Return a line about a picture of this transfer (H.273) that became sRGB: "PQ is tone mapped to sRGB (BT.2390) ...".
[[nodiscard]] std::string tone_map_note(int transfer, const PeakLight& peak);

// Rows of light to rows of sRGB as floats, planes of G, B and R or gray, with straight alpha. The brightest of the
// three components of a pixel passes through the ToneCurve from the peak to paper_white, and the others keep their
// ratio to it; then colors are those of BT.709, cut off where sRGB ends.
//
// If no peak is known it is measured: at most a ten thousandth of the pixels is brighter, and it is at most 10000
// cd/m2. So a still waits until it is whole, in memory checked against --max-memory; film takes 1000.
class ToneMapper : public Step {
 public:
  // `done` gets the peak of each picture before its first row leaves.
  ToneMapper(const Track& from, std::function<void(const PeakLight&)> done);
  [[nodiscard]] const Track& track() const override { return to_; }
  void push(const Strip& strip, const Emit& emit) override;

 private:
  void set_peak(const PeakLight& peak);
  void measure(const Strip& floats);
  [[nodiscard]] double measured() const;
  void to_light(const Strip& floats, std::uint32_t y) const;
  void map_row(const Strip& floats, std::uint32_t y) const;
  void map(const Strip& strip, const Emit& emit);

  Track from_, floats_, to_;
  std::function<void(const PeakLight&)> done_;
  bool measures_;
  Converter into_floats_, measuring_;
  FloatTable decode_, encode_;
  double scale_;  // from decoded values to light, where 1 is paper white
  bool hybrid_;   // HLG, with a system gamma
  std::array<std::array<float, 3>, 3> matrix_{};
  float knee_ = 0, peak_ = 1;         // in paper whites
  std::optional<FloatTable> factor_;  // of a pixel, by its brightest component as a part of the peak
  Image held_;
  // Pixels by their brightest component: its exponent and the first bits of its mantissa.
  std::array<std::uint64_t, 1 << 15> counts_{};
  float brightest_ = 0;
};

}  // namespace sl

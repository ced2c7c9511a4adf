// Two pictures of any formats, turned upright, brought to one format and compared.

#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "libcore/media/image.h"
#include "libcore/pixels/difference.h"

namespace sl {

struct ComparisonOptions {
  double tolerance = 0;         // in codes of 8 bits; of deeper samples the same part of their range
  std::vector<Rect> ignored{};  // of the upright picture
  bool ssim = true;             // compute it
  bool antialias = false;       // pixels of smoothed edges count as equal in `differing` (antialiasing.h)
};

// Parse a tolerance as users write it: "3" (of 255) or "1.5%". Throw Usage, naming `option`.
[[nodiscard]] double parse_tolerance(std::string_view option, std::string_view text);

struct Comparison {
  bool same_size = true;    // if not, nothing else is known
  bool same_colors = true;  // whether the same codes can be the same colours: primaries and transfer functions
  Difference samples;
  std::optional<double> ssim;  // of luma

  [[nodiscard]] bool equal() const { return same_size && samples.differing == 0; }
};

// A picture with its track.
struct PictureView {
  const Track& track;
  const Image& image;
};

// Compare two pictures, upright. If both have one format and mean the same colours, their samples are compared as they
// are; otherwise those of gray, or R'G'B', with alpha if either has any, of full range and the greater depth. Luma for
// SSIM is as a Converter makes gray. Profiles, primaries and transfer functions are not applied. `on_row`: as
// DifferenceMeter. Throw Data for colours that a Converter cannot convert, Limit.
[[nodiscard]] Comparison compare(const PictureView& a, const PictureView& b, const ComparisonOptions& options,
                                 const DifferenceMeter::OnRow& on_row = {});

}  // namespace sl

// ICC profiles, read and linked by Little CMS: the only part that needs it. Programs that use it link lcms2.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/parse.h"
#include "libcore/media/pixel_format.h"
#include "libcore/pixels/matrix_space.h"

namespace sl {

// ICC.1:2022, 6.2.
enum class Intent : std::uint8_t { Perceptual, Relative, Saturation, Absolute };
inline constexpr Name<Intent> intent_names[] = {{"relative", Intent::Relative},
                                                {"perceptual", Intent::Perceptual},
                                                {"saturation", Intent::Saturation},
                                                {"absolute", Intent::Absolute}};

class IccProfile {
 public:
  // Throw Data, naming `name`, for bytes that are no profile of gray, RGB or Lab colors.
  IccProfile(std::string_view bytes, std::string_view name);
  ~IccProfile();
  IccProfile(IccProfile&&) noexcept;

  enum class Colors : std::uint8_t { Gray, Rgb, Lab };
  [[nodiscard]] Colors colors() const { return colors_; }
  // Return the profile as curves and a matrix, if that is all it says for this intent, from its codes or to them.
  [[nodiscard]] std::optional<MatrixSpace> matrix_space(Intent intent, bool to_codes) const;

 private:
  friend class IccLink;
  void* profile_;
  Colors colors_;
};

// Two profiles as one function of pixels. Any thread may call apply.
class IccLink {
 public:
  // Pixels are interleaved samples as in these formats, which have the colors of the profiles; both have alpha, which
  // is copied, or none. `black_point` maps the darkest color of the one to that of the other. Throw Data if the
  // profiles cannot be linked.
  IccLink(const IccProfile& from, const PixelFormat& from_format, const IccProfile& to, const PixelFormat& to_format,
          Intent intent, bool black_point);
  ~IccLink();
  IccLink(IccLink&&) noexcept;
  void apply(const std::byte* in, std::byte* out, std::size_t pixels) const;

 private:
  void* transform_;
};

}  // namespace sl

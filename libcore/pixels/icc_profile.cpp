// Little CMS: profiles from memory, their tags, transforms.

#include "libcore/pixels/icc_profile.h"

#include <lcms2.h>

#include <array>
#include <cmath>
#include <utility>

#include "libcore/base/error.h"

namespace sl {

namespace {

cmsUInt32Number number_of(Intent intent) {
  switch (intent) {
    case Intent::Perceptual:
      return INTENT_PERCEPTUAL;
    case Intent::Relative:
      return INTENT_RELATIVE_COLORIMETRIC;
    case Intent::Saturation:
      return INTENT_SATURATION;
    case Intent::Absolute:
      break;
  }
  return INTENT_ABSOLUTE_COLORIMETRIC;
}

using Curve = std::shared_ptr<cmsToneCurve>;
constexpr auto free_curve = [](cmsToneCurve* curve) {
  if (curve != nullptr) cmsFreeToneCurve(curve);
};

// Nothing for curves that are no way from black to white and back.
std::optional<LightCurve> light_curve(cmsHPROFILE profile, cmsTagSignature tag) {
  const auto* read = static_cast<const cmsToneCurve*>(cmsReadTag(profile, tag));
  if (read == nullptr || cmsIsToneCurveMonotonic(read) == 0 || cmsIsToneCurveDescending(read) != 0) return std::nullopt;
  if (cmsEvalToneCurveFloat(read, 0) > 1e-4f) return std::nullopt;  // black points differ: Little CMS maps them
  const Curve to(cmsDupToneCurve(read), free_curve), from(cmsReverseToneCurve(read), free_curve);
  if (to == nullptr || from == nullptr) return std::nullopt;
  const auto evaluate = [](const Curve& curve) {
    return [curve](double value) { return double{cmsEvalToneCurveFloat(curve.get(), static_cast<float>(value))}; };
  };
  return LightCurve{evaluate(to), evaluate(from)};
}

cmsUInt32Number layout_of(const PixelFormat& format, IccProfile::Colors colors) {
  using Colors = IccProfile::Colors;
  const cmsUInt32Number space = colors == Colors::Gray ? PT_GRAY : colors == Colors::Rgb ? PT_RGB : PT_Lab;
  const auto channels = static_cast<cmsUInt32Number>(format.components - (format.alpha ? 1 : 0));
  return FLOAT_SH(format.sample == Sample::F32 ? 1U : 0U) | COLORSPACE_SH(space) | EXTRA_SH(format.alpha ? 1U : 0U) |
         CHANNELS_SH(channels) | BYTES_SH(static_cast<cmsUInt32Number>(format.sample_bytes()));
}

}  // namespace

IccProfile::IccProfile(std::string_view bytes, std::string_view name)
    : profile_(cmsOpenProfileFromMem(bytes.data(), static_cast<cmsUInt32Number>(bytes.size()))), colors_(Colors::Rgb) {
  const auto fail = [&](const std::string& why) {
    if (profile_ != nullptr) cmsCloseProfile(profile_);
    throw Error(Status::Data, std::string(name) + ": " + why);
  };
  if (profile_ == nullptr) fail("the bytes are no ICC profile");
  switch (cmsGetColorSpace(profile_)) {
    case cmsSigGrayData:
      colors_ = Colors::Gray;
      break;
    case cmsSigRgbData:
      break;
    case cmsSigLabData:
      colors_ = Colors::Lab;
      break;
    default:
      fail("a profile for other colors than gray, RGB and Lab");
  }
}

IccProfile::~IccProfile() {
  if (profile_ != nullptr) cmsCloseProfile(profile_);
}

IccProfile::IccProfile(IccProfile&& other) noexcept
    : profile_(std::exchange(other.profile_, nullptr)), colors_(other.colors_) {}

std::optional<MatrixSpace> IccProfile::matrix_space(Intent intent, bool to_codes) const {
  const cmsUInt32Number direction = to_codes ? LCMS_USED_AS_OUTPUT : LCMS_USED_AS_INPUT;
  if (intent == Intent::Absolute || cmsIsCLUT(profile_, number_of(intent), direction) != 0) return std::nullopt;
  MatrixSpace space;
  if (colors_ == Colors::Gray) {
    if (cmsGetPCS(profile_) != cmsSigXYZData) return std::nullopt;
    const auto curve = light_curve(profile_, cmsSigGrayTRCTag);
    if (!curve) return std::nullopt;
    space.curves.fill(*curve);
    space.is_gray = true;
    return space;
  }
  if (colors_ != Colors::Rgb || cmsIsMatrixShaper(profile_) == 0) return std::nullopt;
  constexpr std::array colorants{cmsSigRedColorantTag, cmsSigGreenColorantTag, cmsSigBlueColorantTag};
  constexpr std::array tones{cmsSigRedTRCTag, cmsSigGreenTRCTag, cmsSigBlueTRCTag};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto* xyz = static_cast<const cmsCIEXYZ*>(cmsReadTag(profile_, colorants[i]));
    const auto curve = light_curve(profile_, tones[i]);
    if (xyz == nullptr || !curve) return std::nullopt;
    space.to_xyz[0][i] = xyz->X;
    space.to_xyz[1][i] = xyz->Y;
    space.to_xyz[2][i] = xyz->Z;
    space.curves[i] = *curve;
  }
  const Matrix back = inverse(space.to_xyz);
  for (const auto& row : back) {
    for (const double value : row) {
      if (!std::isfinite(value)) return std::nullopt;
    }
  }
  return space;
}

IccLink::IccLink(const IccProfile& from, const PixelFormat& from_format, const IccProfile& to,
                 const PixelFormat& to_format, Intent intent, bool black_point) {
  cmsUInt32Number flags = cmsFLAGS_NOCACHE;  // so that threads can share it
  if (black_point) flags |= cmsFLAGS_BLACKPOINTCOMPENSATION;
  if (from_format.alpha) flags |= cmsFLAGS_COPY_ALPHA;
  transform_ = cmsCreateTransform(from.profile_, layout_of(from_format, from.colors()), to.profile_,
                                  layout_of(to_format, to.colors()), number_of(intent), flags);
  if (transform_ == nullptr) throw Error(Status::Data, "the two color profiles have no way from one to the other");
}

IccLink::~IccLink() {
  if (transform_ != nullptr) cmsDeleteTransform(transform_);
}

IccLink::IccLink(IccLink&& other) noexcept : transform_(std::exchange(other.transform_, nullptr)) {}

void IccLink::apply(const std::byte* in, std::byte* out, std::size_t pixels) const {
  cmsDoTransform(transform_, in, out, static_cast<cmsUInt32Number>(pixels));
}

}  // namespace sl

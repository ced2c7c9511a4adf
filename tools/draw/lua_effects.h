// Shaders, filters and dashes: values that a paint takes.

#pragma once

#include <vector>

#include "lua_class.h"
#include "tools/canvas/values.h"

namespace sl::drawing {

struct Dashes {
  std::vector<double> lengths;
  double phase = 0;
};
struct MaskBlur {
  double sigma = 0;
};
struct ImageFilter {
  double blur = 0;
  std::optional<Shadow> shadow;
};

template <>
struct ClassName<Gradient> {
  static constexpr const char* name = "skia.Shader";
};
template <>
struct ClassName<Dashes> {
  static constexpr const char* name = "skia.PathEffect";
};
template <>
struct ClassName<MaskBlur> {
  static constexpr const char* name = "skia.MaskFilter";
};
template <>
struct ClassName<ImageFilter> {
  static constexpr const char* name = "skia.ImageFilter";
};

}  // namespace sl::drawing

// Color cubes and .cube files.

#include <cmath>
#include <sstream>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/pixels/cube_file.h"
#include "tests/unit/libcore/pixels/samples.h"

namespace {

using namespace sl;

// A cube of `size` entries a side that holds `of` each colour.
ColorCube cube(std::size_t size, const std::function<ColorCube::Rgb(float, float, float)>& of, float low = 0,
               float high = 1) {
  std::vector<ColorCube::Rgb> colors;
  const auto at = [&](std::size_t i) {
    return low + (high - low) * static_cast<float>(i) / static_cast<float>(size - 1);
  };
  for (std::size_t b = 0; b < size; ++b) {
    for (std::size_t g = 0; g < size; ++g) {
      for (std::size_t r = 0; r < size; ++r) colors.push_back(of(at(r), at(g), at(b)));
    }
  }
  return {true, size, std::move(colors), {low, low, low}, {high, high, high}};
}

ColorCube::Rgb mapped(const ColorCube& by, ColorCube::Rgb color) {
  by.apply(color[0], color[1], color[2]);
  return color;
}

TEST(ColorCube, IsExactForLinearFunctionsInsideItsDomain) {
  std::minstd_rand random(1);
  std::uniform_real_distribution<float> value(-0.5f, 2.0f);
  for (const std::size_t size : {2, 3, 17, 33}) {
    const auto of = [](float r, float g, float b) {
      return ColorCube::Rgb{0.5f * r + 0.25f * g - b, b, 1 - r + 0.1f * g};
    };
    const ColorCube table = cube(size, of, -0.5f, 2.0f);
    for (int i = 0; i < 1000; ++i) {
      const ColorCube::Rgb in{value(random), value(random), value(random)};
      const ColorCube::Rgb got = mapped(table, in), want = of(in[0], in[1], in[2]);
      for (std::size_t c = 0; c < 3; ++c) ASSERT_NEAR(got[c], want[c], 2e-5);
    }
  }
}

// The formula of the six tetrahedra, for two entries a side.
TEST(ColorCube, IsInterpolatedInTetrahedra) {
  std::minstd_rand random(2);
  std::uniform_real_distribution<float> value(0, 1);
  std::array<float, 8> corner{};
  for (float& each : corner) each = value(random);
  const ColorCube table = cube(2, [&](float r, float g, float b) {
    const float v = corner[static_cast<std::size_t>(r + 2 * g + 4 * b)];
    return ColorCube::Rgb{v, v, v};
  });
  for (int i = 0; i < 1000; ++i) {
    const float r = value(random), g = value(random), b = value(random);
    const auto c = [&](int x, int y, int z) { return corner[static_cast<std::size_t>(x + 2 * y + 4 * z)]; };
    float want = 0;
    if (r > g && g > b)
      want = (1 - r) * c(0, 0, 0) + (r - g) * c(1, 0, 0) + (g - b) * c(1, 1, 0) + b * c(1, 1, 1);
    else if (r > b && b > g)
      want = (1 - r) * c(0, 0, 0) + (r - b) * c(1, 0, 0) + (b - g) * c(1, 0, 1) + g * c(1, 1, 1);
    else if (b > r && r > g)
      want = (1 - b) * c(0, 0, 0) + (b - r) * c(0, 0, 1) + (r - g) * c(1, 0, 1) + g * c(1, 1, 1);
    else if (b > g && g > r)
      want = (1 - b) * c(0, 0, 0) + (b - g) * c(0, 0, 1) + (g - r) * c(0, 1, 1) + r * c(1, 1, 1);
    else if (g > b && b > r)
      want = (1 - g) * c(0, 0, 0) + (g - b) * c(0, 1, 0) + (b - r) * c(0, 1, 1) + r * c(1, 1, 1);
    else
      want = (1 - g) * c(0, 0, 0) + (g - r) * c(0, 1, 0) + (r - b) * c(1, 1, 0) + b * c(1, 1, 1);
    ASSERT_NEAR(mapped(table, {r, g, b})[0], want, 1e-6);
  }
}

TEST(ColorCube, ClampsColoursToItsDomain) {
  const ColorCube table = cube(3, [](float r, float g, float b) { return ColorCube::Rgb{r, g, b}; });
  EXPECT_EQ(mapped(table, {-3, 2, std::nanf("")}), (ColorCube::Rgb{0, 1, 0}));
  EXPECT_EQ(mapped(table, {1, 1, 1}), (ColorCube::Rgb{1, 1, 1}));
}

ColorCube parsed(const std::string& text) {
  std::istringstream in(text);
  return read_cube(in, "x.cube");
}

TEST(CubeFile, HoldsCurvesOrACube) {
  const ColorCube curves =
      parsed("TITLE \"a # b\"\n# comment\n\nDOMAIN_MAX 2 2 2\nLUT_1D_SIZE 3\n0 0 1\n.5 1 +0.5\n1e0\t2 0");
  EXPECT_EQ(mapped(curves, {1, 1.5f, 2}), (ColorCube::Rgb{0.5f, 1.5f, 0}));
  const ColorCube ranged = parsed(
      "LUT_3D_SIZE 2\r\nLUT_3D_INPUT_RANGE 0 4\r\n0 0 0\r\n1 0 0\r\n0 1 0\r\n1 1 0\r\n0 0 1\r\n1 0 1\r\n0 1 1\r\n1 1 1\r\n");
  EXPECT_EQ(mapped(ranged, {1, 2, 4}), (ColorCube::Rgb{0.25f, 0.5f, 1}));
}

std::string failure(const std::string& text) {
  try {
    (void)parsed(text);
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(CubeFile, NamesTheLineOfAnError) {
  EXPECT_EQ(failure("LUT_1D_SIZE 2\n0 0 0\n0 zero 0\n"),
            "x.cube: line 3: \"0 zero 0\" holds no number where one belongs");
  EXPECT_NE(failure(std::string(5000, 'x')).find("line 1: "), std::string::npos);
  EXPECT_NE(failure("LUT_3D_SIZE 2\n0 0 0\nTITLE \"late\"\n").find("after the first colour"), std::string::npos);
  EXPECT_NE(failure("LUT_1D_SIZE 2\nDOMAIN_MIN 0 0\n").find("line 2"), std::string::npos);
  const Limits before = limits();
  limits().memory = 1 << 20;
  EXPECT_NE(failure("LUT_3D_SIZE 256\n").find("--max-memory"), std::string::npos);
  limits() = before;
}

}  // namespace

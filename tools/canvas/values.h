// What is drawn, as plain values: shapes, paints, and the commands that a picture is made of. Two equal commands draw
// the same.

#pragma once

#include <cairo.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "libcore/base/color_text.h"

namespace sl::drawing {

struct Point {
  double x = 0, y = 0;
  bool operator==(const Point&) const = default;
};

// x' = xx x + xy y + x0, y' = yx x + yy y + y0.
struct Transform {
  double xx = 1, yx = 0, xy = 0, yy = 1, x0 = 0, y0 = 0;
  bool operator==(const Transform&) const = default;
  [[nodiscard]] Point of(const Point& p) const { return {xx * p.x + xy * p.y + x0, yx * p.x + yy * p.y + y0}; }
  [[nodiscard]] cairo_matrix_t cairo() const { return {xx, yx, xy, yy, x0, y0}; }
  // How much it enlarges a length, on average.
  [[nodiscard]] double scale() const { return std::sqrt(std::abs(xx * yy - xy * yx)); }
};
// Return the transform that applies `first`, then `second`.
[[nodiscard]] Transform then(const Transform& first, const Transform& second);

// Edges of an area.
struct Area {
  double left = 0, top = 0, right = 0, bottom = 0;
  bool operator==(const Area&) const = default;
  [[nodiscard]] bool empty() const { return !(left < right && top < bottom); }
};
[[nodiscard]] Area intersection(const Area& a, const Area& b);
[[nodiscard]] Area grown(const Area& area, double by);
// The smallest upright area around a transformed one.
[[nodiscard]] Area transformed(const Area& area, const Transform& transform);

// ---- Paint ----

enum class GradientKind : std::uint8_t { Linear, Radial, Sweep };

struct Gradient {
  GradientKind kind = GradientKind::Linear;
  Point from, to;  // of circles: their centers; of a sweep: its center
  double from_radius = 0, to_radius = 0;
  double from_angle = 0, to_angle = 360;  // of a sweep, in degrees, clockwise from the right
  std::vector<Rgba> colors;
  std::vector<double> places;  // of the colors, 0 to 1
  cairo_extend_t beyond = CAIRO_EXTEND_PAD;
  bool operator==(const Gradient&) const = default;
};

struct Shadow {
  double dx = 0, dy = 0, sigma = 0;
  Rgba color;
  bool alone = false;  // without the shape itself
  bool operator==(const Shadow&) const = default;
};

enum class Style : std::uint8_t { Fill, Stroke, Both };

struct Paint {
  Rgba color;
  bool antialias = true;
  Style style = Style::Fill;
  double width = 0, miter = 4;  // of strokes; width 0: one pixel
  cairo_line_cap_t cap = CAIRO_LINE_CAP_BUTT;
  cairo_line_join_t join = CAIRO_LINE_JOIN_MITER;
  std::vector<double> dashes;
  double dash_phase = 0;
  std::optional<Gradient> gradient;
  cairo_operator_t blend = CAIRO_OPERATOR_OVER;
  double blur = 0;  // standard deviation
  std::optional<Shadow> shadow;
  bool operator==(const Paint&) const = default;
};

// ---- Shapes ----

enum class Verb : std::uint8_t { Move, Line, Cubic, Close };

struct Path {
  struct Element {
    Verb verb = Verb::Move;
    std::array<Point, 3> points{};  // one of Move and Line, three of Cubic
    bool operator==(const Element&) const = default;
  };
  std::vector<Element> elements;
  bool even_odd = false;
  bool operator==(const Path&) const = default;
};

enum class Align : std::uint8_t { Left, Center, Right };

struct Font {
  std::string family = "sans";
  int weight = 400, stretch = 5, slant = 0;  // slant 1: italic, 2: oblique
  double size = 12;
  bool operator==(const Font&) const = default;
};

// A line of text, or a box in which it is wrapped.
struct Text {
  std::string text;  // UTF-8
  Font font;
  Point at;                     // of a line: the left end of its baseline; of a box: its upper left corner
  std::optional<double> width;  // of a box
  Align align = Align::Left;
  double spacing = 1;  // of lines, times the font's own
  bool operator==(const Text&) const = default;
};

struct Picture {
  std::size_t image = 0;
  Area from, to;
  bool smooth = true;
  bool operator==(const Picture&) const = default;
};

struct Everything {  // all that the clip leaves
  bool operator==(const Everything&) const = default;
};

// Commands that are drawn on a transparent picture of their own, which is then drawn with the opacity and blend mode of
// the paint.
struct Command;
struct Group {
  std::shared_ptr<const std::vector<Command>> commands;
  bool operator==(const Group& other) const;
};

using Shape = std::variant<Everything, Path, Text, Picture, Group>;

// ---- Commands ----

struct Clip {
  std::shared_ptr<const Clip> outer;
  Path path;
  Transform transform;
  bool antialias = true;
  Area bounds;  // in pixels, with those of the outer one
};
[[nodiscard]] bool same(const std::shared_ptr<const Clip>& a, const std::shared_ptr<const Clip>& b);

struct Command {
  Shape shape;
  Paint paint;
  Transform transform;
  std::shared_ptr<const Clip> clip;
  Area bounds;  // in pixels: nothing changes outside
  bool operator==(const Command& other) const {
    return transform == other.transform && paint == other.paint && shape == other.shape && same(clip, other.clip);
  }
};

}  // namespace sl::drawing

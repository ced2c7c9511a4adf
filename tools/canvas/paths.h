// Building paths: lines, curves, and closed shapes of them.

#pragma once

#include "values.h"

namespace sl::drawing {

// Adds to a path as a pen does.
class PathBuilder {
 public:
  explicit PathBuilder(Path& path) : path_(path) {}

  void move(const Point& to) { path_.elements.push_back({Verb::Move, {to}}); }
  void line(const Point& to);
  void cubic(const Point& a, const Point& b, const Point& to);
  void quad(const Point& control, const Point& to);
  void close() { path_.elements.push_back({Verb::Close, {}}); }
  [[nodiscard]] Point last() const;

  void rect(const Area& area);
  void round_rect(const Area& area, double radius_x, double radius_y);
  void oval(const Area& area);
  // Part of an ellipse in `area`, in degrees, clockwise from the right. It begins with a line from the last point, if
  // `joined`.
  void arc(const Area& area, double start, double sweep, bool joined);
  void polygon(const std::vector<Point>& points, bool closed);

 private:
  Path& path_;
};

// The area of all its points, those that bend its curves too; empty without points.
[[nodiscard]] Area bounds_of(const Path& path);
// Append it to the context's path.
void add_to(cairo_t* context, const Path& path);
[[nodiscard]] Path transformed(const Path& path, const Transform& transform);

}  // namespace sl::drawing

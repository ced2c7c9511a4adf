// Maps that bend lines: a lens, polar coordinates, a table; and maps of pictures that are stored in another
// orientation.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libcore/media/geometry.h"
#include "libcore/pixels/warp_map.h"

namespace sl {

// Radial distortion: a pixel at the distance r from the middle comes from r (1 + k1 r^2 + k2 r^4), where r is 1 in the
// corners (as FFmpeg's lenscorrection has it).
class LensMap : public WarpMap {
 public:
  LensMap(const Size& size, double k1, double k2);
  void places(const Point& first, const Point& step, std::size_t count, double* u, double* v) const override;
  [[nodiscard]] Reach rows(double top, double bottom, double width, double left, double right) const override;

 private:
  double middle_x_, middle_y_, scale_, k1_, k2_;
};

// Between a picture, and its angles along rows and distances from the middle down the columns: clockwise from the top,
// and out to the nearest side.
class PolarMap : public WarpMap {
 public:
  // `unroll`: the output has angles and distances; else the input.
  PolarMap(const Size& from, const Size& to, bool unroll);
  void places(const Point& first, const Point& step, std::size_t count, double* u, double* v) const override;

 private:
  double in_width_, in_height_, out_width_, out_height_;
  bool unroll_;
};

// A place for each pixel of the output, whose middle it is.
class TableMap : public WarpMap {
 public:
  struct Place {
    float u, v;
  };
  TableMap(const Size& size, std::vector<Place> places);
  [[nodiscard]] Size size() const { return size_; }
  void places(const Point& first, const Point& step, std::size_t count, double* u, double* v) const override;
  [[nodiscard]] Reach rows(double top, double bottom, double width, double left, double right) const override;

 private:
  [[nodiscard]] Place at(double x, double y) const;
  Size size_;
  std::vector<Place> places_;
  std::vector<Reach> rows_;
};
// Read a table from a portable float map (PF): red is the column, green the row in the input, where 0, 0 is the middle
// of the first pixel, as in vips mapim. Throw NoInput, Data or Limit.
[[nodiscard]] TableMap read_table(const std::string& file);

// A map between upright pictures as one between stored ones. `from` and `to` are upright sizes.
class StoredMap : public WarpMap {
 public:
  StoredMap(std::shared_ptr<const WarpMap> upright, int orientation, const Size& from, const Size& to);
  void places(const Point& first, const Point& step, std::size_t count, double* u, double* v) const override;
  [[nodiscard]] Reach rows(double top, double bottom, double width, double left, double right) const override;

 private:
  std::shared_ptr<const WarpMap> upright_;
  Turn turn_;
  Size from_, to_;
};

}  // namespace sl

// Commands drawn by Cairo.

#pragma once

#include <vector>

#include "owned.h"
#include "texts.h"
#include "values.h"

namespace sl::drawing {

class Brush {
 public:
  Brush(cairo_t* context, Texts& texts, const std::vector<Surface>& images)
      : context_(context), texts_(texts), images_(images) {}
  void draw(const Command& command);

 private:
  void draw_group(const Command& command);
  void draw_shape(cairo_t* context, const Command& command, const Paint& paint) const;
  void set_source(cairo_t* context, const Paint& paint) const;
  void stroke(cairo_t* context, const Paint& paint) const;
  // The shape as alpha, blurred, from a pixel of the canvas on.
  struct Mask {
    Surface alpha;
    int left = 0, top = 0;
  };
  [[nodiscard]] Mask blurred(const Command& command, double sigma, double dx, double dy) const;

  cairo_t* context_;
  Texts& texts_;
  const std::vector<Surface>& images_;
};

}  // namespace sl::drawing

// sl-dilate: bright parts grow. A neighbourhood filter: each sample becomes the largest of the square around it.

#include <algorithm>
#include <vector>

#include "libcore/filter/window.h"
#include "libcore/media/sample_type.h"
#include "libcore/stage/tool.h"

namespace {

// One row of a plane: the largest of each column first, then of neighbouring columns of the same component.
template <class T>
void dilate_row(const sl::RowsAround& in, int plane, std::uint32_t y, int radius, std::size_t step,
                std::vector<T>& column, std::span<T> out) {
  const T* own = in.row<T>(plane, y, 0);
  column.assign(own, own + out.size());
  for (int distance = -radius; distance <= radius; ++distance) {
    const T* row = in.row<T>(plane, y, distance);
    for (std::size_t x = 0; x < out.size(); ++x) column[x] = std::max(column[x], row[x]);
  }
  std::ranges::copy(column, out.begin());
  for (std::size_t shift = step; shift <= static_cast<std::size_t>(radius) * step; shift += step) {
    for (std::size_t x = shift; x < out.size(); ++x) {
      out[x] = std::max(out[x], column[x - shift]);
      out[x - shift] = std::max(out[x - shift], column[x]);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-dilate", "Let bright parts grow: each sample becomes the largest of the square around it.");
  tool.example("sl-dilate --radius 2 in.jpg -o thick.png");
  std::int64_t radius = 1;
  tool.option("--radius,-r", radius, "N", "rows and columns on each side", 0, 100);
  tool.use_threads();
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    sl::WindowFilter filter;
    filter.radius = static_cast<std::uint32_t>(radius);
    filter.threads = tool.threads();
    filter.kernel = [&](const sl::Track&, const sl::RowsAround& rows, const sl::Strip& made) {
      sl::with_sample(*made.format, [&]<class T>(T) {
        std::vector<T> column;
        for (int p = 0; p < made.format->planes; ++p) {
          const sl::Plane& plane = made.planes[static_cast<std::size_t>(p)];
          for (std::uint32_t y = 0; y < plane.rows; ++y) {
            dilate_row<T>(rows, p, y, static_cast<int>(radius), sl::sample_step(*made.format, p), column,
                          {plane.row<T>(y), plane.width});
          }
        }
      });
    };
    sl::map_window(in, out, filter);
  });
}

// sl-median: specks and noise removed; every sample becomes the median of the square around it.

#include <vector>

#include "libcore/filter/window.h"
#include "libcore/media/sample_type.h"
#include "libcore/pixels/rank.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-median",
                "Replace every sample by the median of the square around it: removes specks, keeps edges.");
  tool.example("sl-median in.jpg -o clean.png");
  tool.example("sl-decode film.mp4 | sl-median --radius 2 | sl-encode -o clean.mkv");
  tool.describe(
      "A square of 2 * RADIUS + 1 samples; beyond the edges the last row and column continue. Each channel is filtered by "
      "itself in its own samples, alpha like a colour, fields of interlaced frames apart. In planes of subsampled chroma "
      "the square covers more of the picture.");

  std::int64_t radius = 1;
  tool.option("--radius,-r", radius, "N", "rows and columns on each side", 0, 100);
  tool.use_threads();
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    sl::WindowFilter filter;
    filter.radius = static_cast<std::uint32_t>(radius);
    filter.threads = tool.threads();
    filter.kernel = [reach = static_cast<int>(radius)](const sl::Track&, const sl::RowsAround& rows,
                                                       const sl::Strip& made) {
      sl::with_sample(*made.format, [&]<class T>(T) {
        std::vector<const T*> window(static_cast<std::size_t>(2 * reach + 1));
        for (int p = 0; p < made.format->planes; ++p) {
          const sl::Plane& plane = made.planes[static_cast<std::size_t>(p)];
          const auto step = static_cast<std::size_t>(sl::sample_step(*made.format, p));
          for (std::uint32_t y = 0; y < plane.rows; ++y) {
            for (int k = -reach; k <= reach; ++k) window[static_cast<std::size_t>(k + reach)] = rows.row<T>(p, y, k);
            sl::median_row<T>(window, plane.width / step, step, plane.row<T>(y));
          }
        }
      });
    };
    sl::map_window(in, out, filter);
  });
}

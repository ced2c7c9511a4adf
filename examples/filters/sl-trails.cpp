// sl-trails: lights leave trails. A filter over time: each picture becomes the largest of itself and those before it.

#include <algorithm>
#include <cstddef>

#include "libcore/filter/over_time.h"
#include "libcore/media/sample_type.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-trails", "Let moving lights leave trails: each sample becomes the largest of the last pictures.");
  tool.example("sl-trails --pictures 10 film.mp4 -o trails.mkv");
  std::int64_t count = 5;
  tool.option("--pictures,-n", count, "N", "pictures, its own included", 1, 1000);
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    const sl::TimeSpan span{static_cast<std::size_t>(count) - 1, 0};
    sl::map_over_time(in, out, span, [](const sl::Track&, const sl::Neighbours& around, const sl::Strip& made) {
      sl::copy_rows(around.pictures[around.own], made);
      sl::with_sample(*made.format, [&]<class T>(T) {
        for (const sl::Strip& picture : around.pictures) {
          for (int p = 0; p < made.format->planes; ++p) {
            const sl::Plane &from = picture.planes[static_cast<std::size_t>(p)],
                            &to = made.planes[static_cast<std::size_t>(p)];
            for (std::uint32_t y = 0; y < to.rows; ++y) {
              for (std::size_t x = 0; x < to.width; ++x) to.row<T>(y)[x] = std::max(to.row<T>(y)[x], from.row<T>(y)[x]);
            }
          }
        }
      });
    });
  });
}

// Sums over rows of all pictures at once.

#include "libcore/pixels/typical.h"

#include <algorithm>
#include <vector>

#include "libcore/media/sample_type.h"

namespace sl {

std::size_t most_typical(std::span<const Strip> pictures) {
  if (pictures.size() == 1) return 0;
  const PixelFormat& format = *pictures.front().format;
  std::vector<double> differences(pictures.size());
  with_sample(format, [&]<class T>(T) {
    std::vector<double> mean;
    for (std::size_t p = 0; p < static_cast<std::size_t>(format.planes); ++p) {
      const Plane& plane = pictures.front().planes[p];
      for (std::uint32_t y = 0; y < plane.rows; ++y) {
        mean.assign(plane.width, 0);
        for (const Strip& picture : pictures) {
          const T* row = picture.planes[p].row<T>(y);
          for (std::size_t x = 0; x < plane.width; ++x) mean[x] += static_cast<double>(row[x]);
        }
        for (double& value : mean) value /= static_cast<double>(pictures.size());
        for (std::size_t i = 0; i < pictures.size(); ++i) {
          const T* row = pictures[i].planes[p].row<T>(y);
          for (std::size_t x = 0; x < plane.width; ++x) {
            const double difference = static_cast<double>(row[x]) - mean[x];
            differences[i] += difference * difference;
          }
        }
      }
    }
  });
  return static_cast<std::size_t>(std::ranges::min_element(differences) - differences.begin());
}

}  // namespace sl

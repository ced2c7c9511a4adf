// Paper first, then the marks.

#include "libcore/pixels/difference_picture.h"

#include "libcore/base/error.h"
#include "libcore/pixels/turner.h"
#include "libcore/pixels/working_space.h"

namespace sl {

Track difference_track(const Track& a) {
  Track track = working(plan_upright(a).after, WorkingSpace::Rgb24);
  track.orientation = 1;
  track.fields = Fields::Unknown;
  return track;
}

void draw_difference(const PictureView& a, const PictureView& b, const ComparisonOptions& options, const Strip& out) {
  const auto paint = [&](std::uint32_t y, std::span<const std::uint8_t> differs) {
    std::uint8_t* pixel = out.planes[0].row<std::uint8_t>(y);
    for (std::size_t x = 0; x < differs.size(); ++x, pixel += 3) {
      if (differs[x] == 0) continue;
      pixel[0] = 255;
      pixel[1] = pixel[2] = 0;
    }
  };
  Chain to_gray = upright_steps(a.track);
  to_gray.convert_to(working(to_gray.track(), WorkingSpace::Gray));
  to_gray.push(a.image.strip(), [&](const Strip& rows) {
    for (std::uint32_t y = 0; y < rows.rows; ++y) {
      const std::uint8_t* from = rows.planes[0].row<std::uint8_t>(y);
      std::uint8_t* pixel = out.planes[0].row<std::uint8_t>(rows.first + y);
      for (std::uint32_t x = 0; x < rows.width; ++x, pixel += 3) {
        pixel[0] = pixel[1] = pixel[2] = static_cast<std::uint8_t>(192 + from[x] / 4);
      }
    }
  });
  if (!compare(a, b, options, paint).same_size) {
    throw Error(Status::Data, "the pictures have different sizes: there is no picture of their difference");
  }
}

}  // namespace sl

// Views of parts, and the formats in which a part can be cut.

#include "libcore/pixels/mover.h"

#include <algorithm>
#include <cassert>

#include "libcore/pixels/turner.h"
#include "libcore/pixels/window.h"
#include "libcore/pixels/working_space.h"

namespace sl {

namespace {

bool is_interlaced(const Track& track) { return track.fields == Fields::Top || track.fields == Fields::Bottom; }

// Whether the part begins on whole groups of pixels that share chroma, in each field.
bool is_on_grid(const Track& track, const Rect& part) {
  const PixelFormat& format = *track.pixels;
  const std::int64_t columns = std::int64_t{1} << format.shift_x;
  const std::int64_t rows = (std::int64_t{1} << format.shift_y) * (is_interlaced(track) && format.shift_y != 0 ? 2 : 1);
  return part.x % columns == 0 && part.y % rows == 0;
}

// Cuts strips so that each but the last has whole groups of rows again.
class Recutter : public Step {
 public:
  explicit Recutter(const Track& track) : track_(track), window_(track, strip_rows(track), 0, 0) {}
  [[nodiscard]] const Track& track() const override { return track_; }
  void push(const Strip& strip, const Emit& emit) override {
    window_.push(strip, [&](const RowWindow::Window& window) { emit(window.strip); });
  }

 private:
  Track track_;
  RowWindow window_;
};

}  // namespace

Cropper::Cropper(const Track& from, const Rect& part)
    : to_(from), left_(static_cast<std::uint32_t>(part.x)), top_(static_cast<std::uint32_t>(part.y)) {
  assert(is_on_grid(from, part) && part_inside(part, {from.width, from.height}) == part);
  to_.width = part.width;
  to_.height = part.height;
  to_ = with_same_matrix(from, to_);
  if (is_interlaced(from) && top_ % 2 != 0) to_.fields = from.fields == Fields::Top ? Fields::Bottom : Fields::Top;
}

void Cropper::push(const Strip& strip, const Emit& emit) {
  const std::uint32_t end = top_ + to_.height;
  const std::uint32_t first = std::max(strip.first, top_), last = std::min(strip.first + strip.rows, end);
  if (first >= last) return;
  const PixelFormat& format = *strip.format;
  Strip part = part_of(strip, first - strip.first, last - first);
  part.width = to_.width;
  for (int p = 0; p < format.planes; ++p) {
    Plane& plane = part.planes[static_cast<std::size_t>(p)];
    plane.data += row_bytes(format, p, left_);
    plane.width = plane_width(format, p, to_.width);
  }
  part.first = first - top_;
  part.last = last == end;
  part.damaged = strip.damaged;
  emit(part);
}

Mover::Mover(const Track& from, const Move& move) : move_(move), chain_(from) {
  const Rect part = stored_part(from, move.crop);
  if (part != Rect{0, 0, from.width, from.height}) {
    if (!is_on_grid(from, part)) {
      Track whole = from;
      whole.pixels = &without_subsampling(*from.pixels);
      chain_.convert_to(whole);
    }
    const bool cuts_groups = part.y % strip_alignment(chain_.track()) != 0;
    chain_.add(std::make_unique<Cropper>(chain_.track(), part));
    if (cuts_groups) chain_.add(std::make_unique<Recutter>(chain_.track()));
  }
  add_turn(chain_, plan_turn(chain_.track(), stored_turn(from, move.turn)));
}

}  // namespace sl

// Rows of the canvas from rows of the picture: each plane by itself, in units of pixels.

#include "libcore/pixels/padder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "libcore/media/image.h"
#include "libcore/media/sample_type.h"
#include "libcore/pixels/blur.h"
#include "libcore/pixels/canvas.h"
#include "libcore/pixels/format_choice.h"
#include "libcore/pixels/mover.h"
#include "libcore/pixels/resample.h"
#include "libcore/pixels/turner.h"
#include "libcore/pixels/working_space.h"

namespace sl {

namespace {

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

bool is_interlaced(const Track& track) { return track.fields == Fields::Top || track.fields == Fields::Bottom; }

std::int64_t group_columns(const PixelFormat& format) { return std::int64_t{1} << format.shift_x; }
std::int64_t group_rows(const Track& track) {
  const int shift = track.pixels->shift_y;
  return (std::int64_t{1} << shift) * (shift != 0 && is_interlaced(track) ? 2 : 1);
}

// Move a centered picture to the edges of groups of pixels that share chroma.
Canvas aligned(const Track& track, Canvas canvas) {
  const auto stored = [&] { return stored_part(track, {-canvas.x, -canvas.y, canvas.size.width, canvas.size.height}); };
  const Turn back = inverse(turn_of(track.orientation));
  const std::int64_t columns = group_columns(*track.pixels), rows = group_rows(track);
  if (canvas.is_centered_x) {
    const std::int64_t excess = back.swap ? -stored().y % rows : -stored().x % columns;
    canvas.x += back.mirror_x ? excess : -excess;
  }
  if (canvas.is_centered_y) {
    const std::int64_t excess = back.swap ? -stored().x % columns : -stored().y % rows;
    canvas.y += back.mirror_y ? excess : -excess;
  }
  return canvas;
}

// Whether all edges between picture and canvas lie between groups.
bool is_on_grid(const Track& track, const Rect& stored) {
  const auto divides = [](std::int64_t group, std::int64_t before, std::int64_t inner, std::int64_t outer) {
    return before % group == 0 && (before + inner == outer || inner % group == 0);
  };
  return divides(group_columns(*track.pixels), -stored.x, track.width, stored.width) &&
         divides(group_rows(track), -stored.y, track.height, stored.height);
}

const PixelFormat& with_alpha(const PixelFormat& format) {
  const PixelNeeds needs{format.model, format.bits, format.shift_x, format.shift_y, true};
  const PixelFormat* best = nullptr;
  for (const PixelFormat& other : pixel_formats()) {
    if (other.alpha && (best == nullptr || loss(needs, other) < loss(needs, *best))) best = &other;
  }
  return *best;
}

// The track to convert to before anything is put around it.
Track before_padding(const Track& from, const Rect& stored, const Padder::Settings& settings) {
  Track track = from;
  if (from.pixels->packing == Packing::Packed422) track.pixels = &pixel_format("yuv422p");
  if (settings.fill == PadFill::Color && settings.color.alpha < 1 && !track.pixels->alpha) {
    track.pixels = &with_alpha(*track.pixels);
    track.alpha = Alpha::Straight;
  }
  if (!is_on_grid(track, stored)) track.pixels = &without_subsampling(*track.pixels);
  return track;
}

// The sample of a line of `count` that lies at `place`, which may be outside; `none` for a color.
std::uint32_t source(PadFill fill, std::int64_t place, std::int64_t count) {
  if (place >= 0 && place < count) return static_cast<std::uint32_t>(place);
  if (fill == PadFill::Color) return none;
  if (fill == PadFill::Edge) return static_cast<std::uint32_t>(std::clamp<std::int64_t>(place, 0, count - 1));
  const std::int64_t period = 2 * count, folded = (place % period + period) % period;
  return static_cast<std::uint32_t>(std::min(folded, period - 1 - folded));
}

// One plane of the canvas, in units: all samples of a pixel that lie side by side.
struct PaddedPlane {
  std::size_t unit;                    // bytes
  std::uint32_t left, width, across;   // units
  std::uint32_t top, height, down;     // rows
  std::uint32_t tail = none;           // the first row that a row below the picture is made of
  std::vector<std::byte> blank;        // a row of color
  std::vector<std::uint32_t> sources;  // of the units before the picture, and then of those after it

  [[nodiscard]] std::uint32_t after() const { return across - left - width; }

  void put_row(const std::byte* picture, std::byte* out) const {
    if (picture == nullptr) {
      std::memcpy(out, blank.data(), blank.size());
      return;
    }
    std::memcpy(out + left * unit, picture, width * unit);
    const auto put = [&](std::size_t first, std::span<const std::uint32_t> some) {
      for (std::size_t i = 0; i < some.size(); ++i) {
        const std::size_t at = (first + i) * unit;
        std::memcpy(out + at, some[i] == none ? blank.data() + at : picture + some[i] * unit, unit);
      }
    };
    put(0, std::span(sources).first(left));
    put(left + width, std::span(sources).subspan(left));
  }
};

// The last rows of a plane that came, as far as they are needed again.
struct KeptRows {
  std::deque<std::vector<std::byte>> rows;
  std::uint32_t first = 0;
  void drop_before(std::uint32_t row) {
    for (; !rows.empty() && first < row; ++first) rows.pop_front();
  }
};

}  // namespace

struct Padder::State {
  Settings settings;
  Canvas canvas;
  Rect stored;  // the canvas, seen from the picture
  Move canvas_move;
  Chain before;
  Track picture, to;
  std::vector<PaddedPlane> planes;
  std::array<KeptRows, 4> kept;
  std::vector<std::byte> memory;
  std::uint32_t next = 0;  // row of the canvas
  bool damaged = false;
  Image whole;  // of the picture, for Blur

  State(const Track& from, const Canvas& wanted, const Settings& given)
      : settings(given),
        canvas(aligned(from, wanted)),
        stored(stored_part(from, {-canvas.x, -canvas.y, canvas.size.width, canvas.size.height})),
        canvas_move(crop_to(from, {-canvas.x, -canvas.y, canvas.size.width, canvas.size.height})),
        before(from) {
    const Track target = before_padding(from, stored, settings);
    before.convert_to(target);
    picture = before.track();
    to = with_same_matrix(picture, moved_track(picture, canvas_move));
    if (is_interlaced(from) && -stored.y % 2 != 0) {
      to.fields = from.fields == Fields::Top ? Fields::Bottom : Fields::Top;
    }
    for (int p = 0; p < picture.pixels->planes; ++p) planes.push_back(plane(p));
    if (settings.blur == 0) settings.blur = std::max(to.width, to.height) / 50.0;
  }

  PaddedPlane plane(int p) const {
    const PixelFormat& format = *picture.pixels;
    const std::uint32_t samples = sample_step(format, p);
    const auto units = [&](std::uint32_t pixels) {
      return static_cast<std::uint32_t>(plane_width(format, p, pixels) / samples);
    };
    PaddedPlane plane{.unit = samples * static_cast<std::size_t>(format.sample_bytes()),
                      .left = units(static_cast<std::uint32_t>(-stored.x)),
                      .width = units(picture.width),
                      .across = units(to.width),
                      .top = plane_rows(format, p, static_cast<std::uint32_t>(-stored.y)),
                      .height = plane_rows(format, p, picture.height),
                      .down = plane_rows(format, p, to.height),
                      .blank = {},
                      .sources = {}};
    for (std::uint32_t x = 0; x < plane.across; ++x) {
      const std::int64_t place = std::int64_t{x} - plane.left;
      if (place < 0 || place >= plane.width) plane.sources.push_back(source(settings.fill, place, plane.width));
    }
    for (std::uint32_t y = plane.top + plane.height; y < plane.down; ++y) {
      plane.tail = std::min(plane.tail, source(settings.fill, std::int64_t{y} - plane.top, plane.height));
    }
    if (settings.fill != PadFill::Color) return plane;
    const Image color = color_picture(picture, settings.color);
    plane.blank.resize(plane.across * plane.unit);
    for (std::size_t x = 0; x < plane.across; ++x) {
      std::memcpy(plane.blank.data() + x * plane.unit, color.strip().planes[static_cast<std::size_t>(p)].data,
                  plane.unit);
    }
    return plane;
  }

  [[nodiscard]] std::uint32_t source_row(const PaddedPlane& plane, std::uint32_t y) const {
    return source(settings.fill, std::int64_t{y} - plane.top, plane.height);
  }

  // Return how many rows from `next` on can be made of the picture's rows before `loaded`.
  [[nodiscard]] std::uint32_t ready(std::uint32_t loaded) const {
    const std::uint32_t alignment = strip_alignment(to), most = std::min(strip_rows(to), to.height - next);
    std::uint32_t rows = 0;
    while (rows < most) {
      const std::uint32_t end = std::min(rows + alignment, most);
      for (std::size_t p = 0; p < planes.size(); ++p) {
        const int number = static_cast<int>(p);
        const std::uint32_t last = plane_rows(*to.pixels, number, next + end);
        for (std::uint32_t y = plane_rows(*to.pixels, number, next + rows); y < last; ++y) {
          const std::uint32_t row = source_row(planes[p], y);
          if (row != none && row >= plane_rows(*to.pixels, number, loaded)) return rows;
        }
      }
      rows = end;
    }
    return rows;
  }

  const std::byte* row_of(std::size_t p, const Strip& strip, std::uint32_t row) const {
    const std::uint32_t first = plane_rows(*to.pixels, static_cast<int>(p), strip.first);
    if (row >= first) return strip.planes[p].row<std::byte>(row - first);
    return kept[p].rows[row - kept[p].first].data();
  }

  void push(const Strip& strip, const Emit& emit) {
    if (strip.first == 0) {
      next = 0;
      damaged = false;
      kept = {};
    }
    damaged = damaged || strip.damaged;
    const std::uint32_t loaded = strip.first + strip.rows;
    while (const std::uint32_t rows = ready(loaded)) {
      memory.resize(std::max<std::size_t>(memory.size(), strip_bytes(*to.pixels, to.width, rows)));
      Strip made = packed_strip(*to.pixels, to.width, rows, memory.data());
      for (std::size_t p = 0; p < planes.size(); ++p) {
        const std::uint32_t first = plane_rows(*to.pixels, static_cast<int>(p), next);
        for (std::uint32_t y = 0; y < made.planes[p].rows; ++y) {
          const std::uint32_t row = source_row(planes[p], first + y);
          planes[p].put_row(row == none ? nullptr : row_of(p, strip, row), made.planes[p].row<std::byte>(y));
        }
      }
      made.first = next;
      next += rows;
      made.last = next == to.height;
      made.damaged = settings.fill == PadFill::Color ? strip.damaged : damaged;
      emit(made);
    }
    for (std::size_t p = 0; p < planes.size(); ++p) keep(p, strip);
  }

  // Keep the rows that later rows are made of.
  void keep(std::size_t p, const Strip& strip) {
    const PaddedPlane& plane = planes[p];
    const std::uint32_t y = plane_rows(*to.pixels, static_cast<int>(p), next);
    const std::uint32_t first = next == to.height ? none : y < plane.top ? 0 : std::min(y - plane.top, plane.tail);
    kept[p].drop_before(first);
    const std::uint32_t begin = plane_rows(*to.pixels, static_cast<int>(p), strip.first);
    for (std::uint32_t row = 0; row < strip.planes[p].rows; ++row) {
      if (begin + row < first) continue;
      if (kept[p].rows.empty()) kept[p].first = begin + row;
      const std::byte* const data = strip.planes[p].row<std::byte>(row);
      kept[p].rows.emplace_back(data, data + plane.width * plane.unit);
    }
  }

  // The largest part in the middle of the picture that has the canvas' proportions.
  [[nodiscard]] Rect middle() const {
    const std::string proportions = std::to_string(to.width) + ":" + std::to_string(to.height);
    Rect part = RectRule("", proportions).in({picture.width, picture.height});
    part.x -= part.x % 4;
    part.y -= part.y % 4;
    return part;
  }

  void push_whole(const Strip& strip, const Emit& emit) {
    if (whole.empty()) whole = Image(picture, "", "a blurred canvas");
    whole.put(strip);
    if (!strip.last) return;
    Track track = picture;
    track.orientation = 1;
    track.fields = Fields::Progressive;
    Chain canvas_steps(track);
    canvas_steps.add(std::make_unique<Mover>(track, crop_to(track, middle())));
    canvas_steps.add(std::make_unique<Resampler>(canvas_steps.track(), Size{to.width, to.height},
                                                 Resampler::Settings{Kernel::Linear, false, settings.threads}));
    canvas_steps.add(std::make_unique<Blurrer>(
        canvas_steps.track(),
        Blurrer::Settings{BlurShape::Gaussian, settings.blur, settings.blur, false, settings.threads}));
    // The steps may change what they get, and the picture is needed after them.
    const Image copy(picture, "", "a blurred canvas");
    copy_rows(whole.strip(), copy.strip());
    canvas_steps.push(copy.strip(), [&](Strip made) {
      for (std::size_t p = 0; p < planes.size(); ++p) put_picture(p, made);
      made.damaged = whole.strip().damaged;
      emit(made);
    });
  }

  void put_picture(std::size_t p, const Strip& made) const {
    const PaddedPlane& plane = planes[p];
    const std::uint32_t first = plane_rows(*to.pixels, static_cast<int>(p), made.first);
    for (std::uint32_t y = 0; y < made.planes[p].rows; ++y) {
      const std::uint32_t row = first + y - plane.top;
      if (first + y < plane.top || row >= plane.height) continue;
      std::memcpy(made.planes[p].row<std::byte>(y) + plane.left * plane.unit,
                  whole.strip().planes[p].row<std::byte>(row), plane.width * plane.unit);
    }
  }
};

Padder::Padder(const Track& from, const Canvas& canvas, const Settings& settings)
    : state_(std::make_unique<State>(from, canvas, settings)) {}
Padder::Padder(Padder&&) noexcept = default;
Padder::~Padder() = default;

const Track& Padder::track() const { return state_->to; }
const Move& Padder::move() const { return state_->canvas_move; }

void Padder::push(const Strip& strip, const Emit& emit) {
  State& s = *state_;
  s.before.push(strip, [&](const Strip& rows) {
    s.settings.fill == PadFill::Blur ? s.push_whole(rows, emit) : s.push(rows, emit);
  });
}

void Padder::flush(const Emit& emit) {
  State& s = *state_;
  s.before.flush(
      [&](const Strip& rows) { s.settings.fill == PadFill::Blur ? s.push_whole(rows, emit) : s.push(rows, emit); });
}

}  // namespace sl

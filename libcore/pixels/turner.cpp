// Turning frames: the format that it needs, and the turning itself.
//
// A strip is turned into its place in the frame when it comes, so there is one frame in memory, not two. If axes are
// swapped, the source is read in tiles of 16 columns: their cache lines stay cached while each column of the tile
// becomes a run of a row of the target.

#include "libcore/pixels/turner.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "libcore/media/density.h"
#include "libcore/media/image.h"

namespace sl {

namespace {

bool is_interlaced(const Track& track) { return track.fields == Fields::Top || track.fields == Fields::Bottom; }

// "yuv422p10le" with another subsampling: "yuv440p10le", if there is such a format.
const PixelFormat* with_subsampling(const PixelFormat& format, std::string_view digits) {
  std::string name(format.name);
  const std::size_t place = name.find_first_of("0123456789");
  assert(place != std::string::npos);
  return find_pixel_format(name.replace(place, 3, digits));
}

std::string_view digits_of(int shift_x, int shift_y) {
  if (shift_x == 2) return shift_y == 2 ? "410" : "411";
  if (shift_x == 1) return shift_y == 1 ? "420" : "422";
  return shift_y == 1 ? "440" : "444";
}

const PixelFormat& planar(const PixelFormat& format) {
  if (format.name == "nv12") return pixel_format("yuv420p");
  if (format.name == "p010le") return pixel_format("yuv420p10le");
  if (format.packing == Packing::Packed422) return pixel_format("yuv422p");
  return format;
}

// Along one axis: no subsampling, chroma between samples of luma, or on every first of them.
enum class Siting : std::uint8_t { Any, Between, OnFirst };

struct TurnedChroma {
  const PixelFormat* pixels;
  Chroma chroma;
};

// The format and siting of turned planes of `format`; nothing if the table has no such format.
std::optional<TurnedChroma> turned_chroma(const Track& track, const PixelFormat& format, const Turn& turn) {
  if (format.shift_x == 0 && format.shift_y == 0) return TurnedChroma{&format, track.color.chroma};
  if (is_interlaced(track) && (turn.mirror_y || turn.swap)) return std::nullopt;
  const Chroma chroma = track.color.chroma != Chroma::Unknown ? track.color.chroma
                        : track.color.range == Range::Full    ? Chroma::Center
                                                              : Chroma::Left;  // as a Converter takes it
  Siting x = format.shift_x == 0 ? Siting::Any : chroma == Chroma::Center ? Siting::Between : Siting::OnFirst;
  Siting y = format.shift_y == 0 ? Siting::Any : chroma == Chroma::TopLeft ? Siting::OnFirst : Siting::Between;
  const auto stays = [](bool mirror, Siting siting, std::uint32_t size, int shift) {
    return !mirror || siting == Siting::Any || (siting == Siting::Between && size % (1U << shift) == 0);
  };
  if (!stays(turn.mirror_x, x, track.width, format.shift_x) || !stays(turn.mirror_y, y, track.height, format.shift_y)) {
    return std::nullopt;
  }
  if (!turn.swap) return TurnedChroma{&format, track.color.chroma};
  const PixelFormat* swapped = with_subsampling(format, digits_of(format.shift_y, format.shift_x));
  if (swapped == nullptr || swapped->shift_x != format.shift_y || swapped->shift_y != format.shift_x)
    return std::nullopt;
  std::swap(x, y);
  if (x != Siting::OnFirst && y != Siting::OnFirst) return TurnedChroma{swapped, Chroma::Center};
  if (y != Siting::OnFirst) return TurnedChroma{swapped, Chroma::Left};
  if (x != Siting::Between) return TurnedChroma{swapped, Chroma::TopLeft};
  return std::nullopt;
}

template <std::size_t Bytes>
struct Pixel {
  std::array<std::byte, Bytes> bytes;
};

// Rows of one plane. `to` is the place of the first pixel; steps are bytes in the target for a step in the source.
struct PlaneTurn {
  const std::byte* from;
  std::size_t stride;
  std::size_t width;
  std::uint32_t rows;
  std::byte* to;
  std::ptrdiff_t step_x, step_y;
};

template <std::size_t Bytes>
void turn_pixels(const PlaneTurn& m) {
  using P = Pixel<Bytes>;
  constexpr std::size_t tile = 16, run = 64;
  const auto at = [&](std::size_t x, std::size_t y) {
    return m.to + static_cast<std::ptrdiff_t>(x) * m.step_x + static_cast<std::ptrdiff_t>(y) * m.step_y;
  };
  if (m.step_x == Bytes) {
    for (std::uint32_t y = 0; y < m.rows; ++y) std::memcpy(at(0, y), m.from + m.stride * y, m.width * Bytes);
  } else if (m.step_x == -static_cast<std::ptrdiff_t>(Bytes)) {
    for (std::uint32_t y = 0; y < m.rows; ++y) {
      const P* in = reinterpret_cast<const P*>(m.from + m.stride * y);
      std::reverse_copy(in, in + m.width, reinterpret_cast<P*>(at(m.width - 1, y)));
    }
  } else {
    for (std::size_t top = 0; top < m.rows; top += run) {
      const std::size_t count = std::min<std::size_t>(run, m.rows - top);
      for (std::size_t left = 0; left < m.width; left += tile) {
        for (std::size_t x = left; x < std::min(left + tile, m.width); ++x) {
          const std::byte* in = m.from + m.stride * top + x * Bytes;
          P* out = reinterpret_cast<P*>(at(x, top));
          if (m.step_y > 0) {
            for (std::size_t i = 0; i < count; ++i) out[i] = *reinterpret_cast<const P*>(in + m.stride * i);
          } else {
            out -= count - 1;
            for (std::size_t i = 0; i < count; ++i)
              out[i] = *reinterpret_cast<const P*>(in + m.stride * (count - 1 - i));
          }
        }
      }
    }
  }
}

void turn_plane(const PlaneTurn& plane, std::size_t pixel_bytes) {
  switch (pixel_bytes) {
    case 1:
      return turn_pixels<1>(plane);
    case 2:
      return turn_pixels<2>(plane);
    case 3:
      return turn_pixels<3>(plane);
    case 4:
      return turn_pixels<4>(plane);
    case 6:
      return turn_pixels<6>(plane);
    case 8:
      return turn_pixels<8>(plane);
    case 12:
      return turn_pixels<12>(plane);
    case 16:
      return turn_pixels<16>(plane);
    default:
      assert(false);
  }
}

// Bytes that stay together: a sample of a planar format, all components of an interleaved one.
std::size_t pixel_bytes(const PixelFormat& format) {
  const int together = format.packing == Packing::Interleaved ? format.components : 1;
  return static_cast<std::size_t>(together) * static_cast<std::size_t>(format.sample_bytes());
}

}  // namespace

const PixelFormat& without_subsampling(const PixelFormat& format) {
  if (format.shift_x == 0 && format.shift_y == 0) return format;
  const PixelFormat* whole = with_subsampling(planar(format), "444");
  assert(whole != nullptr);
  return *whole;
}

TurnPlan plan_turn(const Track& track, const Turn& turn) {
  assert(track.is_raw_video());
  TurnPlan plan{track, track, turn};
  if (turn.is_nothing()) return plan;

  const PixelFormat& format = planar(*track.pixels);
  const std::optional<TurnedChroma> turned = turned_chroma(track, format, turn);
  if (turned) {
    plan.before.pixels = &format;
    plan.after.pixels = turned->pixels;
    plan.after.color.chroma = turned->chroma;
  } else {
    plan.before.pixels = plan.after.pixels = &without_subsampling(format);
  }
  if (turn.swap) {
    std::swap(plan.after.width, plan.after.height);
    turn_density(plan.after);
    if (track.sample_aspect.num != 0) plan.after.sample_aspect = {track.sample_aspect.den, track.sample_aspect.num};
    if (is_interlaced(track)) plan.after.fields = Fields::Unknown;  // fields are columns now
  } else if (turn.mirror_y && is_interlaced(track) && track.height % 2 == 0) {
    plan.after.fields = track.fields == Fields::Top ? Fields::Bottom : Fields::Top;
  }
  return plan;
}

TurnPlan plan_upright(const Track& track) {
  TurnPlan plan = plan_turn(track, turn_of(track.orientation));
  plan.after.orientation = 1;
  return plan;
}

Turner::Turner(const TurnPlan& plan)
    : before_(plan.before), after_(plan.after), turn_(plan.turn), whole_(turn_.mirror_y || turn_.swap) {
  if (whole_) frame_ = Image(after_, "frame", "turning it");
}

void Turner::push(const Strip& strip, const Emit& emit) {
  const PixelFormat& format = *before_.pixels;
  assert(strip.format == &format);
  damaged_ = strip.damaged || (whole_ && strip.first != 0 && damaged_);
  const std::uint32_t first = whole_ ? strip.first : 0, rows = whole_ ? before_.height : strip.rows;
  if (!whole_) strip_.resize(std::max<std::size_t>(strip_.size(), strip_bytes(format, strip.width, rows)));
  Strip out = whole_ ? frame_.strip() : packed_strip(*after_.pixels, after_.width, rows, strip_.data());
  const auto bytes = static_cast<std::ptrdiff_t>(pixel_bytes(format));
  for (int p = 0; p < format.planes; ++p) {
    const Plane& from = strip.planes[static_cast<std::size_t>(p)];
    const Plane& to = out.planes[static_cast<std::size_t>(p)];
    const auto stride = static_cast<std::ptrdiff_t>(to.stride);
    const auto width = static_cast<std::ptrdiff_t>(from.width) * format.sample_bytes() / bytes;
    const auto height = static_cast<std::ptrdiff_t>(plane_rows(format, p, rows));
    const auto above = static_cast<std::ptrdiff_t>(from.rows == 0 ? 0 : plane_rows(format, p, first));
    PlaneTurn plane{from.data, from.stride, static_cast<std::size_t>(width), from.rows, to.data, 0, 0};
    plane.step_x = (turn_.swap ? stride : bytes) * (turn_.mirror_x ? -1 : 1);
    plane.step_y = (turn_.swap ? bytes : stride) * (turn_.mirror_y ? -1 : 1);
    if (turn_.mirror_x) plane.to -= plane.step_x * (width - 1);
    if (turn_.mirror_y) plane.to -= plane.step_y * (height - 1);
    plane.to += plane.step_y * above;
    turn_plane(plane, static_cast<std::size_t>(bytes));
  }
  if (whole_ && !strip.last) return;
  out.first = whole_ ? 0 : strip.first;
  out.last = strip.last;
  out.damaged = damaged_;
  emit(out);
}

Chain upright_steps(const Track& track, const std::array<float, 3>& background) {
  Chain steps(track);
  add_turn(steps, plan_upright(track), background);
  return steps;
}

void add_turn(Chain& chain, const TurnPlan& plan, const std::array<float, 3>& background) {
  if (plan.turn.is_nothing()) return;
  chain.convert_to(plan.before, background);
  chain.add(std::make_unique<Turner>(plan));
}

}  // namespace sl

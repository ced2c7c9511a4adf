// The way of strips: into a working format, through a map in threads, and out of it.

#include "libcore/pixels/color_transform.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/media/track.h"
#include "libcore/pixels/convert.h"
#include "libcore/pixels/convert/color.h"
#include "libcore/pixels/icc.h"
#include "libcore/pixels/matrix_map.h"
#include "libcore/pixels/ordered.h"

namespace sl {

namespace {

constexpr int unknown = 2, pq = 16, hlg = 18;

std::optional<MatrixSpace> as_matrix(const ColorSpace& space, bool gray, Intent intent, bool to_codes) {
  if (space.profile.empty()) return matrix_space(space.primaries, space.transfer, gray);
  return IccProfile(space.profile, "color profile").matrix_space(intent, to_codes);
}

IccProfile as_profile(const ColorSpace& space, bool gray) {
  if (!space.profile.empty()) return {space.profile, "color profile"};
  if (space.transfer == pq || space.transfer == hlg) {
    throw Error(Status::Data,
                "colors in PQ or HLG have no way to this profile: convert them to sRGB, P3 or BT.2020 first");
  }
  const Primaries& primaries = primaries_of(space.primaries);
  return {make_icc({primaries.chromaticities, primaries.number, space.transfer, 0, gray}), "color profile"};
}

bool is_gray(const Track& track) { return track.pixels->model == Model::Gray; }

// The format to map colors in.
const PixelFormat& work_format(bool gray, Sample sample, bool alpha) {
  switch (sample) {
    case Sample::U8:
      return pixel_format(gray ? (alpha ? "ya8" : "gray") : alpha ? "rgba" : "rgb24");
    case Sample::U16:
      return pixel_format(gray ? (alpha ? "ya16le" : "gray16le") : alpha ? "rgba64le" : "rgb48le");
    case Sample::F32:
      break;
  }
  return pixel_format(gray && !alpha ? "grayf32le" : alpha ? "rgbaf32le" : "rgbf32le");
}

// The same frames in the format `pixels`.
Track work_track(Track track, const PixelFormat& pixels) {
  track.pixels = &pixels;
  track.alpha = pixels.alpha ? Alpha::Straight : Alpha::None;
  track.color.range = Range::Full;
  track.color.chroma = Chroma::Unknown;
  track.color.matrix = pixels.model == Model::Rgb ? 0 : unknown;
  return track;
}

Sample work_sample(const PixelFormat& from, const PixelFormat& to) {
  if (from.sample == Sample::F32 || to.sample == Sample::F32) return Sample::F32;
  return from.bits > 8 || to.bits > 8 ? Sample::U16 : Sample::U8;
}

// What maps rows: one of the two.
struct ColorMap {
  std::optional<MatrixMap> matrix;
  std::optional<IccLink> link;
};

}  // namespace

struct ColorTransform::State {
  Track to;
  const PixelFormat *format_in = nullptr, *format_out = nullptr;
  std::optional<Converter> into, out_of;
  ColorMap map;
  const Emit* emit = nullptr;

  // Rows to map, and memory for them and the result.
  struct Job {
    std::vector<std::byte> in_memory, out_memory;
    Strip in, out;
  };
  int threads;
  std::vector<Job> spare;
  Ordered<Job> jobs;

  State(const Track& from, const ColorSpace& from_space, const Track& target, const ColorSpace& to_space,
        const Settings& settings)
      : to(target),
        threads(settings.threads),
        jobs(
            settings.threads, [this](Job& job) { run(job.in, job.out); }, [this](Job& job) { leave(job); }) {
    const bool alpha = from.pixels->alpha && from.alpha != Alpha::None;
    Sample sample = work_sample(*from.pixels, *to.pixels);
    const bool gray_in = is_gray(from), gray_out = is_gray(to), gray = gray_in && gray_out;
    const auto from_matrix = as_matrix(from_space, gray_in, settings.intent, false);
    const auto to_matrix = as_matrix(to_space, gray_out, settings.intent, true);
    if (from_matrix && to_matrix) {
      const bool hybrid = from_matrix->system_gamma != 1 || to_matrix->system_gamma != 1;
      if (hybrid && sample == Sample::U8) sample = Sample::U16;
      format_in = format_out = &work_format(gray && !hybrid, sample, alpha);
      map.matrix.emplace(*from_matrix, *to_matrix, *format_in);
    } else {
      const IccProfile a = as_profile(from_space, gray_in), b = as_profile(to_space, gray_out);
      const bool lab = a.colors() == IccProfile::Colors::Lab || b.colors() == IccProfile::Colors::Lab;
      if (sample == Sample::F32 && (lab || alpha)) sample = Sample::U16;
      format_in = &work_format(a.colors() == IccProfile::Colors::Gray, sample, alpha);
      format_out = &work_format(b.colors() == IccProfile::Colors::Gray, sample, alpha);
      map.link.emplace(a, *format_in, b, *format_out, settings.intent, settings.black_point);
    }
    const Track work_in = work_track(from, *format_in), work_out = work_track(to, *format_out);
    if (Converter::needed(from, work_in)) into.emplace(from, work_in);
    if (Converter::needed(work_out, to)) out_of.emplace(work_out, to, settings.background);
  }

  // In any thread.
  void run(const Strip& in, const Strip& out) const {
    for (std::uint32_t y = 0; y < in.rows; ++y) {
      std::byte *from = in.planes[0].row<std::byte>(y), *made = out.planes[0].row<std::byte>(y);
      if (map.matrix) {
        map.matrix->apply(from, in.width);
      } else {
        map.link->apply(from, made, in.width);
      }
    }
  }

  static Strip packed_like(const Strip& strip, const PixelFormat& format, std::vector<std::byte>& memory) {
    memory.resize(std::max<std::size_t>(memory.size(), strip_bytes(format, strip.width, strip.rows)));
    Strip packed = packed_strip(format, strip.width, strip.rows, memory.data());
    packed.first = strip.first;
    packed.last = strip.last;
    packed.damaged = strip.damaged;
    return packed;
  }

  // Rows of the working format, which may be changed.
  void work(const Strip& strip) {
    Job job;
    if (!spare.empty()) {
      job = std::move(spare.back());
      spare.pop_back();
    }
    job.in = strip;
    if (threads > 1 && into) {
      into->exchange(job.in_memory);
    } else if (threads > 1) {  // the view is valid in this call only
      job.in = packed_like(strip, *format_in, job.in_memory);
      copy_rows(strip, job.in);
    }
    job.out = map.matrix ? job.in : packed_like(strip, *format_out, job.out_memory);
    const bool last = strip.last;
    jobs.push(std::move(job));
    if (last) jobs.finish();
  }

  void leave(Job& job) {
    if (out_of) {
      out_of->push(job.out, *emit);
    } else {
      (*emit)(job.out);
    }
    spare.push_back(std::move(job));
  }
};

ColorTransform::ColorTransform(const Track& from, const ColorSpace& from_space, const Track& to,
                               const ColorSpace& to_space, const Settings& settings)
    : state_(std::make_unique<State>(from, from_space, to, to_space, settings)) {}
ColorTransform::~ColorTransform() = default;

const Track& ColorTransform::track() const { return state_->to; }

void ColorTransform::push(const Strip& strip, const Emit& emit) {
  State& s = *state_;
  s.emit = &emit;
  if (!s.into) return s.work(strip);
  s.into->push(strip, [&s](const Strip& rows) { s.work(rows); });
}

void ColorTransform::flush(const Emit& emit) {
  state_->emit = &emit;
  state_->jobs.finish();
}

bool ColorTransform::needed(const ColorSpace& from, const ColorSpace& to, bool gray, Intent intent) {
  if (from == to) return false;
  const auto from_matrix = as_matrix(from, gray, intent, false), to_matrix = as_matrix(to, gray, intent, true);
  return !from_matrix || !to_matrix || !nearly_same(*from_matrix, *to_matrix);
}

}  // namespace sl

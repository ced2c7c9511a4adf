// Choosing the steps of a conversion, and feeding them strips.

#include "libcore/pixels/convert.h"

#include <cassert>
#include <vector>

#include "libcore/media/track.h"
#include "libcore/pixels/convert/step.h"
#include "libcore/pixels/working_space.h"

namespace sl {

namespace {

using namespace convert;

// A step with the rows it still needs and the memory it writes to.
class BufferedStep {
 public:
  BufferedStep(std::unique_ptr<convert::Step> step, const Track& from, const Track& to)
      : step_(std::move(step)), from_(from), to_(to), input_(*from.pixels, from.width) {
    to_.fields = from.fields;  // rows of both are cut alike
  }

  void push(const Strip& strip, const Converter::Emit& emit) {
    if (strip.first == 0) done_ = 0;
    input_.add(strip);
    const std::uint32_t ready = ready_rows();
    while (done_ < ready) {
      const std::uint32_t rows = piece_rows(ready - done_);
      buffer_.resize(std::max<std::size_t>(buffer_.size(), strip_bytes(*to_.pixels, to_.width, rows)));
      Strip out = packed_strip(*to_.pixels, to_.width, rows, buffer_.data());
      out.first = done_;
      out.last = done_ + rows == to_.height;
      out.damaged = strip.damaged || (done_ < strip.first && held_damaged_);
      step_->run(input_, out);
      emit(out);
      done_ += rows;
    }
    if (done_ == to_.height) return;
    held_damaged_ = strip.damaged || (done_ < strip.first && held_damaged_);
    input_.keep(done_, oldest_chroma());
  }

  void exchange(std::vector<std::byte>& memory) { buffer_.swap(memory); }

 private:
  static constexpr std::size_t max_piece = 512 << 10;  // bytes, so that an expanding step stays small and in the cache

  [[nodiscard]] std::uint32_t piece_rows(std::uint32_t rows) const {
    if (strip_bytes(*to_.pixels, to_.width, rows) <= max_piece) return rows;
    return std::min(rows, strip_rows(to_));
  }

  // Rows whose chroma is complete, in whole groups of the output's chroma.
  [[nodiscard]] std::uint32_t ready_rows() const {
    const std::uint32_t end = input_.end();
    if (end >= from_.height) return from_.height;
    std::uint32_t rows = end;
    if (from_.pixels->model == Model::Yuv) {
      const std::uint32_t chroma_end = plane_rows(*from_.pixels, 1, end);
      const std::uint32_t chroma = from_.pixels->packing == Packing::Packed422 ? end : chroma_end;
      // Two rows at a time: the fields of an interlaced frame do not need chroma in step.
      const auto waits = [&](std::uint32_t y) { return step_->chroma_rows(y).last >= chroma; };
      while (rows > done_ && (waits(rows - 1) || (rows >= 2 && waits(rows - 2)))) --rows;
    }
    return rows - rows % strip_alignment(to_);
  }

  // The first chroma row that rows still to be made need; the fields of an interlaced frame need different ones.
  [[nodiscard]] std::uint32_t oldest_chroma() const {
    std::uint32_t oldest = ~0U;
    for (std::uint32_t y = done_; y < std::min(done_ + 2, from_.height); ++y) {
      oldest = std::min(oldest, step_->chroma_rows(y).first);
    }
    return oldest;
  }

  std::unique_ptr<convert::Step> step_;
  Track from_, to_;
  InputRows input_;
  std::uint32_t done_ = 0;
  bool held_damaged_ = false;
  std::vector<std::byte> buffer_;
};

Job job_between(const Track& from, const Track& to, const std::array<float, 3>& background) {
  return {*from.pixels, *to.pixels, from.width, from.height, decide(from, to), background};
}

bool is_plain_rgb24(const PixelFormat& format, const Space& space) {
  return format.name == "rgb24" && space.range == Range::Full;
}

bool is_integer_8(const PixelFormat& format) { return format.sample == Sample::U8; }

bool same_meaning(const Space& a, const Space& b, const PixelFormat& format) {
  const bool subsampled = format.shift_x != 0 || format.shift_y != 0;
  return a.model == b.model && (a.model != Model::Yuv || a.matrix == b.matrix) && a.range == b.range &&
         a.alpha == b.alpha && (!subsampled || a.chroma == b.chroma);
}

}  // namespace

struct Converter::State {
  Track to;
  std::vector<BufferedStep> stages;

  void plan(const Track& from, const Track& to, const std::array<float, 3>& background) {
    const Job job = job_between(from, to, background);
    const bool from_jpeg = is_jpeg(job.from, job.spaces.from) && job.spaces.to.model == Model::Rgb;
    const bool to_jpeg = is_jpeg(job.to, job.spaces.to) && job.spaces.from.model == Model::Rgb;
    if (from_jpeg && is_plain_rgb24(job.to, job.spaces.to)) {
      stages.emplace_back(jpeg_to_rgb(job), from, to);
    } else if (to_jpeg && is_plain_rgb24(job.from, job.spaces.from)) {
      stages.emplace_back(rgb_to_jpeg(job), from, to);
    } else if (from_jpeg && is_integer_8(job.to)) {
      plan(from, working(to, WorkingSpace::Rgb24), background);
      plan(working(to, WorkingSpace::Rgb24), to, background);
    } else if (to_jpeg && is_integer_8(job.from)) {
      plan(from, working(from, WorkingSpace::Rgb24), background);
      plan(working(from, WorkingSpace::Rgb24), to, background);
    } else {
      stages.emplace_back(separable(job) ? separate_step(job) : general_step(job), from, to);
    }
  }

  void push(std::size_t stage, const Strip& strip, const Emit& emit) {
    if (stage == stages.size()) return emit(strip);
    stages[stage].push(strip, [&](const Strip& made) { push(stage + 1, made, emit); });
  }
};

Converter::Converter(const Track& from, const Track& to, std::array<float, 3> background)
    : state_(std::make_unique<State>()) {
  state_->to = to;
  assert(from.is_raw_video() && to.is_raw_video() && from.width == to.width && from.height == to.height);
  if (needed(from, to)) state_->plan(from, to, background);
}

Converter::~Converter() = default;

const Track& Converter::track() const { return state_->to; }

bool Converter::needed(const Track& from, const Track& to) {
  if (from.pixels != to.pixels) return true;
  const Spaces spaces = decide(from, to);
  return !same_meaning(spaces.from, spaces.to, *from.pixels);
}

void Converter::push(const Strip& strip, const Emit& emit) { state_->push(0, strip, emit); }

void Converter::exchange(std::vector<std::byte>& memory) {
  assert(!state_->stages.empty());
  state_->stages.back().exchange(memory);
}

}  // namespace sl

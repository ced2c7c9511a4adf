// Strips become windows of rows, windows become jobs for threads, and their results leave in order.

#include "libcore/filter/window.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "libcore/filter/pictures.h"
#include "libcore/media/frame.h"
#include "libcore/pixels/convert.h"
#include "libcore/pixels/ordered.h"
#include "libcore/pixels/step.h"
#include "libcore/pixels/window.h"

namespace sl {

namespace {

// Rows to make, and memory for them and for the rows that they are made of.
struct Job {
  std::vector<std::byte> in_memory, out_memory;
  Strip in, out;
  bool interlaced = false;
};

Strip packed_like(const Strip& strip, std::vector<std::byte>& memory) {
  memory.resize(std::max<std::size_t>(memory.size(), strip_bytes(*strip.format, strip.width, strip.rows)));
  Strip packed = packed_strip(*strip.format, strip.width, strip.rows, memory.data());
  packed.first = strip.first;
  packed.last = strip.last;
  packed.damaged = strip.damaged;
  return packed;
}

class WindowedPictures {
 public:
  WindowedPictures(const Track& from, Writer& out, std::uint16_t number, const WindowFilter& filter)
      : out_(out),
        number_(number),
        filter_(filter),
        track_(filter.target ? filter.target(from) : from),
        jobs_(
            filter.threads, [this](Job& job) { run(job); }, [this](Job& job) { write(job); }) {
    if (track_.pixels->packing == Packing::Packed422) track_.pixels = &pixel_format("yuv422p");
    if (Converter::needed(from, track_)) converter_.emplace(from, track_);
  }

  [[nodiscard]] const Track& track() const { return track_; }

  void frame(const Frame& frame, Writer& /*out*/) {
    const bool interlaced = (frame.flags & frame_flag::interlaced) != 0;
    if (window_ && interlaced == interlaced_) return;
    interlaced_ = interlaced;
    const std::uint32_t context = (filter_.radius * (interlaced ? 2 : 1)) << track_.pixels->shift_y;
    window_.emplace(track_, strip_rows(track_), context, context);
  }

  void push(const Strip& strip, const Step::Emit& /*emit*/) {
    const auto take = [this](const Strip& rows) { window_->push(rows, to_jobs()); };
    converter_ ? converter_->push(strip, take) : take(strip);
    if (strip.last) jobs_.finish();
  }

  // Write the rows that are complete.
  void flush(const Step::Emit& /*emit*/) {
    if (window_) window_->flush(to_jobs());
    jobs_.finish();
  }

 private:
  [[nodiscard]] RowWindow::Emit to_jobs() {
    return [this](const RowWindow::Window& window) {
      Job job;
      if (!spare_.empty()) {
        job = std::move(spare_.back());
        spare_.pop_back();
      }
      const Strip own = part_of(window.strip, window.above, window.rows);
      // One thread writes straight to where rows are sent from; the results of several have to wait for their turn.
      job.out = filter_.threads > 1 ? packed_like(own, job.out_memory) : out_.place(number_, window.rows);
      job.out.first = own.first;
      job.out.damaged = window.strip.damaged;
      job.out.last = window.last;
      job.interlaced = interlaced_;
      job.in = window.strip;
      if (filter_.threads > 1) {  // the view is valid in this call only
        job.in = packed_like(window.strip, job.in_memory);
        copy_rows(window.strip, job.in);
      }
      jobs_.push(std::move(job));
    };
  }

  // In any thread.
  void run(Job& job) const { filter_.kernel(track_, RowsAround(job.in, job.out.first, job.interlaced), job.out); }

  void write(Job& job) {
    out_.rows(number_, job.out);
    spare_.push_back(std::move(job));
  }

  Writer& out_;
  std::uint16_t number_;
  const WindowFilter& filter_;
  Track track_;
  bool interlaced_ = false;
  std::optional<Converter> converter_;
  std::optional<RowWindow> window_;
  std::vector<Job> spare_;
  Ordered<Job> jobs_;
};

}  // namespace

void map_window(Reader& in, Writer& out, const WindowFilter& filter) {
  each_picture<WindowedPictures>(in, out, [&](const Track& from, std::uint16_t number) {
    return std::make_unique<WindowedPictures>(from, out, number, filter);
  });
}

}  // namespace sl

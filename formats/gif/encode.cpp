// GIF out. Of each frame the rectangle that changed is stored, with its unchanged pixels transparent. Colours that fit
// into a palette stay exact; for more the palette is chosen by Quantizer. A frame is coded when the next one has come,
// which shows for how long it is seen, and whether its pixels must be cleared.

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "formats/animation.h"
#include "formats/gif/canvas.h"
#include "formats/gif/gif.h"
#include "formats/gif/palettes.h"
#include "formats/gif/write.h"
#include "formats/picture.h"
#include "libcore/base/limits.h"
#include "libcore/base/size_text.h"
#include "libcore/base/times.h"
#include "libcore/pixels/format_choice.h"
#include "libcore/pixels/ordered.h"

namespace sl::gif {

namespace {

constexpr std::int64_t longest_delay = 65535;

class GifEncoder final : public Encoder {
 public:
  explicit GifEncoder(const EncodeContext& context)
      : target_(context.target),
        left_out_(context.left_out),
        threads_(context.threads),
        colours_(static_cast<std::size_t>(context.options.integer("colors"))),
        is_global_(context.options.text("palette") == "global"),
        dither_(static_cast<float>(context.options.integer("dither")) / 100) {
    constexpr std::array<int, 7> speeds{10, 9, 8, 7, 4, 2, 1};
    speed_ = speeds[static_cast<std::size_t>(context.options.integer("effort"))];
  }

  Track accept(const Track& offered) override {
    if (offered.width > 65535 || offered.height > 65535) {
      throw Error(Status::Data, target_.name() + ": GIF: " + size_text({offered.width, offered.height}) +
                                    " is more than 65535 pixels");
    }
    return nearest(offered, {"rgb24", "rgba"});
  }

  void begin(const Picture& picture) override {
    track_ = picture.track;
    picture_ = picture;
    has_alpha_ = track_.pixels->alpha;
    // Two frames, and for each thread one with its indices.
    frame_bytes_ = std::uint64_t{track_.width} * track_.height * 4;
    check_memory(target_.name(), saturating_multiply(frame_bytes_, static_cast<std::uint64_t>(threads_) * 2 + 6),
                 "frames to encode as GIF");
    canvas_ = Canvas({track_.width, track_.height}, has_alpha_);
    make_jobs(threads_);
  }

  void begin_frame(const Frame& frame) override { coming_times_ = frame; }

  void write_rows(const Strip& strip) override {
    const std::size_t width = track_.width;
    for (std::uint32_t y = 0; y < strip.rows; ++y) {
      const auto* from = strip.planes[0].row<std::uint8_t>(y);
      std::uint8_t* to = canvas_.coming().data() + (strip.first + y) * width * 4;
      for (std::size_t x = 0; x < width; ++x, to += 4) {
        std::memcpy(to, from, 3);
        to[3] = !has_alpha_ || from[3] >= 128 ? 255 : 0;
        if (to[3] == 0) to[0] = to[1] = to[2] = 0;
        from += has_alpha_ ? 4 : 3;
      }
    }
  }

  void end_frame() override { take_frame(); }

  void flush() override {}

  void finish() override {
    if (held_) {
      const std::int64_t end = end_of_frame(track_, *held_times_, nullptr);
      held_->delay = frames_ == 1 && held_times_->duration == no_time ? 0 : delay_until(end);
      release(std::move(*held_));
      held_.reset();
    }
    if (is_global_) code_all();
    jobs_->finish();
    if (dropped_ > 0)
      left_out_(std::to_string(dropped_) + (dropped_ == 1 ? " frame" : " frames"), "shown for less than 1/100 s");
    constexpr std::array<std::byte, 1> trailer{std::byte{trailer_mark}};
    target_.write(trailer);
  }

 private:
  void make_jobs(int threads) {
    jobs_.emplace(
        threads, [this](Job& job) { code(job); }, [this](Job& job) { put(job); });
  }
  void put(const Job& job) { target_.write(std::as_bytes(std::span(job.bytes))); }

  // ---- Frames to rectangles ----

  void take_frame() {
    const std::int64_t begin = coming_times_.pts != no_time ? coming_times_.pts
                               : held_times_                ? end_of_frame(track_, *held_times_, nullptr)
                                                            : 0;
    if (!start_) start_ = begin;
    if (held_) {
      const std::int64_t end = end_of_frame(track_, *held_times_, &coming_times_);
      held_->delay = delay_until(end);
      if (held_->delay == 0) {  // the next frame replaces it
        ++dropped_;
        canvas_.drop();
        held_.reset();
      }
    }
    ++frames_;
    const bool clears = held_ && canvas_.must_clear();
    if (clears) canvas_.clear_after(*held_);
    if (held_) release(std::move(*held_));
    held_ = canvas_.next(clears, frames_ == 1);
    held_times_ = coming_times_;
    held_times_->pts = begin;
  }

  // ---- Times ----

  // Return the delay up to a time, from where the last one ended: each end is rounded once, so errors do not add up.
  std::int64_t delay_until(std::int64_t end) const {
    return std::max<std::int64_t>(rescale(subtract_time(end, *start_), track_.time_base, {1, 100}) - shown_, 0);
  }

  // ---- The file ----

  void release(Job job) {
    shown_ += job.delay;
    if (is_global_) {
      kept_bytes_ += job.pixels.size() + job.drawn.size();
      check_memory(target_.name(), kept_bytes_ + frame_bytes_ * 6, "all frames of a GIF with one palette");
      kept_.push_back(std::move(job));
      return;
    }
    push(std::move(job));
  }

  // A delay that is too long for the file is continued by pictures that draw nothing.
  void push(Job job) {
    std::int64_t rest = job.delay - std::min(job.delay, longest_delay);
    job.delay -= rest;
    const Disposal disposal = rest > 0 ? std::exchange(job.disposal, Disposal::Keep) : Disposal::Keep;
    Job again;
    if (rest > 0) {
      again = {job.left,
               job.top,
               job.width,
               job.height,
               Pixels(job.pixels.size()),
               std::vector<std::uint8_t>(job.drawn.size()),
               true,
               0,
               Disposal::Keep,
               {}};
    }
    if (!std::exchange(started_, true)) {
      start(job);
    } else {
      jobs_->push(std::move(job));
    }
    for (; rest > 0; rest -= again.delay) {
      again.delay = std::min(rest, longest_delay);
      again.disposal = again.delay == rest ? disposal : Disposal::Keep;
      jobs_->push(again);
    }
  }

  void code_all() {
    if (kept_.empty()) return;
    shared_ = palette_of(kept_, colours_ - 1, speed_);
    // Mapping keeps a state in the quantizer.
    if (shared_.quantizer) make_jobs(1);
    for (Job& job : kept_) push(std::move(job));
    kept_.clear();
    jobs_->finish();
  }

  // Write what precedes the first picture, and this one. Its palette is that of the file.
  void start(Job& job) {
    is_animation_ = frames_ > 1;
    Choice first;
    if (!is_global_) {
      first = own_palette(job);
      shared_.palette = first.palette;
    }
    index_ = PaletteIndex(shared_.palette);
    const auto head = head_bytes(picture_, shared_.palette, is_animation_);
    target_.write(std::as_bytes(std::span(head)));
    code_with(job, shared_.palette, is_global_ ? shared_.quantizer.get() : first.quantizer.get(), true);
    put(job);
  }

  // ---- Palettes and codes. Called by several threads ----

  // A palette of its own for the picture. An index stays free for pixels that are not drawn.
  [[nodiscard]] Choice own_palette(const Job& job) const {
    return palette_of({&job, 1}, colours_ - (job.has_gaps || is_animation_ ? 1 : 0), speed_);
  }

  [[nodiscard]] bool is_in_file_palette(const Job& job) const {
    return has_colours(index_, job) && (!job.has_gaps || shared_.palette.size() < 256);
  }

  void code(Job& job) const {
    if (shared_.quantizer || is_in_file_palette(job))
      return code_with(job, shared_.palette, shared_.quantizer.get(), true);
    const Choice own = own_palette(job);
    code_with(job, own.palette, own.quantizer.get(), false);
  }

  // Code by a palette, which is the file's if `shares`. Without a quantizer it has all colours of the picture.
  void code_with(Job& job, const Palette& palette, Quantizer* quantizer, bool shares) const {
    std::vector<std::uint8_t> indices = indices_of(job, palette, quantizer, dither_);
    std::optional<std::uint8_t> transparent;
    if (job.has_gaps) transparent = static_cast<std::uint8_t>(palette.size());
    for (std::size_t i = 0; transparent && i < indices.size(); ++i) {
      if (job.drawn[i] == 0) indices[i] = *transparent;
    }
    const unsigned bits = table_bits(palette.size() + (transparent ? 1 : 0));
    write_picture(job, shares ? nullptr : &palette, bits, transparent, indices);
  }

  Target& target_;
  LeftOut left_out_;
  int threads_, speed_ = 4;
  std::size_t colours_;
  bool is_global_;
  float dither_;
  Track track_;
  Picture picture_;
  bool has_alpha_ = false, started_ = false, is_animation_ = false;
  std::uint64_t frame_bytes_ = 0, frames_ = 0, dropped_ = 0, kept_bytes_ = 0;
  Canvas canvas_;
  Frame coming_times_;
  std::optional<Job> held_;
  std::optional<Frame> held_times_;
  std::optional<std::int64_t> start_;
  std::int64_t shown_ = 0;  // in 1/100 s, up to the frame that is held
  Choice shared_;           // the palette of the file, and what chose it for all pictures
  PaletteIndex index_;      // in it
  std::vector<Job> kept_;
  std::optional<Ordered<Job>> jobs_;
};

}  // namespace

std::unique_ptr<Encoder> make_encoder(const EncodeContext& context) { return std::make_unique<GifEncoder>(context); }

}  // namespace sl::gif

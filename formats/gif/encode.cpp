// GIF out. Of each frame the rectangle that changed is stored, with its unchanged pixels transparent. Colours that fit
// into a palette stay exact; for more the palette is chosen by Quantizer. A frame is coded when the next one has come,
// which shows for how long it is seen, and whether its pixels must be cleared.

#include <algorithm>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "formats/animation.h"
#include "formats/gif/gif.h"
#include "formats/gif/lzw.h"
#include "formats/metadata/text.h"
#include "formats/palette/quantizer.h"
#include "formats/picture.h"
#include "libcore/base/endian.h"
#include "libcore/base/limits.h"
#include "libcore/base/rect_rule.h"
#include "libcore/base/size_text.h"
#include "libcore/base/times.h"
#include "libcore/pixels/format_choice.h"
#include "libcore/pixels/ordered.h"

namespace sl::gif {

namespace {

using Pixels = std::vector<std::uint8_t>;  // four bytes each: R, G, B, and 0 or 255
constexpr std::int64_t longest_delay = 65535;

// A picture on its way into the file.
struct Job {
  std::uint32_t left = 0, top = 0, width = 0, height = 0;
  Pixels pixels;                    // of the rectangle
  std::vector<std::uint8_t> drawn;  // 1 for each pixel that is stored, 0 for those that stay as they are
  bool has_gaps = false;            // not all are drawn
  std::int64_t delay = 0;
  Disposal disposal = Disposal::Keep;
  std::vector<std::uint8_t> bytes;
};

struct Choice {
  Palette palette;
  std::unique_ptr<Quantizer> quantizer;  // null: all colours are in the palette
};

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
    screen_.assign(static_cast<std::size_t>(frame_bytes_), 0);
    make_jobs(threads_);
  }

  void begin_frame(const Frame& frame) override {
    coming_.resize(static_cast<std::size_t>(frame_bytes_));
    coming_times_ = frame;
  }

  void write_rows(const Strip& strip) override {
    const std::size_t width = track_.width;
    for (std::uint32_t y = 0; y < strip.rows; ++y) {
      const auto* from = strip.planes[0].row<std::uint8_t>(y);
      std::uint8_t* to = coming_.data() + (strip.first + y) * width * 4;
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
        screen_ = std::exchange(before_, {});
        is_clear_ = was_clear_;
        held_.reset();
      }
    }
    ++frames_;
    const bool clears = held_ && must_clear();
    if (clears) {
      if (!was_clear_) whole_of(*held_);
      held_->disposal = Disposal::Background;
    }
    if (held_) release(std::move(*held_));
    held_.reset();
    before_ = screen_;
    was_clear_ = is_clear_;
    if (clears) {
      std::ranges::fill(screen_, std::uint8_t{0});
      was_clear_ = true;
    }
    held_ = difference();
    held_times_ = coming_times_;
    held_times_->pts = begin;
    screen_.swap(coming_);
    is_clear_ = false;
  }

  // Whether a pixel that is seen must become transparent.
  [[nodiscard]] bool must_clear() const {
    for (std::size_t i = 3; i < screen_.size(); i += 4) {
      if (screen_[i] != 0 && coming_[i] == 0) return true;
    }
    return false;
  }

  // Make the picture that is held one of the whole screen: only what a picture covers can be cleared.
  void whole_of(Job& job) const {
    job.left = job.top = 0;
    job.width = track_.width;
    job.height = track_.height;
    job.pixels = screen_;
    mark_drawn(
        job, [](const std::uint8_t* pixel, const std::uint8_t*) { return pixel[3] != 0; }, nullptr);
  }

  template <class Test>
  void mark_drawn(Job& job, Test&& test, const std::uint8_t* before) const {
    const std::size_t count = job.pixels.size() / 4;
    job.drawn.resize(count);
    job.has_gaps = false;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t y = i / job.width, x = i % job.width;
      const std::uint8_t* old =
          before == nullptr ? nullptr : before + ((job.top + y) * track_.width + job.left + x) * 4;
      job.drawn[i] = test(job.pixels.data() + i * 4, old) ? 1 : 0;
      job.has_gaps = job.has_gaps || job.drawn[i] == 0;
    }
  }

  // The rectangle of the pixels that differ from the screen. One pixel if none does.
  [[nodiscard]] Job difference() const {
    const std::size_t row = std::size_t{track_.width} * 4;
    const bool first = frames_ == 1;
    const Size size{track_.width, track_.height};
    Rect part = changed_part(std::as_bytes(std::span(screen_)), std::as_bytes(std::span(coming_)), size, 4);
    if (part.width == 0) part = {0, 0, 1, 1};
    if (first && !has_alpha_) part = {0, 0, size.width, size.height};
    Job job;
    job.left = static_cast<std::uint32_t>(part.x);
    job.top = static_cast<std::uint32_t>(part.y);
    job.width = part.width;
    job.height = part.height;
    job.pixels.resize(std::size_t{job.width} * job.height * 4);
    for (std::size_t y = 0; y < job.height; ++y)
      std::memcpy(job.pixels.data() + y * job.width * 4,
                  coming_.data() + (job.top + y) * row + std::size_t{job.left} * 4, std::size_t{job.width} * 4);
    mark_drawn(
        job,
        [first](const std::uint8_t* pixel, const std::uint8_t* old) {
          return pixel[3] != 0 && (first || std::memcmp(pixel, old, 4) != 0);
        },
        screen_.data());
    return job;
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
    Choice choice;
    PaletteIndex exact;
    const std::size_t most = colours_ - 1;
    if (std::ranges::all_of(kept_, [&](const Job& job) { return add_colours(job, exact, most); })) {
      choice.palette = exact.palette();
    } else {
      choice.quantizer =
          std::make_unique<Quantizer>(Quantizer::Settings{.colours = static_cast<int>(most), .speed = speed_});
      for (const Job& job : kept_) choice.quantizer->add(drawn_pixels(job));
      choice.palette = choice.quantizer->choose();
    }
    shared_ = std::move(choice);
    // Mapping keeps a state in the quantizer.
    if (shared_.quantizer) make_jobs(1);
    for (; !kept_.empty(); kept_.pop_front()) push(std::move(kept_.front()));
    jobs_->finish();
  }

  // Write what precedes the first picture, and this one. Its palette is that of the file.
  void start(Job& job) {
    is_animation_ = frames_ > 1;
    Choice first;
    if (!is_global_) {
      first = palette_of(job);
      shared_.palette = first.palette;
    }
    index_ = PaletteIndex(shared_.palette);
    write_head();
    code_with(job, shared_.palette, is_global_ ? shared_.quantizer.get() : first.quantizer.get(), true);
    put(job);
  }

  void write_head() {
    std::vector<std::uint8_t> head;
    const auto text = [&head](std::string_view bytes) { head.insert(head.end(), bytes.begin(), bytes.end()); };
    const auto number = [&head](unsigned value) {
      head.push_back(static_cast<std::uint8_t>(value & 255));
      head.push_back(static_cast<std::uint8_t>(value >> 8));
    };
    const auto sub_blocks = [&head](std::string_view bytes) {
      for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 255))) {
        const std::string_view piece = bytes.substr(0, 255);
        head.push_back(static_cast<std::uint8_t>(piece.size()));
        head.insert(head.end(), piece.begin(), piece.end());
      }
      head.push_back(0);
    };
    const auto application = [&](std::string_view name) {
      head.insert(head.end(), {extension_mark, application_label, 11});
      text(name);
    };
    text("GIF89a");
    number(track_.width);
    number(track_.height);
    // With room for pixels that are not drawn.
    const unsigned bits = table_bits(std::min<std::size_t>(shared_.palette.size() + 1, 256));
    head.insert(head.end(), {static_cast<std::uint8_t>(0xf0 | (bits - 1)), 0, 0});
    put_table(shared_.palette, bits, head);
    if ((is_animation_ || track_.loop >= 0) && track_.loop != 1) {
      application(loop_name);
      head.insert(head.end(), {3, 1});
      number(static_cast<unsigned>(track_.loop <= 0 ? 0 : std::min<std::int64_t>(track_.loop - 1, 65535)));
      head.push_back(0);
    }
    for (const Attachment& attachment : picture_.attachments) {
      if (attachment.name == "icc") {
        application(profile_name);
        sub_blocks(attachment.bytes);
      } else if (attachment.name == "xmp") {
        application(xmp_name);
        text(attachment.bytes);
        head.push_back(1);
        for (int i = 255; i >= 0; --i) head.push_back(static_cast<std::uint8_t>(i));
        head.push_back(0);
      }
    }
    for (const auto& [keyword, comment] : texts_of(picture_)) {
      if (keyword != comment_keyword) continue;
      head.insert(head.end(), {extension_mark, comment_label});
      sub_blocks(comment);
    }
    target_.write(std::as_bytes(std::span(head)));
  }

  // ---- Palettes and codes. Called by several threads ----

  // Bits of a table with room for so many entries.
  static unsigned table_bits(std::size_t entries) {
    unsigned bits = 1;
    while ((std::size_t{1} << bits) < entries) ++bits;
    return bits;
  }

  static void put_table(const Palette& palette, unsigned bits, std::vector<std::uint8_t>& to) {
    for (std::size_t i = 0; i < std::size_t{1} << bits; ++i) {
      const PaletteColour colour = i < palette.size() ? palette[i] : PaletteColour{};
      to.insert(to.end(), colour.begin(), colour.end());
    }
  }

  static bool add_colours(const Job& job, PaletteIndex& index, std::size_t most) {
    for (std::size_t i = 0; i < job.drawn.size(); ++i) {
      const std::uint8_t* pixel = job.pixels.data() + i * 4;
      if (job.drawn[i] != 0 && !index.add({pixel[0], pixel[1], pixel[2]}, most)) return false;
    }
    return true;
  }

  static Pixels drawn_pixels(const Job& job) {
    if (!job.has_gaps) return job.pixels;
    Pixels pixels;
    pixels.reserve(job.pixels.size());
    for (std::size_t i = 0; i < job.drawn.size(); ++i) {
      if (job.drawn[i] != 0)
        pixels.insert(pixels.end(), job.pixels.begin() + static_cast<std::ptrdiff_t>(i * 4),
                      job.pixels.begin() + static_cast<std::ptrdiff_t>(i * 4 + 4));
    }
    return pixels;
  }

  // A palette of its own for the picture. An index stays free for pixels that are not drawn.
  [[nodiscard]] Choice palette_of(const Job& job) const {
    const std::size_t most = colours_ - (job.has_gaps || is_animation_ ? 1 : 0);
    PaletteIndex exact;
    if (add_colours(job, exact, most)) return {exact.palette(), nullptr};
    auto quantizer =
        std::make_unique<Quantizer>(Quantizer::Settings{.colours = static_cast<int>(most), .speed = speed_});
    quantizer->add(drawn_pixels(job));
    Palette palette = quantizer->choose();
    return {std::move(palette), std::move(quantizer)};
  }

  [[nodiscard]] bool is_in_file_palette(const Job& job) const {
    for (std::size_t i = 0; i < job.drawn.size(); ++i) {
      const std::uint8_t* pixel = job.pixels.data() + i * 4;
      if (job.drawn[i] != 0 && !index_.find({pixel[0], pixel[1], pixel[2]})) return false;
    }
    return !job.has_gaps || shared_.palette.size() < 256;
  }

  void code(Job& job) const {
    if (shared_.quantizer || is_in_file_palette(job))
      return code_with(job, shared_.palette, shared_.quantizer.get(), true);
    const Choice own = palette_of(job);
    code_with(job, own.palette, own.quantizer.get(), false);
  }

  // Code by a palette, which is the file's if `shares`. Without a quantizer it has all colours of the picture.
  void code_with(Job& job, const Palette& palette, Quantizer* quantizer, bool shares) const {
    std::vector<std::uint8_t> indices(job.drawn.size());
    if (quantizer != nullptr) {
      quantizer->map(job.pixels, job.width, job.height, dither_, indices);
    } else {
      const PaletteIndex index(palette);
      for (std::size_t i = 0; i < indices.size(); ++i) {
        const std::uint8_t* pixel = job.pixels.data() + i * 4;
        if (job.drawn[i] != 0) indices[i] = *index.find({pixel[0], pixel[1], pixel[2]});
      }
    }
    std::optional<std::uint8_t> transparent;
    if (job.has_gaps) transparent = static_cast<std::uint8_t>(palette.size());
    for (std::size_t i = 0; transparent && i < indices.size(); ++i) {
      if (job.drawn[i] == 0) indices[i] = *transparent;
    }
    const unsigned bits = table_bits(palette.size() + (transparent ? 1 : 0));
    write_picture(job, shares ? nullptr : &palette, bits, transparent, indices);
  }

  void write_picture(Job& job, const Palette* own, unsigned bits, std::optional<std::uint8_t> transparent,
                     const std::vector<std::uint8_t>& indices) const {
    std::vector<std::uint8_t>& to = job.bytes;
    const auto number = [&to](std::uint64_t value) {
      to.push_back(static_cast<std::uint8_t>(value & 255));
      to.push_back(static_cast<std::uint8_t>(value >> 8 & 255));
    };
    to.insert(to.end(), {extension_mark, control_label, 4});
    to.push_back(static_cast<std::uint8_t>(static_cast<unsigned>(job.disposal) << 2 | (transparent ? 1u : 0u)));
    number(static_cast<std::uint64_t>(job.delay));
    to.push_back(transparent.value_or(0));
    to.push_back(0);
    to.push_back(picture_mark);
    number(job.left);
    number(job.top);
    number(job.width);
    number(job.height);
    to.push_back(static_cast<std::uint8_t>(own == nullptr ? 0 : 0x80 | (bits - 1)));
    if (own != nullptr) put_table(*own, bits, to);
    encode_lzw(indices, std::max(bits, 2u), to);
    job.pixels = {};
    job.drawn = {};
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
  Pixels screen_, coming_, before_;  // after the frame that is held; of the next one; before the frame that is held
  bool is_clear_ = true, was_clear_ = true;  // nothing is on screen_, was on before_
  Frame coming_times_;
  std::optional<Job> held_;
  std::optional<Frame> held_times_;
  std::optional<std::int64_t> start_;
  std::int64_t shown_ = 0;  // in 1/100 s, up to the frame that is held
  Choice shared_;           // the palette of the file, and what chose it for all pictures
  PaletteIndex index_;      // in it
  std::deque<Job> kept_;
  std::optional<Ordered<Job>> jobs_;
};

}  // namespace

std::unique_ptr<Encoder> make_encoder(const EncodeContext& context) { return std::make_unique<GifEncoder>(context); }

}  // namespace sl::gif

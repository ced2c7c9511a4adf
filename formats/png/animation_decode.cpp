// APNG in: each frame is decoded as a still and put on the canvas as its fcTL says.

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <optional>
#include <utility>

#include "formats/picture.h"
#include "formats/png/animation_feed.h"
#include "formats/png/png.h"
#include "formats/still_decoder.h"
#include "libcore/base/endian.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/base/times.h"
#include "libcore/media/image.h"

namespace sl {

namespace {

// Put a pixel of straight alpha over another one. Specification: PNG-3, 13.16.
template <class T>
void put_over(const T* from, T* to, int colours) {
  constexpr std::uint64_t full = sizeof(T) == 1 ? 255 : 65535;
  const std::uint64_t alpha = from[colours], below = to[colours];
  if (alpha == 0) return;
  if (alpha == full || below == 0) {
    std::memcpy(to, from, sizeof(T) * static_cast<std::size_t>(colours + 1));
    return;
  }
  const std::uint64_t u = alpha * full, v = (full - alpha) * below, sum = u + v;
  for (int c = 0; c < colours; ++c) to[c] = static_cast<T>((from[c] * u + to[c] * v + sum / 2) / sum);
  to[colours] = static_cast<T>((sum + full / 2) / full);
}

class ApngDecoder final : public StillDecoder {
 public:
  explicit ApngDecoder(const DecodeContext& context)
      : StillDecoder(context, "PNG"),
        options_(context.options),
        start_(source_.position()),
        feed_(source_, left_out_) {}

  Picture header() override {
    const Rational ticks = time_base();
    Picture picture;
    try {
      feed_.begin();
      picture = open_frame();
    } catch (const Error& error) {
      if (error.status() != Status::Data || std::string_view(error.what()).starts_with(source_.name())) throw;
      fail(error.what() + std::string(" in the header"));
    }
    Track& track = picture.track;
    const bool gray = track.pixels->model == Model::Gray, wide = track.pixels->sample == Sample::U16;
    colours_ = gray ? 1 : 3;
    has_alpha_ = track.pixels->alpha;
    track.pixels = &pixel_format(gray ? wide ? "ya16le" : "ya8" : wide ? "rgba64le" : "rgba");
    track.width = feed_.width();
    track.height = feed_.height();
    track.alpha = Alpha::Straight;
    track.time_base = ticks;
    track.loop = feed_.plays();
    Json rest = track.rest.empty() ? Json::object() : parse_json(track.rest, wire_limit::json);
    rest["meta"]["frames"] = feed_.frames();
    track.rest = write_json(rest);
    track_ = track;
    canvas_ = Image(track_, source_.name(), "the canvas of an animation");
    saved_ = Image(track_, source_.name(), "the canvas of an animation");
    std::ranges::fill(canvas_.bytes(), std::byte{0});
    pixel_ = static_cast<std::size_t>(track_.pixels->components * track_.pixels->sample_bytes());
    return picture;
  }

  std::optional<Frame> next_frame() override {
    if (done_) return std::nullopt;
    try {
      if (number_ > 0) {
        dispose();
        if (!feed_.next()) {
          done_ = true;
          return std::nullopt;
        }
        (void)open_frame();
      }
      draw();
      feed_.finish_frame();
    } catch (const Error& error) {
      if (error.status() != Status::Data) throw;
      const std::string_view what = error.what();
      const std::string own = source_.name() + ": PNG: ";
      const std::string text(what.starts_with(own) ? what.substr(own.size()) : what);
      done_ = true;
      damage(text + " in frame " + std::to_string(number_ + 1) + " of the animation", "the rest is left out");
      return std::nullopt;
    }
    Frame frame;
    frame.number = number_++;
    frame.pts = time_;
    end_ += delay_of(feed_.control());
    frame.duration = rounded(end_) - time_;
    time_ += frame.duration;
    row_ = 0;
    return frame;
  }

  Strip read_rows(std::uint32_t at_most) override {
    const std::uint32_t rows = std::min(std::max(at_most, 1u), track_.height - row_);
    return next_strip(rows, canvas_.bytes().data() + row_ * std::size_t{track_.width} * pixel_, damaged_);
  }

 private:
  // ---- Times ----

  // Delays are fractions. A file shows in advance what ticks hold all of them; of a pipe a microsecond does nearly.
  Rational time_base() {
    constexpr std::int64_t most = 1'000'000'000;
    if (!source_.can_seek() || source_.is_remote()) return {1, 1'000'000};
    constexpr std::size_t head = 8, around = 12;
    std::int64_t common = 1;
    source_.seek(start_ + png_signature.size());
    for (auto chunk = source_.peek(head); chunk.size() >= head && common <= most; chunk = source_.peek(head)) {
      const std::uint64_t bytes = std::uint64_t{load_be<std::uint32_t>(chunk.data())} + around;
      const std::string_view type(reinterpret_cast<const char*>(chunk.data()) + 4, 4);
      if (type == "IEND") break;
      if (type == "fcTL") {
        const auto data = source_.peek(head + ApngControl::bytes);
        if (data.size() < head + ApngControl::bytes) break;
        const auto num = load_be<std::uint16_t>(data.data() + head + 20),
                   den = load_be<std::uint16_t>(data.data() + head + 22);
        common = std::lcm(common, Delay(num, den).den);
      }
      if (source_.skip(bytes) < bytes) break;
    }
    source_.seek(start_);
    return common <= most ? Rational{1, common} : Rational{1, 1'000'000};
  }

  // A delay in lowest terms; a tenth of a second for 0, as browsers show it.
  struct Delay {
    std::int64_t num, den;
    Delay(std::uint16_t n, std::uint16_t d) : num(n), den(d == 0 ? 100 : d) {
      if (num == 0) num = 1, den = 10;
      const std::int64_t divisor = std::gcd(num, den);
      num /= divisor;
      den /= divisor;
    }
  };

  // In ticks. Their sum is rounded, so that errors do not add up.
  [[nodiscard]] long double delay_of(const ApngControl& control) const {
    const Delay delay(control.delay_num, control.delay_den);
    return static_cast<long double>(delay.num) * static_cast<long double>(track_.time_base.den) /
           static_cast<long double>(delay.den);
  }
  static std::int64_t rounded(long double ticks) { return static_cast<std::int64_t>(ticks + 0.5L); }

  // ---- Frames ----

  Picture open_frame() {
    frame_source_.emplace(
        Source::callbacks([this](std::span<std::byte> into) { return feed_.read(into); }, {}, source_.name()));
    frame_source_->end_header();
    still_ = make_png_still_decoder({*frame_source_, options_, salvage_, warn_, left_out_});
    still_header_ = still_->header();
    return still_header_;
  }

  // Put the frame's pixels on the canvas.
  void draw() {
    const ApngControl& control = feed_.control();
    if (still_header_.track.width != control.width || still_header_.track.height != control.height)
      throw Error(Status::Data, "a frame of another size");
    if (control.dispose == ApngControl::Dispose::Previous && number_ > 0)
      std::memcpy(saved_.bytes().data(), canvas_.bytes().data(), canvas_.bytes().size());
    damaged_ = false;
    (void)still_->next_frame();
    for (bool last = false; !last;) {
      const Strip strip = still_->read_rows(strip_rows(still_header_.track));
      last = strip.last;
      damaged_ = damaged_ || strip.damaged;
      for (std::uint32_t y = 0; y < strip.rows; ++y) {
        std::byte* const to = place(control.left, control.top + strip.first + y);
        if (track_.pixels->sample == Sample::U16) {
          put_row(strip.planes[0].row<std::uint16_t>(y), reinterpret_cast<std::uint16_t*>(to), control);
        } else {
          put_row(strip.planes[0].row<std::uint8_t>(y), reinterpret_cast<std::uint8_t*>(to), control);
        }
      }
    }
    (void)still_->next_frame();  // checks the end
  }

  template <class T>
  void put_row(const T* from, T* to, const ApngControl& control) const {
    const int samples = colours_ + (has_alpha_ ? 1 : 0);
    for (std::uint32_t x = 0; x < control.width; ++x, from += samples, to += colours_ + 1) {
      if (has_alpha_ && control.blend == ApngControl::Blend::Over) {
        put_over(from, to, colours_);
        continue;
      }
      for (int c = 0; c < samples; ++c) to[c] = from[c];
      if (!has_alpha_) to[colours_] = static_cast<T>(~T{0});
    }
  }

  [[nodiscard]] std::byte* place(std::uint32_t x, std::uint32_t y) const {
    return canvas_.bytes().data() + (std::size_t{y} * track_.width + x) * pixel_;
  }

  void dispose() {
    const ApngControl& control = feed_.control();
    const bool first = number_ == 1;
    const std::size_t bytes = control.width * pixel_;
    const bool clears = control.dispose == ApngControl::Dispose::Background ||
                        (first && control.dispose == ApngControl::Dispose::Previous);
    if (clears) {
      for (std::uint32_t y = 0; y < control.height; ++y) std::memset(place(control.left, control.top + y), 0, bytes);
    } else if (control.dispose == ApngControl::Dispose::Previous) {
      std::memcpy(canvas_.bytes().data(), saved_.bytes().data(), canvas_.bytes().size());
    }
  }

  const FormatOptions& options_;
  std::uint64_t start_;
  ApngFeed feed_;
  std::optional<Source> frame_source_;
  std::unique_ptr<Decoder> still_;
  Picture still_header_;
  Image canvas_, saved_;
  int colours_ = 3;
  bool has_alpha_ = false, done_ = false, damaged_ = false;
  std::size_t pixel_ = 4;
  std::uint64_t number_ = 0;
  long double end_ = 0;
  std::int64_t time_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> make_apng_decoder(const DecodeContext& context) {
  return std::make_unique<ApngDecoder>(context);
}

std::unique_ptr<Decoder> make_png_decoder(const DecodeContext& context) {
  return begins_animation(context.source) ? make_apng_decoder(context) : make_png_still_decoder(context);
}

}  // namespace sl

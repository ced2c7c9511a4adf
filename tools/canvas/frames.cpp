// Drawing is recorded when a frame begins, and blended into its rows as they come.

#include "frames.h"

#include <cmath>
#include <memory>
#include <vector>

#include "libcore/base/limits.h"
#include "libcore/base/times.h"
#include "libcore/filter/pictures.h"
#include "libcore/media/geometry.h"
#include "libcore/pixels/turner.h"
#include "libcore/process/signals.h"
#include "libcore/sound/samples.h"
#include "overlay.h"

namespace sl::drawing {

namespace {

// The level of the last sound that passed. A track whose samples are looked at is copied, not spliced.
class Meter {
 public:
  [[nodiscard]] std::optional<double> level() const { return level_; }

  void pass(Reader& in, const wire::Header& record, Writer& out) {
    const bool is_sound = record.type == wire::Type::Bytes && in.track(record.track).is_raw_audio();
    if (!is_sound) return pass_untied(in, record, out);
    const std::span<std::byte> bytes = in.body();
    const SampleType type = sample_type(in.track(record.track));
    values_.resize(bytes.size() / sample_bytes(type));
    read_samples(type, bytes, values_);
    double power = 0;
    for (const double value : values_) power += value * value;
    if (!values_.empty())
      level_ = std::max(10 * std::log10(power / static_cast<double>(values_.size()) + 1e-30), -200.0);
    out.bytes(record.track, bytes, (record.flags & wire::piece_last) != 0, (record.flags & wire::piece_damaged) != 0);
  }

 private:
  std::optional<double> level_;
  std::vector<double> values_;
};

double seconds_of(const Track& track, const Frame& frame) {
  if (frame.pts != no_time)
    return static_cast<double>(frame.pts) * static_cast<double>(track.time_base.num) /
           static_cast<double>(track.time_base.den);
  const Rational rate = track.rate.num > 0 ? track.rate : Rational{25, 1};
  return static_cast<double>(frame.number) * static_cast<double>(rate.den) / static_cast<double>(rate.num);
}

// The frames of one track, shaped as Pictures wants it.
class DrawnOver {
 public:
  DrawnOver(const Track& from, const Artist& artist, const Meter& meter)
      : upright_(upright_steps(from)),
        track_(upright_.track()),
        artist_(artist),
        meter_(meter),
        canvas_(artist.texts, Size{track_.width, track_.height}),
        layer_(canvas_.size(), artist.texts, artist.images),
        overlay_(make_overlay(track_)) {}

  [[nodiscard]] const Track& track() const { return track_; }
  [[nodiscard]] bool is_in_place() const { return upright_.empty(); }

  void frame(Frame& frame, Writer& /*out*/) {
    canvas_.begin();
    artist_.draw({track_, frame, seconds_of(track_, frame), meter_.level()}, canvas_);
    const auto& changed = layer_.update(canvas_.commands());
    if (!changed.empty()) overlay_->update(layer_, changed);
  }

  void push(const Strip& strip, const Step::Emit& emit) {
    upright_.push(strip, [&](const Strip& rows) {
      overlay_->blend(rows);
      emit(rows);
    });
  }
  void flush(const Step::Emit& emit) {
    upright_.flush([&](const Strip& rows) {
      overlay_->blend(rows);
      emit(rows);
    });
  }

 private:
  Chain upright_;
  Track track_;
  const Artist& artist_;
  const Meter& meter_;
  Canvas canvas_;
  Layer layer_;
  std::unique_ptr<Overlay> overlay_;
};

// Colors of pixels that are multiplied by alpha, divided by it.
void make_straight(const std::uint32_t* from, std::uint32_t count, std::uint8_t* to) {
  for (std::uint32_t x = 0; x < count; ++x, to += 4) {
    const std::uint32_t pixel = from[x], alpha = pixel >> 24;
    const auto straight = [&](unsigned shift) {
      const std::uint32_t value = pixel >> shift & 255;
      return static_cast<std::uint8_t>(alpha == 255 || alpha == 0 ? value : (value * 255 + alpha / 2) / alpha);
    };
    to[0] = straight(16);
    to[1] = straight(8);
    to[2] = straight(0);
    to[3] = static_cast<std::uint8_t>(alpha);
  }
}

}  // namespace

void draw_over(Reader& in, Writer& out, const Artist& artist) {
  Meter meter;
  const Pictures<DrawnOver>::Make make = [&](const Track& from, std::uint16_t) {
    return std::make_unique<DrawnOver>(from, artist, meter);
  };
  per_track<Pictures<DrawnOver>>(
      in, out,
      [&](std::uint16_t number) {
        const bool raw = in.track(number).is_raw_video();
        return raw ? std::make_unique<Pictures<DrawnOver>>(in, out, number, make) : nullptr;
      },
      [&](Reader& reader, const wire::Header& record, Writer& writer) {
        if (!artist.take || !artist.take(reader, record)) meter.pass(reader, record, writer);
      });
}

void draw_stream(Writer& out, const LayerStream& stream, const Artist& artist) {
  constexpr std::uint16_t number = 1;
  const bool still = stream.frames == 1;
  Track track;
  track.pixels = &pixel_format("rgba");
  track.alpha = Alpha::Straight;
  track.width = stream.size.width;
  track.height = stream.size.height;
  track.color = {.primaries = 1, .transfer = 13, .matrix = 0, .range = Range::Full, .chroma = Chroma::Unknown};
  track.time_base = still ? Rational{1, 1} : Rational{stream.rate.den, stream.rate.num};
  if (!still) track.rate = stream.rate;
  Canvas canvas(artist.texts, stream.size);
  Layer layer(stream.size, artist.texts, artist.images);
  const Image image(track, "--size", "a picture");
  std::ranges::fill(image.bytes(), std::byte{0});
  out.begin();
  out.track(number, track);
  for (std::uint64_t i = 0; !stream.frames || i < *stream.frames; ++i) {
    if (interrupted() != 0 && stream.frames) fail_interrupted();
    if (interrupted() != 0) return out.end(nullptr, true);  // it has no other end
    Frame frame;
    frame.number = i;
    frame.pts = static_cast<std::int64_t>(i);
    frame.duration = still ? no_time : 1;
    canvas.begin();
    artist.draw({track, frame, still ? 0 : seconds_of(track, frame), std::nullopt}, canvas);
    for (const Box& box : layer.update(canvas.commands())) {
      for (std::uint32_t y = box.top; y < box.bottom; ++y)
        make_straight(layer.row(y) + box.left, box.right - box.left,
                      image.strip().planes[0].row<std::uint8_t>(y) + std::size_t{box.left} * 4);
    }
    out.frame(number, frame);
    const std::uint32_t step = strip_rows(track);
    for (std::uint32_t y = 0; y < track.height; y += step) {
      Strip rows = image.rows(y, std::min(step, track.height - y));
      rows.last = y + rows.rows == track.height;
      out.rows(number, rows);
    }
  }
  out.end();
}

}  // namespace sl::drawing

// sl-shrink: frames made smaller by whole factors; every pixel becomes the mean of a box of pixels.

#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/filter/per_track.h"
#include "libcore/filter/point.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"
#include "libcore/pixels/shrink.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/events.h"

namespace {

using sl::wire::Type;

struct Settings {
  sl::ShrinkFactors factors;
  bool linear = false;
};

class ShrunkTrack {
 public:
  ShrunkTrack(sl::Reader& in, sl::Writer& out, std::uint16_t number, const Settings& settings)
      : in_(in), out_(out), number_(number), settings_(settings) {
    on_track();
  }

  void on_record(const sl::wire::Header& record) {
    const bool raw = record.type < Type::End && in_.track(number_).is_raw_video();
    if (raw && record.type == Type::Track) {
      on_track();
    } else if (raw && record.type == Type::Frame) {
      on_frame(in_.frame(number_));
    } else if (raw) {
      shrinker_->push(in_.strip(), to_output());
    } else {
      sl::pass_untied(in_, record, out_);
    }
  }

  void flush() { shrinker_->flush(to_output()); }

 private:
  void on_track() {
    shrinker_.emplace(in_.track(number_), settings_.factors, settings_.linear);
    reported_geometry_ = false;
    out_.track(number_, shrinker_->track());
  }

  void on_frame(sl::Frame frame) {
    const bool keeps_height = shrinker_->track().height == in_.track(number_).height;
    if ((frame.flags & sl::frame_flag::interlaced) != 0 && !keeps_height) {
      throw sl::Error(sl::Status::Data,
                      "frame " + std::to_string(frame.number) + " is interlaced: it cannot be shrunk vertically");
    }
    if (sl::drop_geometry(frame) && !std::exchange(reported_geometry_, true)) {
      sl::report_not_carried(out_, number_, "metadata geometry", "pixels have moved");
    }
    out_.frame(number_, frame);
  }

  [[nodiscard]] sl::Shrinker::Emit to_output() {
    return [this](const sl::Strip& strip) { out_.rows(number_, strip); };
  }

  sl::Reader& in_;
  sl::Writer& out_;
  std::uint16_t number_;
  const Settings& settings_;
  std::optional<sl::Shrinker> shrinker_;
  bool reported_geometry_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-shrink", "Shrink every frame by whole factors, with a box filter.");
  tool.example("sl-shrink 4 in.jpg | sl-encode .png > quarter.png");
  tool.example("cat in.jpg | sl-shrink --linear 4x2 | sl-encode .jpg > out.jpg",
               "four times less wide, half as high, in linear light");
  tool.describe(
      "Sizes are rounded up: a box that hangs over the edge is the mean of its pixels inside. Width and height are "
      "of the upright picture, however its samples are stored. Transparent pixels have no part in the colour of a "
      "box. JPEG can be shrunk faster, by other arithmetic, while it is decoded: sl-decode --shrink.");

  Settings settings;
  std::string factors;
  tool.argument("FACTOR", factors, "N, or NXxNY for other factors along width and height");
  tool.option("--linear", settings.linear, "take means of light, not of encoded values");
  tool.check([&] { settings.factors = sl::parse_shrink_factors(factors); });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    sl::per_track<ShrunkTrack>(
        in, out,
        [&](std::uint16_t number) {
          const bool raw = in.track(number).is_raw_video();
          return raw ? std::make_unique<ShrunkTrack>(in, out, number, settings) : nullptr;
        },
        sl::pass_untied);
  });
}

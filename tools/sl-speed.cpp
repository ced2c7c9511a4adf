// sl-speed: a stream faster or slower: all times divided by a factor, exactly.

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"
#include "libcore/base/time_text.h"
#include "libcore/base/times.h"
#include "libcore/filter/per_track.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/chapters.h"
#include "libcore/wire/events.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace {

using sl::wire::Type;

struct Settings {
  sl::Rational factor{1, 1};
  bool drop_sound = false;
};

class SpeedTrack {
 public:
  SpeedTrack(sl::Reader& in, sl::Writer& out, std::uint16_t number, const Settings& settings)
      : in_(in), out_(out), number_(number), settings_(settings) {
    on_track();
  }

  void on_record(const sl::wire::Header& record) {
    if (record.type == Type::Track) {
      on_track();
    } else if (dropped_) {
      return;
    } else if (record.type == Type::Frame && rounds_) {
      out_.frame(number_, rounded(in_.frame(number_)));
    } else if (record.type == Type::Event && rounds_) {
      out_.event(number_, sl::retime_event(in_.text(), [this](std::int64_t time) { return rounded(time); }));
    } else {
      in_.pass(record, out_);
    }
  }

 private:
  // Change the length of a tick, not the number of ticks: nothing is rounded.
  void on_track() {
    sl::Track track = in_.track(number_);
    const std::string name = in_.name() + ": track " + std::to_string(number_);
    const sl::Rational factor = settings_.factor;
    const bool sound = track.kind == sl::Kind::Audio;
    if (sound && settings_.drop_sound) {
      if (std::exchange(dropped_, true)) return;
      return sl::write_not_carried(out_, 0, "track " + std::to_string(number_) + " (sound)", "another speed");
    }
    if (const auto base = sl::multiply(track.time_base, {factor.den, factor.num})) {
      track.time_base = *base;
    } else if (!std::exchange(rounds_, true)) {
      sl::warn(name + ": a tick cannot be that short; times are rounded to whole ticks of before");
    }
    if (track.rate.num != 0) track.rate = sl::multiply(track.rate, factor).value_or(sl::Rational{});
    if (sound) change_pitch(track, name);
    out_.track(number_, track);
  }

  [[nodiscard]] std::int64_t rounded(std::int64_t time) const {
    return sl::rescale(time, {settings_.factor.den, settings_.factor.num}, {1, 1});
  }

  // Frames that were adjacent stay so.
  [[nodiscard]] sl::Frame rounded(sl::Frame frame) const {
    const std::int64_t end = rounded(sl::add_time(frame.pts, frame.duration));
    frame.pts = rounded(frame.pts);
    frame.dts = rounded(frame.dts);
    frame.duration = end == sl::no_time ? rounded(frame.duration) : sl::subtract_time(end, frame.pts);
    return frame;
  }

  void change_pitch(sl::Track& track, const std::string& name) const {
    const sl::Rational factor = settings_.factor;
    if (track.codec != "raw") {
      if (factor == sl::Rational{1, 1}) return;
      throw sl::Error(sl::Status::Data, name + " is " + sl::printable(track.codec, 40) +
                                            ": decode sound to play it at another speed, or leave it out (--no-sound)");
    }
    const std::int64_t rate = sl::rescale(track.sample_rate, factor, {1, 1});
    if (rate < 1 || rate > sl::wire_limit::number) {
      throw sl::Error(sl::Status::Limit, name + ": no sample rate for that speed");
    }
    if (rate * factor.den != factor.num * std::int64_t{track.sample_rate}) {
      sl::warn(name + ": " + std::to_string(track.sample_rate) + " Hz at that speed are rounded to " +
               std::to_string(rate) + " Hz; times of blocks are exact");
    }
    track.sample_rate = static_cast<std::uint32_t>(rate);
  }

  sl::Reader& in_;
  sl::Writer& out_;
  std::uint16_t number_;
  const Settings& settings_;
  bool dropped_ = false;
  bool rounds_ = false;  // its ticks cannot be divided
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-speed", "Make a stream faster or slower: all times are divided by a factor.");
  tool.example("sl-speed --no-sound 4 film.mp4 -o fast.mkv", "four times as fast");
  tool.example("sl-decode film.mkv | sl-speed 24/25 | sl-resample 48000 | sl-encode -o slow.mkv");
  tool.describe(
      "No frame is lost or added, and times are exact: the length of a tick changes, not the number of ticks (if a "
      "tick that short cannot be expressed, times are rounded to the old ticks, with a warning). Put sl-rate after "
      "it for a constant rate.");
  tool.describe(
      "Sound stays with the picture: its sample rate is multiplied, so faster sound is higher, as on tape; put "
      "sl-resample after it for a usual rate. For sound that keeps its pitch, run sl-filter atempo=FACTOR on it. "
      "Packets of pictures are not decoded; packets of sound cannot change their speed.");

  Settings settings;
  tool.argument("FACTOR", settings.factor, "times as fast: 2, 0.5, 25/24");
  tool.option("--no-sound", settings.drop_sound, "leave sound out");
  tool.accept_packets();
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    sl::per_track<SpeedTrack>(
        in, out, [&](std::uint16_t number) { return std::make_unique<SpeedTrack>(in, out, number, settings); },
        [&](sl::Reader&, const sl::wire::Header& record, sl::Writer&) {
          sl::pass_with_chapters(in, record, out, [&](sl::Chapter& chapter) {
            const sl::Rational slower{settings.factor.den, settings.factor.num};
            chapter.start = sl::rescale(chapter.start, slower, {1, 1});
            chapter.end = sl::rescale(chapter.end, slower, {1, 1});
            return true;
          });
        });
  });
}

// sl-speed: a stream faster or slower: all times divided by a factor, exactly.

#include <set>

#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"
#include "libcore/base/time_text.h"
#include "libcore/base/times.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/events.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace {

using sl::wire::Type;

class SpeedStage {
 public:
  sl::Rational factor{1, 1};
  bool drop_sound = false;

  void run(sl::Reader& in, sl::Writer& out) {
    while (const auto record = in.next()) {
      const std::uint16_t number = record->track;
      if (record->type == Type::Start) {
        dropped_.clear();
        rounded_.clear();
      }
      if (record->type == Type::Track) {
        on_track(in, out, number);
      } else if (record->type == Type::Frame && rounded_.contains(number)) {
        out.frame(number, rounded(in.frame(number)));
      } else if (record->type == Type::Event && rounded_.contains(number)) {
        out.event(number, sl::retime_event(in.text(), [this](std::int64_t time) { return rounded(time); }));
      } else if (!dropped_.contains(number)) {
        in.pass(*record, out);
      }
    }
  }

 private:
  // Ticks stay as they are; their length changes, so nothing is rounded.
  void on_track(const sl::Reader& in, sl::Writer& out, std::uint16_t number) {
    sl::Track track = in.track(number);
    const std::string name = in.name() + ": track " + std::to_string(number);
    const bool sound = track.kind == sl::Kind::Audio;
    if (sound && drop_sound) {
      if (!dropped_.insert(number).second) return;
      return sl::write_not_carried(out, 0, "track " + std::to_string(number) + " (sound)", "another speed");
    }
    if (const auto base = sl::multiply(track.time_base, {factor.den, factor.num})) {
      track.time_base = *base;
    } else if (rounded_.insert(number).second) {
      sl::warn(name + ": a tick cannot be that short; times are rounded to whole ticks of before");
    }
    if (track.rate.num != 0) track.rate = sl::multiply(track.rate, factor).value_or(sl::Rational{});
    if (sound) change_pitch(track, name);
    out.track(number, track);
  }

  [[nodiscard]] std::int64_t rounded(std::int64_t time) const {
    return sl::rescale(time, {factor.den, factor.num}, {1, 1});
  }

  // Frames that met still meet.
  [[nodiscard]] sl::Frame rounded(sl::Frame frame) const {
    const std::int64_t end = rounded(sl::add_time(frame.pts, frame.duration));
    frame.pts = rounded(frame.pts);
    frame.dts = rounded(frame.dts);
    frame.duration = end == sl::no_time ? rounded(frame.duration) : sl::subtract_time(end, frame.pts);
    return frame;
  }

  void change_pitch(sl::Track& track, const std::string& name) const {
    if (track.codec != "raw") {
      if (factor == sl::Rational{1, 1}) return;
      throw sl::Error(sl::Status::Data,
                      name + " is " + sl::printable(track.codec, 40) +
                          ": sound has to be decoded to play at another speed, or left out (--no-sound)");
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

  std::set<std::uint16_t> dropped_;
  std::set<std::uint16_t> rounded_;  // tracks whose ticks cannot be divided
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-speed", "Make a stream faster or slower: all times are divided by a factor.");
  tool.example("sl-speed --no-sound 4 film.mp4 -o fast.mkv", "four times as fast");
  tool.example("sl-decode film.mkv | sl-speed 24/25 | sl-resample 48000 | sl-encode -o slow.mkv");
  tool.describe(
      "Not a frame is lost or made, and times are exact: the length of a tick changes, not their number (where a "
      "tick that short cannot be told, times are rounded to those of before, with a warning). sl-rate behind it gives "
      "a "
      "constant rate.");
  tool.describe(
      "Sound stays with the picture: its sample rate is multiplied, so it is higher when it is faster, as a tape is; "
      "sl-resample behind it brings back a usual rate. For sound that keeps its pitch, take sl-filter atempo=FACTOR "
      "for "
      "the sound. Packets of pictures are not decoded; those of sound cannot change their speed.");

  SpeedStage stage;
  std::string factor;
  tool.argument("FACTOR", factor, "times as fast: 2, 0.5, 25/24");
  tool.option("--no-sound", stage.drop_sound, "leave sound out");
  tool.accept_compressed();
  tool.check([&] { stage.factor = sl::parse_ratio("FACTOR", factor); });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) { stage.run(in, out); });
}

// sl-shrink: frames made smaller by whole factors; every pixel becomes the mean of a box of pixels.

#include <map>
#include <memory>
#include <utility>

#include "libcore/filter/point.h"
#include "libcore/pixels/shrink.h"
#include "libcore/stage/tool.h"
#include "libcore/wire/events.h"

namespace {

using sl::wire::Type;

class ShrinkStage {
 public:
  sl::ShrinkFactors factors;
  bool linear = false;

  void run(sl::Reader& in, sl::Writer& out) {
    out_ = &out;
    while (const auto record = in.next()) {
      const std::uint16_t number = record->track;
      if (record->type == Type::Start) tracks_.clear();
      const bool raw = record->type < Type::End && number != 0 && in.track(number).is_raw_video();
      if (raw && record->type == Type::Track) {
        out.track(number,
                  tracks_.insert_or_assign(number, State(in.track(number), factors, linear)).first->second.track());
      } else if (raw && record->type == Type::Frame) {
        start_frame(number, in.frame(number));
      } else if (raw) {
        tracks_.at(number).shrinker->push(in.strip(), to_output(number));
      } else {
        sl::pass_untied(in, *record, out);
      }
    }
  }

  // The input is late: what is made of it leaves.
  void send_rows() {
    for (auto& [number, state] : tracks_) state.shrinker->flush(to_output(number));
  }

 private:
  struct State {
    State(const sl::Track& track, sl::ShrinkFactors factors, bool linear)
        : shrinker(std::make_unique<sl::Shrinker>(track, factors, linear)),
          keeps_height(shrinker->track().height == track.height) {}
    [[nodiscard]] const sl::Track& track() const { return shrinker->track(); }
    std::unique_ptr<sl::Shrinker> shrinker;
    bool keeps_height, told = false;
  };

  [[nodiscard]] sl::Shrinker::Emit to_output(std::uint16_t number) const {
    return [this, number](const sl::Strip& strip) { out_->rows(number, strip); };
  }

  void start_frame(std::uint16_t number, sl::Frame frame) {
    State& state = tracks_.at(number);
    if ((frame.flags & sl::frame_flag::interlaced) != 0 && !state.keeps_height) {
      throw sl::Error(sl::Status::Data,
                      "frame " + std::to_string(frame.number) + " is interlaced: it cannot be shrunk vertically");
    }
    if (sl::drop_geometry(frame) && !std::exchange(state.told, true)) {
      sl::write_not_carried(*out_, number, "metadata geometry", "pixels have moved");
    }
    out_->frame(number, frame);
  }

  sl::Writer* out_ = nullptr;
  std::map<std::uint16_t, State> tracks_;
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-shrink", "Shrink every frame by whole factors, with a box filter.");
  tool.example("sl-shrink 4 in.jpg | sl-encode .png > quarter.png");
  tool.example("cat in.jpg | sl-shrink --linear 4x2 | sl-encode .jpg > out.jpg",
               "four times less wide, half as high, in linear light");
  tool.describe(
      "Sizes are rounded up: a box that hangs over the edge is the mean of what is there. Width and height are those "
      "of "
      "the upright picture, however its samples are stored. Transparent pixels have no part in the colour of a box. "
      "JPEG can be shrunk faster, by other arithmetic, while it is decoded: sl-decode --shrink.");

  ShrinkStage stage;
  std::string factors;
  tool.argument("FACTOR", factors, "N, or NXxNY for other factors along width and height");
  tool.option("--linear", stage.linear, "take means of light, not of encoded values");
  tool.check([&] { stage.factors = sl::parse_shrink_factors(factors); });
  tool.before_wait([&] { stage.send_rows(); });
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) { stage.run(in, out); });
}

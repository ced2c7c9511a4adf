// The steps of tracks, and their frames.

#include "libcore/filter/geometry.h"

#include <string>

#include "libcore/base/error.h"
#include "libcore/filter/pictures.h"
#include "libcore/wire/events.h"

namespace sl {

namespace {

class MovedPictures {
 public:
  MovedPictures(const Track& from, std::uint16_t number, std::unique_ptr<GeometryStep> step)
      : number_(number), step_(std::move(step)) {
    // Of a track that names its fields, the step has chosen a format that keeps them apart.
    const bool known = from.fields == Fields::Top || from.fields == Fields::Bottom;
    fields_ = field_change(from, step_->move(), known ? step_->track().pixels->shift_y : from.pixels->shift_y);
  }

  [[nodiscard]] const Track& track() const { return step_->track(); }
  void push(const Strip& strip, const Step::Emit& emit) { step_->push(strip, emit); }
  void flush(const Step::Emit& emit) { step_->flush(emit); }

  void frame(Frame& frame, Writer& out) {
    if ((frame.flags & frame_flag::interlaced) != 0) {
      if (fields_ == FieldChange::Broken) {
        throw Error(Status::Data, "frame " + std::to_string(frame.number) +
                                      " is interlaced: its two fields, which are different moments, would be mixed");
      }
      if (fields_ == FieldChange::Swapped) frame.flags ^= frame_flag::top_first;
    }
    if (!move_geometry(frame, step_->move()) && !std::exchange(reported_, true)) {
      report_not_carried(out, number_, "metadata geometry", "pixels have moved");
    }
  }

 private:
  std::uint16_t number_;
  std::unique_ptr<GeometryStep> step_;
  FieldChange fields_;
  bool reported_ = false;
};

}  // namespace

void move_pictures(Reader& in, Writer& out, const MakeGeometry& make) {
  each_picture<MovedPictures>(in, out, [&](const Track& from, std::uint16_t number) {
    return std::make_unique<MovedPictures>(from, number, make(from));
  });
}

}  // namespace sl

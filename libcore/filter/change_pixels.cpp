// A plan for each track and profile.

#include "libcore/filter/change_pixels.h"

#include <memory>
#include <optional>
#include <string>

#include "libcore/filter/per_track.h"
#include "libcore/filter/point.h"
#include "libcore/media/attachment.h"
#include "libcore/media/frame.h"
#include "libcore/wire/wire.h"

namespace sl {

namespace {

using wire::Type;

class ChangedTrack {
 public:
  ChangedTrack(Reader& in, Writer& out, std::uint16_t number, const PixelChange& change)
      : in_(in), out_(out), number_(number), change_(change), emit_([this](const Strip& strip) {
          out_.rows(number_, strip);
        }) {
    begin();
  }

  void on_record(const wire::Header& record) {
    const bool raw = record.type < Type::End && in_.track(number_).is_raw_video();
    if (record.type == Type::Attachment && wire::read_attachment(record, in_.body()).name == "icc") return;
    if (raw && record.type == Type::Rows) {
      plan_->steps.push(in_.strip(), emit_);
    } else if (raw && record.type == Type::Track) {
      begin();
    } else {
      if (raw && record.type == Type::Frame) prepare();
      pass_untied(in_, record, out_);
    }
  }

  void flush() {
    if (plan_) plan_->steps.flush(emit_);
  }

 private:
  // The profile of the new track comes after it, if it has one: until then, its numbers hold.
  void begin() {
    profile_.clear();
    colors_.reset();
    set_plan(space_of(in_.track(number_), {}));
  }

  void prepare() {
    const ColorSpace colors = space_of(in_.track(number_), in_.attachments(number_));
    if (colors_ != colors) set_plan(colors);
    if (plan_->profile == profile_) return;
    profile_ = plan_->profile;
    out_.attachment(number_, {"icc", profile_, 0});
  }

  void set_plan(const ColorSpace& colors) {
    colors_ = colors;
    const bool gray = in_.track(number_).pixels->model == Model::Gray;
    const bool assumed = change_.assume && colors.is_unknown() && change_.assume->describes(gray);
    plan_.emplace(plan_change(in_.track(number_), assumed ? change_.assume->space : colors, change_));
    if (sent_ == plan_->steps.track()) return;
    sent_ = plan_->steps.track();
    out_.track(number_, *sent_);
    profile_.clear();
    for (const Attachment& attachment : in_.attachments(number_)) {  // a TRACK voids them
      const bool tied = (attachment.flags & wire::tied_to_pixels) != 0;
      if (!tied && attachment.name != "icc") out_.attachment(number_, attachment);
    }
  }

  Reader& in_;
  Writer& out_;
  std::uint16_t number_;
  const PixelChange& change_;
  const Step::Emit emit_;
  std::optional<ColorSpace> colors_;
  std::optional<PixelPlan> plan_;
  std::optional<Track> sent_;
  std::string profile_;  // attached to the output
};

}  // namespace

void change_pixels(Reader& in, Writer& out, const PixelChange& change) {
  per_track<ChangedTrack>(
      in, out,
      [&](std::uint16_t number) {
        const bool raw = in.track(number).is_raw_video();
        return raw ? std::make_unique<ChangedTrack>(in, out, number, change) : nullptr;
      },
      pass_untied);
}

}  // namespace sl

// Whole frames, and a Mover for each part.

#include "libcore/filter/cut_parts.h"

#include <optional>
#include <string>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/filter/per_track.h"
#include "libcore/filter/point.h"
#include "libcore/frames/frame_window.h"
#include "libcore/pixels/mover.h"
#include "libcore/wire/events.h"

namespace sl {

namespace {

class PartsTrack {
 public:
  PartsTrack(Reader& in, Writer& out, std::uint16_t number, const PartsOf& parts_of)
      : in_(in), out_(out), number_(number), parts_of_(parts_of), window_(in, number), writer_(out, number) {}

  void on_record(const wire::Header& record) {
    if (!in_.track(number_).is_raw_video() || !window_.takes(record)) return pass_untied(in_, record, out_);
    if (!window_.take(record)) return;
    send(window_.pictures().front());
    window_.pictures().clear();
  }

  void at_end() {
    if (sent_ == 0 && !in_.stopped_here()) {
      throw Error(Status::Data, in_.name() + ": no frame has a part that is asked for");
    }
  }

 private:
  void send(HeldPicture& picture) {
    const Track from = picture.context->track;
    const auto parts = parts_of_(from, picture.frame);
    if (parts.empty()) {
      const std::uint64_t number = picture.frame.number;
      write_dropped(out_, number_, number, number, "it has no part that is asked for");
    }
    for (const Rect& part : parts) {
      Mover mover(from, crop_to(from, part));
      Image cut(mover.track(), in_.name(), "a part of a frame");
      mover.push(picture.image.strip(), [&](const Strip& rows) { cut.put(rows); });
      HeldPicture made{.index = sent_, .frame = picture.frame, .context = picture.context, .image = {}, .after = {}};
      made.frame.number = sent_++;
      (void)move_geometry(made.frame, mover.move());
      writer_.send(made, mover.track(), cut.strip());
    }
    writer_.send(std::move(picture.after));
  }

  Reader& in_;
  Writer& out_;
  std::uint16_t number_;
  const PartsOf& parts_of_;
  FrameWindow window_;
  PictureWriter writer_;
  std::uint64_t sent_ = 0;
};

}  // namespace

void cut_parts(Reader& in, Writer& out, const PartsOf& parts_of) {
  per_track<PartsTrack>(
      in, out,
      [&](std::uint16_t number) {
        const bool raw = in.track(number).is_raw_video();
        return raw ? std::make_unique<PartsTrack>(in, out, number, parts_of) : nullptr;
      },
      pass_untied);
}

}  // namespace sl

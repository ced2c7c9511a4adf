// The record loop of a filter of pictures: each track of raw video by itself, with the state that the filter makes for
// it.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "libcore/filter/per_track.h"
#include "libcore/filter/point.h"
#include "libcore/media/frame.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace sl {

// One track of raw video. P has the shape of a Step (pixels/step.h):
//   const Track& track() const;                        of the rows that leave
//   void push(const Strip& strip, const Emit& emit);   the samples of `strip` may be changed
//   void flush(const Emit& emit);                      optional
//   void frame(Frame& frame, Writer& out);             optional: changes what the FRAME says
//   bool is_in_place() const;                          optional: the strips that leave are those that come, changed;
//                                                      they are read to where they are sent from
template <class P>
class Pictures {
 public:
  using Emit = std::function<void(const Strip&)>;
  // Makes P at each TRACK.
  using Make = std::function<std::unique_ptr<P>(const Track& from, std::uint16_t number)>;

  Pictures(Reader& in, Writer& out, std::uint16_t number, const Make& make)
      : in_(in), out_(out), number_(number), make_(make), emit_([this](const Strip& strip) {
          out_.rows(number_, strip);
        }) {
    begin();
  }

  void on_record(const wire::Header& record) {
    const bool raw = record.type < wire::Type::End && in_.track(number_).is_raw_video();
    if (raw && record.type == wire::Type::Rows) {
      pictures_->push(strip(), emit_);
    } else if (raw && record.type == wire::Type::Track) {
      begin();
    } else if (raw && record.type == wire::Type::Frame) {
      Frame frame = in_.frame(number_);
      if constexpr (requires { pictures_->frame(frame, out_); }) pictures_->frame(frame, out_);
      out_.frame(number_, frame);
    } else {
      pass_untied(in_, record, out_);
    }
  }

  void flush() {
    if constexpr (requires { pictures_->flush(emit_); }) pictures_->flush(emit_);
  }

 private:
  Strip strip() {
    if constexpr (requires { pictures_->is_in_place(); }) {
      if (pictures_->is_in_place()) return in_.strip(out_.place(number_, in_.rows_prefix().rows));
    }
    return in_.strip();
  }

  void begin() {
    pictures_ = make_(in_.track(number_), number_);
    out_.track(number_, pictures_->track());
  }

  Reader& in_;
  Writer& out_;
  std::uint16_t number_;
  const Make& make_;
  const Emit emit_;
  std::unique_ptr<P> pictures_;
};

// Run a filter of pictures to the end of its input. Other tracks pass; attachments that are tied to the old samples are
// left out, with an EVENT (pass_untied).
template <class P>
void each_picture(Reader& in, Writer& out, const typename Pictures<P>::Make& make) {
  per_track<Pictures<P>>(
      in, out,
      [&](std::uint16_t number) {
        const bool raw = in.track(number).is_raw_video();
        return raw ? std::make_unique<Pictures<P>>(in, out, number, make) : nullptr;
      },
      pass_untied);
}

}  // namespace sl

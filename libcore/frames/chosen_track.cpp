// Sends, keeps and drops frames as FrameSelection decides.

#include "libcore/frames/chosen_track.h"

#include <algorithm>
#include <string>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"

namespace sl {

using wire::Type;
using Now = FrameSelection::Now;

ChosenTrack::ChosenTrack(Reader& in, Writer& out, std::uint16_t number, const FrameChoice& choice)
    : in_(in), number_(number), selection_(choice, in.track(number).time_base, in.name()), held_(in, out, number) {
  if (in.track(number).codec != "raw" && in.track(number).kind == Kind::Video &&
      choice.by != FrameChoice::By::KeyFrames) {
    throw Error(Status::Data, in.name() + ": track " + std::to_string(number) + " is " +
                                  printable(in.track(number).codec, 40) + ", not raw: decode it first");
  }
}

void ChosenTrack::on_record(const wire::Header& record) {
  switch (record.type) {
    case Type::Track:
      return held_.on_track();
    case Type::Frame:
      return on_frame(in_.frame(number_));
    case Type::Rows:
    case Type::Bytes:
      return on_samples(record);
    default:
      return held_.on_ancillary(record);
  }
}

void ChosenTrack::at_end() {
  if (held_.in_frame()) return;  // stopped in the middle of a frame
  if (selection_.streams()) {
    // Frames that an interrupt cut off are not missing.
    const std::uint64_t sends = in_.stopped_here() ? 0 : selection_.last_sends();
    for (std::uint64_t i = 0; i < sends; ++i) send(last_.value());
    return held_.release();
  }
  for (const std::size_t index : selection_.chosen()) send(kept_.at(index));
}

void ChosenTrack::on_frame(const Frame& frame) {
  if ((frame.flags & frame_flag::hidden) != 0) return held_.open(HeldTrack::Action::Drop, frame);
  const bool key = (frame.flags & frame_flag::key) != 0;
  const auto [sends, now] = selection_.next(frame.pts, frame.duration, key);
  for (std::uint64_t i = 0; i < sends; ++i) send(last_.value());
  held_.release();
  last_.reset();
  for (const std::size_t index : selection_.released()) {
    const auto found = kept_.find(index);
    if (found == kept_.end()) continue;
    kept_bytes_ -= found->second.bytes();
    kept_.erase(found);
  }
  held_.open(now == Now::Pass   ? HeldTrack::Action::Pass
             : now == Now::Keep ? HeldTrack::Action::Keep
                                : HeldTrack::Action::Drop,
             now == Now::Pass ? numbered(frame) : frame);
  ++count_;
}

void ChosenTrack::on_samples(const wire::Header& record) {
  if (!held_.on_samples(record)) return;
  if (selection_.streams()) {
    last_ = held_.take();
    return held_.hold();
  }
  KeptFrame frame = held_.take();
  kept_bytes_ += frame.bytes();
  check_memory(in_.name(), kept_bytes_, std::to_string(kept_.size() + 1) + " frames that may be chosen");
  kept_.emplace(count_ - 1, std::move(frame));
}

// Numbers rise: a frame that comes again, or later than its place, gets the next one.
Frame ChosenTrack::numbered(Frame frame) {
  frame.number = std::max(frame.number, next_number_);
  next_number_ = frame.number + 1;
  return frame;
}

void ChosenTrack::send(const KeptFrame& kept) { held_.send(kept, numbered(kept.frame)); }

}  // namespace sl

// Frames into memory and out again, with the TRACK and attachments in force around them.

#include "libcore/frames/held_track.h"

#include <algorithm>

#include "libcore/base/limits.h"
#include "libcore/sound/sample_times.h"
#include "libcore/wire/attachments.h"

namespace sl {

using wire::Type;

HeldTrack::HeldTrack(Reader& in, Writer& out, std::uint16_t number, Change change)
    : in_(in), out_(out), number_(number), change_(std::move(change)), current_(out, number) {
  on_track();
}

void HeldTrack::on_track() {
  context_.reset();
  if (any_frame_) return;  // leaves with the first frame that it holds for
  current_.announce(change_ ? change_(in_.track(number_)) : in_.track(number_));
}

void HeldTrack::on_ancillary(const wire::Header& record) {
  if (record.type == Type::Attachment) {
    context_.reset();
    Attachment attachment = wire::read_attachment(record, in_.body());
    if (any_frame_ || is_one_shot(attachment)) return;  // leaves with the frames that it holds for
    return current_.attach(std::move(attachment));
  }
  on_ancillary(record, in_.body());
}

void HeldTrack::on_ancillary(const wire::Header& record, std::span<const std::byte> body) {
  if (!holding_) return out_.ancillary(record, body);
  waiting_bytes_ += body.size();
  check_metadata(in_.name(), waiting_bytes_, "events between two frames");
  waiting_.emplace_back(record, std::vector(body.begin(), body.end()));
}

void HeldTrack::release() {
  for (const auto& [record, body] : waiting_) out_.ancillary(record, body);
  waiting_.clear();
  waiting_bytes_ = 0;
  holding_ = false;
}

std::shared_ptr<const FrameContext> HeldTrack::context() {
  if (context_) return context_;
  const Track& track = in_.track(number_);
  auto made = std::make_shared<FrameContext>(FrameContext{change_ ? change_(track) : track, in_.attachments(number_)});
  // With attachments for this frame only, the next frame gets another context.
  if (std::ranges::none_of(made->attachments, is_one_shot)) context_ = made;
  return made;
}

void HeldTrack::open(Action action, const Frame& as) {
  action_ = action;
  any_frame_ = in_frame_ = true;
  if (action == Action::Drop) return;
  const auto current = context();
  if (action == Action::Pass) {
    current_.make_current(*current);
    out_.frame(number_, as);
    return;
  }
  kept_.frame = in_.frame(number_);
  kept_.context = current;
  kept_.damaged = false;
  kept_.samples.clear();
  const Track& track = in_.track(number_);
  if (!track.is_raw_video()) return;
  const std::uint64_t bytes = saturating_multiply(strip_bytes(*track.pixels, track.width, 1), track.height);
  check_pixels(in_.name(), track.width, track.height);
  check_memory(in_.name(), bytes, "a frame");
  kept_.samples.resize(strip_bytes(*track.pixels, track.width, track.height));
}

void HeldTrack::keep_rows(const Strip& strip) {
  const Track& track = in_.track(number_);
  const Strip whole = packed_strip(*track.pixels, track.width, track.height, kept_.samples.data());
  copy_rows(strip, part_of(whole, strip.first, strip.rows));
}

bool HeldTrack::on_samples(const wire::Header& record) {
  if ((record.flags & wire::piece_last) != 0) in_frame_ = false;
  if (action_ == Action::Pass) in_.pass(record, out_);
  if (action_ != Action::Keep) return false;
  kept_.damaged = kept_.damaged || (record.flags & wire::piece_damaged) != 0;
  if (record.type == Type::Rows) {
    keep_rows(in_.strip());
  } else {
    check_memory(in_.name(), kept_.samples.size() + record.length, "a frame");
    const std::span<const std::byte> body = in_.body();
    kept_.samples.insert(kept_.samples.end(), body.begin(), body.end());
  }
  return !in_frame_;
}

KeptFrame HeldTrack::take() { return std::exchange(kept_, KeptFrame()); }

void HeldTrack::send(const KeptFrame& kept, const Frame& as) { send(kept, as, kept.samples); }

void HeldTrack::send(const KeptFrame& kept, const Frame& as, std::span<const std::byte> samples) {
  current_.make_current(*kept.context);
  out_.frame(number_, as);
  const Track& track = kept.context->track;
  if (track.is_raw_video()) {
    // A view to read from; the type has no constant form.
    Strip strip = packed_strip(*track.pixels, track.width, track.height, const_cast<std::byte*>(samples.data()));
    strip.last = true;
    strip.damaged = kept.damaged;
    out_.rows(number_, strip);
    return;
  }
  std::size_t unit = 1;
  if (track.kind == Kind::Audio && track.codec == "raw") unit = sample_frame_bytes(track);
  const std::size_t most = std::max(unit, (std::size_t{1} << 20) / unit * unit);
  do {
    const auto piece = samples.first(std::min(most, samples.size()));
    samples = samples.subspan(piece.size());
    out_.bytes(number_, piece, samples.empty(), kept.damaged);
  } while (!samples.empty());
}

}  // namespace sl

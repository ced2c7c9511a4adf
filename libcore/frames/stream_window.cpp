// Frames of all tracks in, and out again.

#include "libcore/frames/stream_window.h"

#include <algorithm>
#include <cstdlib>

#include "libcore/base/limits.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"
#include "libcore/media/stream_span.h"
#include "libcore/sound/sample_times.h"
#include "libcore/wire/attachments.h"
#include "libcore/wire/events.h"

namespace sl {

using wire::Type;

namespace {

constexpr Rational ns{1, ns_per_second};

}  // namespace

std::uint64_t HeldFrame::size() const {
  std::uint64_t sum = sizeof(HeldFrame) + frame.metadata.size() + image.bytes().size() + bytes.size();
  for (const HeldRecord& record : after) sum += sizeof(HeldRecord) + record.body.size();
  return sum;
}

// ---- StreamWindow ----

bool StreamWindow::takes(const wire::Header& record) const {
  const bool may_wait = wire::is_ancillary(record.type) && record.type != Type::Attachment;
  return !may_wait || std::ranges::any_of(frames_, [&](const HeldFrame& held) { return held.track == record.track; });
}

bool StreamWindow::has_begun(std::uint16_t track) const {
  const auto found = sides_.find(track);
  return found != sides_.end() && (found->second.frames != 0 || found->second.open != nullptr);
}

bool StreamWindow::is_still(std::uint16_t track) const {
  const auto found = sides_.find(track);
  return found != sides_.end() && found->second.frames == 1 && !found->second.knows_length;
}

HeldFrame* StreamWindow::take(const wire::Header& record) {
  Side& side = sides_[record.track];
  switch (record.type) {
    case Type::Track:
    case Type::Attachment:
      side.context.reset();
      return nullptr;
    case Type::Frame:
      side.open = &open(record.track);
      return nullptr;
    case Type::Rows:
    case Type::Bytes: {
      HeldFrame& frame = *side.open;
      add_samples(frame, record);
      if ((record.flags & wire::piece_last) == 0) return nullptr;
      side.open = nullptr;
      complete(frame);
      return &frame;
    }
    default:
      hold(record);
      return nullptr;
  }
}

HeldFrame& StreamWindow::open(std::uint16_t number) {
  Side& side = sides_[number];
  std::shared_ptr<const FrameContext> context = side.context;
  if (!context) {
    context = std::make_shared<FrameContext>(FrameContext{in_.track(number), in_.attachments(number)});
    // With attachments for this frame only, the next frame gets another context.
    if (std::ranges::none_of(context->attachments, is_one_shot)) side.context = context;
  }
  HeldFrame& frame = frames_.emplace_back();
  frame.track = number;
  frame.frame = in_.frame(number);
  frame.context = std::move(context);
  if (frame.context->track.is_raw_video()) frame.image = Image(frame.context->track, in_.name(), "a frame");
  check_bytes(frame.size());
  return frame;
}

void StreamWindow::add_samples(HeldFrame& frame, const wire::Header& record) {
  frame.damaged = frame.damaged || (record.flags & wire::piece_damaged) != 0;
  if (record.type == Type::Rows) {
    const wire::RowsPrefix rows = in_.rows_prefix();
    (void)in_.strip(frame.image.rows(rows.first, rows.rows));
    return;
  }
  check_bytes(record.length);
  const auto body = in_.body();
  frame.bytes.insert(frame.bytes.end(), body.begin(), body.end());
}

void StreamWindow::hold(const wire::Header& record) {
  const auto last = std::find_if(frames_.rbegin(), frames_.rend(),
                                 [&](const HeldFrame& frame) { return frame.track == record.track; });
  const auto body = in_.body();
  std::uint64_t bytes = body.size();
  for (const HeldRecord& held : last->after) bytes += held.body.size();
  check_metadata(in_.name(), bytes, "events between two frames");
  check_bytes(sizeof(HeldRecord) + body.size());
  last->after.push_back({record, {body.begin(), body.end()}});
}

void StreamWindow::check_bytes(std::uint64_t more) {
  bytes_ += more;
  check_memory(in_.name(), bytes_, purpose_);
}

void StreamWindow::complete(HeldFrame& frame) {
  const Track& track = frame.context->track;
  Side& side = sides_[frame.track];
  const std::int64_t pts = frame.frame.pts;
  frame.start = pts == no_time ? side.end : rescale(pts, track.time_base, ns);
  if (side.frames != 0 && pts != no_time && pts > side.last_pts) side.step = pts - side.last_pts;
  if (pts != no_time) side.last_pts = pts;
  if (track.is_raw_audio()) {
    place_sound(side, frame);
  } else {
    const std::int64_t length = frame_length(track, frame.frame, side.step != 0 ? side.step : no_time);
    side.knows_length = side.knows_length || length != no_time;
    frame.end = length == no_time ? frame.start : add_time(frame.start, rescale(length, track.time_base, ns));
  }
  ++side.frames;
  side.end = frame.end;
  frame.complete = true;
  if (track.kind == Kind::Data) return;
  start_ = has_start_ ? std::min(start_, frame.start) : frame.start;
  end_ = has_start_ ? std::max(end_, frame.end) : frame.end;
  has_start_ = true;
}

void StreamWindow::place_sound(Side& side, HeldFrame& frame) {
  const Track& track = frame.context->track;
  const std::int64_t tick = track.time_base.num * ns_per_second / track.time_base.den + 1;
  const bool follows = side.frames != 0 && std::abs(subtract_time(frame.start, side.end)) <= tick;
  if (!follows) {
    side.origin = frame.start;
    side.samples = 0;
  }
  const auto end_of = [&] { return add_time(side.origin, rescale(side.samples, {1, track.sample_rate}, ns)); };
  frame.start = end_of();
  side.samples += static_cast<std::int64_t>(frame.bytes.size() / sample_frame_bytes(track));
  frame.end = end_of();
  side.knows_length = true;
}

HeldFrame StreamWindow::pop() {
  HeldFrame frame = std::move(frames_.front());
  frames_.pop_front();
  bytes_ -= frame.size();
  return frame;
}

void StreamWindow::drop_open() {
  for (auto& [number, side] : sides_) side.open = nullptr;
  std::erase_if(frames_, [&](const HeldFrame& frame) {
    if (!frame.complete) bytes_ -= frame.size();
    return !frame.complete;
  });
}

// ---- HeldFrameWriter ----

ContextWriter& HeldFrameWriter::track(std::uint16_t number) {
  return tracks_.try_emplace(number, out_, number).first->second;
}

void HeldFrameWriter::send(const HeldFrame& frame, const Frame& as, bool is_changed) {
  const std::uint16_t number = frame.track;
  if (is_changed) {
    FrameContext context = *frame.context;
    drop_tied(number, context);
    track(number).make_current(context);
  } else {
    track(number).make_current(*frame.context);
  }
  out_.frame(number, as);
  send_samples(frame);
  for (const HeldRecord& record : frame.after) {
    if (is_changed && record.header.type != Type::Event && (record.header.flags & wire::tied_to_pixels) != 0) {
      report_not_carried(out_, number, "record " + std::to_string(static_cast<int>(record.header.type)),
                         "it belongs to pixels that are changed");
      continue;
    }
    wire::Header header = record.header;
    header.track = number;
    out_.ancillary(header, record.body);
  }
}

void HeldFrameWriter::send_samples(const HeldFrame& frame) {
  const Track& track = frame.context->track;
  if (track.is_raw_video()) {
    Strip rows = frame.image.strip();
    rows.last = true;
    rows.damaged = frame.damaged;
    return out_.rows(frame.track, rows);
  }
  const std::size_t unit = track.is_raw_audio() ? sample_frame_bytes(track) : 1;
  const std::size_t most = std::max(unit, (std::size_t{1} << 20) / unit * unit);
  std::span<const std::byte> bytes = frame.bytes;
  do {
    const auto piece = bytes.first(std::min(most, bytes.size()));
    bytes = bytes.subspan(piece.size());
    out_.bytes(frame.track, piece, bytes.empty(), frame.damaged);
  } while (!bytes.empty());
}

void HeldFrameWriter::drop_tied(std::uint16_t number, FrameContext& context) {
  if (!context.track.is_raw_video()) return;
  std::erase_if(context.attachments, [&](const Attachment& attachment) {
    if ((attachment.flags & wire::tied_to_pixels) == 0) return false;
    if (reported_.insert(attachment.name).second) {
      report_not_carried(out_, number, "attachment " + attachment.name, "it belongs to pixels that are changed");
    }
    return true;
  });
}

}  // namespace sl

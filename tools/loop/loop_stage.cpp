// The first pass and the others.

#include "loop_stage.h"

#include <span>
#include <utility>

#include "libcore/base/times.h"
#include "libcore/bytes/source.h"
#include "libcore/bytes/target.h"
#include "libcore/process/signals.h"
#include "libcore/stage/identity.h"
#include "libcore/wire/attachments.h"
#include "libcore/wire/events.h"

namespace sl::loop {

using wire::Type;

void LoopStage::run(Reader& in, Writer& out) {
  if (times == 1) {
    while (const auto record = in.next()) in.pass(*record, out);
    return;
  }
  out_ = &out;
  // The copy is a wire too, written by a Writer and read by a Reader.
  Target target =
      Target::callbacks([this](std::span<const std::byte> bytes) { store.append(bytes); }, [] {}, "the stored stream");
  std::optional<Writer> copy;
  while (const auto record = in.next()) {
    if (record->type == Type::Start) {
      store.clear();
      span_ = {};
      header_.clear();
      seen_frame_ = false;
      copy.emplace(target, identity().stage, "");
    }
    if (record->type == Type::End) {
      if (interrupted() != 0) {
        stop(in, *record);
        continue;
      }
      copy->end();
      copy->close();
      now_ = state_of(in);
      const bool stopped = replay();
      if (stopped) check_endless(in);
      out.end(&in.end(), stopped || in.end().stopped);
      continue;
    }
    if (record->type == Type::Frame) note_frame(in, record->track);
    (void)in.body();  // in memory, for both
    in.pass(*record, out);
    in.pass(*record, *copy);
  }
}

// Without attachments for one frame only.
LoopStage::State LoopStage::state_of(const Reader& in) {
  State state;
  std::vector<std::uint16_t> numbers = in.tracks();
  numbers.push_back(0);
  for (const std::uint16_t number : numbers) {
    InForce& now = state[number];
    if (number != 0) now.track = in.track(number);
    now.attachments = in.attachments(number);
    if (number != 0) now.attachments = persistent(std::move(now.attachments));
  }
  return state;
}

void LoopStage::note_frame(const Reader& in, std::uint16_t number) {
  if (!seen_frame_) header_ = state_of(in);
  seen_frame_ = true;
  span_.add(number, in.track(number), in.frame(number));
}

// Restore tracks and attachments to their state before the first frame.
void LoopStage::restore() {
  for (auto& [number, header] : header_) {
    InForce& now = now_[number];
    if (header.track && !(header.track == now.track)) {
      out_->track(number, *header.track);
      now.attachments.clear();
    }
    replace_attachments(*out_, number, now.attachments, header.attachments);
  }
}

// An interrupt is a proper end if the stream has no other one: N is 0, or the input is live.
void LoopStage::check_endless(const Reader& in) const {
  if (times != 0 && !in.may_stop()) fail_interrupted();
}

// End the stream after an interrupt in the first pass.
void LoopStage::stop(Reader& in, const wire::Header& end) {
  check_endless(in);
  if (in.end().stopped) return in.pass(end, *out_);
  out_->end(&in.end(), true);
}

// Return true if an interrupt stopped it.
bool LoopStage::replay() {
  for (std::uint64_t pass = 1; seen_frame_ && (times == 0 || pass < static_cast<std::uint64_t>(times)); ++pass) {
    std::uint64_t offset = 0;
    Source source = Source::callbacks(
        [&](std::span<std::byte> into) {
          const std::size_t count = store.read(offset, into);
          offset += count;
          return count;
        },
        {}, "the stored stream");
    Reader in(source);
    source.limit_read_ahead(std::size_t{256} << 10);
    restore();
    bool header = true;
    while (const auto record = in.next()) {
      if (interrupted() != 0 && !out_->in_frame()) return true;
      check_interrupt();
      header = header && record->type != Type::Frame;
      send(in, *record, header, pass);
    }
  }
  return false;
}

void LoopStage::send(Reader& in, const wire::Header& record, bool header, std::uint64_t pass) {
  const std::uint16_t number = record.track;
  if (record.type == Type::Start || record.type == Type::Stage || record.type == Type::End) return;
  if (record.type == Type::Frame) {
    const std::int64_t offset = span_.time_offset(number, pass);
    Frame frame = in.frame(number);
    frame.number += span_.number_offset(number, pass);
    frame.pts = add_time(frame.pts, offset);
    frame.dts = add_time(frame.dts, offset);
    out_->frame(number, frame);
  } else if (record.type == Type::Event) {
    if (header) return;
    const std::int64_t offset = span_.time_offset(number, pass);
    const auto more = static_cast<std::int64_t>(span_.number_offset(number, pass));
    out_->event(number, retime_event(
                            in.text(), [&](std::int64_t time) { return add_time(time, offset); },
                            [&](std::int64_t frame) { return add_time(frame, more); }));
  } else if (!header || (record.type == Type::Attachment && (record.flags & wire::next_frame_only) != 0)) {
    in.pass(record, *out_);
  }
}

}  // namespace sl::loop

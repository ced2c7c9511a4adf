// Frames come into a window and leave it when they are too old. A replay is a copy of the window.

#include "replay_stage.h"

#include <algorithm>
#include <string>

#include "libcore/base/limits.h"
#include "libcore/base/report.h"
#include "libcore/base/time_text.h"
#include "libcore/media/clock.h"
#include "libcore/process/signals.h"

namespace sl::replay {

using wire::Type;

namespace {

bool is_film_in_packets(const Track& track) { return track.kind == Kind::Video && track.codec != "raw"; }

}  // namespace

void ReplayStage::run(Reader& in, Writer& out) {
  in_ = &in;
  out_ = &out;
  while (const auto record = in.next()) {
    if (record->type == Type::End && at_end) write();
    if (record->type != Type::End) take(*record);
    if (take_request()) write();
  }
  if (written_ == 0) warn("no replay was asked for");
}

void ReplayStage::take(const wire::Header& record) {
  if (record.type == Type::Start) {
    window_.emplace(*in_, "frames that are kept");
    keys_.clear();
    is_short_ = false;
  }
  if (record.track == 0 || !window_->takes(record)) return;
  make_room(record);
  if (const HeldFrame* const frame = window_->take(record)) {
    note_key(*frame);
    drop_old();
  }
}

void ReplayStage::note_key(const HeldFrame& frame) {
  if (!is_film_in_packets(frame.context->track) || (frame.frame.flags & frame_flag::key) == 0) return;
  keys_[frame.track].push_back(frame.start);
}

// Drop the frames before the length; of packets, before the last key frame at or before that.
void ReplayStage::drop_old() {
  std::int64_t from = window_->end() - length;
  for (auto& [number, keys] : keys_) {
    while (keys.size() > 1 && keys[1] <= window_->end() - length) keys.pop_front();
    from = std::min(from, keys.front());
  }
  while (!window_->frames().empty() && window_->front().complete && window_->front().start < from &&
         (window_->front().end <= from || is_film_in_packets(window_->front().context->track))) {
    drop_first();
  }
}

// Drop frames until the next record fits into --max-memory.
void ReplayStage::make_room(const wire::Header& record) {
  std::uint64_t more = sizeof(HeldFrame) + record.length;
  if (record.type == Type::Frame && in_->track(record.track).is_raw_video()) {
    const Track& track = in_->track(record.track);
    more += strip_bytes(*track.pixels, track.width, track.height);
  }
  while (window_->bytes() + more > limits().memory && !window_->frames().empty() && window_->front().complete) {
    is_short_ = true;
    drop_first();
  }
}

void ReplayStage::drop_first() {
  const HeldFrame frame = window_->pop();
  const auto found = keys_.find(frame.track);
  if (found == keys_.end()) return;
  std::deque<std::int64_t>& keys = found->second;
  if ((frame.frame.flags & frame_flag::key) != 0 && !keys.empty() && keys.front() <= frame.start) keys.pop_front();
  if (keys.empty()) keys_.erase(found);
}

// Packets before the first key frame, and those after it that are shown before it, need dropped ones.
bool ReplayStage::is_shown(const HeldFrame& frame) {
  if (!frame.complete) return false;
  if (!is_film_in_packets(frame.context->track)) return true;
  const auto [key, is_first] = first_keys_.try_emplace(frame.track, 0);
  if (is_first && (frame.frame.flags & frame_flag::key) == 0) {
    first_keys_.erase(key);
    return false;
  }
  if (is_first) key->second = frame.start;
  return frame.start >= key->second;
}

void ReplayStage::write() {
  if (!window_ || window_->frames().empty()) return warn("a replay was asked for, and nothing has come yet");
  std::map<std::uint16_t, const HeldFrame*> first;
  for (const HeldFrame& frame : window_->frames()) first.try_emplace(frame.track, &frame);
  out_->begin(in_->preamble().flags);
  for (const wire::StageInfo& stage : in_->stages()) out_->stage(stage);
  HeldFrameWriter frames(*out_);
  for (const std::uint16_t number : in_->tracks()) {
    const auto found = first.find(number);
    if (found == first.end()) {
      frames.track(number).announce(in_->track(number));
    } else {
      frames.track(number).make_current(*found->second->context);
    }
  }
  for (const Attachment& attachment : in_->attachments(0)) out_->attachment(0, attachment);
  first_keys_.clear();
  std::optional<std::int64_t> start;
  for (const HeldFrame& frame : window_->frames()) {
    if (!is_shown(frame)) continue;
    start = std::min(start.value_or(frame.start), frame.start);
    frames.send(frame, frame.frame, false);
  }
  out_->end();
  out_->flush();
  ++written_;
  if (is_short_ && start) {
    warn("only the last " + seconds_text(window_->end() - *start, {1, ns_per_second}) + " fit into --max-memory");
  }
}

}  // namespace sl::replay

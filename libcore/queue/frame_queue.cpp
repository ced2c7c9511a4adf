// The rules, on a list of some hundred frames.

#include "libcore/queue/frame_queue.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace sl {

namespace {

// The cost of an entry besides its content, so that many small ones are not free.
constexpr std::uint64_t overhead = 256;
// Untrusted times are clamped, so that differences and sums fit.
constexpr std::int64_t max_time = std::int64_t{1} << 61, max_frame = std::int64_t{1} << 40;

}  // namespace

void FrameQueue::new_stream() {
  ++stream_;
  lanes_.clear();
  sent_.clear();
}

void FrameQueue::add_record(std::uint16_t track, std::uint64_t bytes, std::unique_ptr<Content> content) {
  Entry entry;
  entry.facts.track = track;
  entry.bytes = bytes + overhead;
  entry.content = std::move(content);
  entry.stream = stream_;
  bytes_ += entry.bytes;
  entries_.push_back(std::move(entry));
}

FrameQueue::Place FrameQueue::open_frame(const FrameFacts& facts, std::unique_ptr<Content> content) {
  Entry entry;
  entry.what = What::Frame;
  entry.facts = facts;
  Lane& own = lane(entry);
  std::int64_t& time = entry.facts.time;
  std::int64_t& length = entry.facts.length;
  time = facts.time == no_time ? own.end : std::clamp(facts.time, -max_time, max_time);
  if (length == 0 && own.time) length = time - *own.time;  // unknown: the time since the frame before
  length = std::clamp<std::int64_t>(length, 0, max_frame);
  own.time = time;
  own.end = std::min(time + length, max_time);
  entry.complete = false;
  entry.bytes = overhead;
  entry.content = std::move(content);
  entry.stream = stream_;
  bytes_ += entry.bytes;
  return entries_.insert(entries_.end(), std::move(entry));
}

void FrameQueue::grow(Place frame, std::uint64_t bytes) {
  frame->bytes += bytes;
  bytes_ += bytes;
}

void FrameQueue::seal(Place frame) {
  frame->complete = true;
  Lane& own = lane(*frame);
  ++own.waiting;
  own.bytes += frame->bytes;
  own.length += frame->facts.length;
}

void FrameQueue::complete_frame(Place frame) {
  seal(frame);
  Lane& own = lane(*frame);
  if (frame->facts.kind == Kind::Data || policy_ == Policy::Lossless) return;
  if (is_orphan(frame->facts, own)) {
    drop(frame);
    return;
  }
  const std::uint16_t track = frame->facts.track;
  if (policy_ == Policy::Latest && frame->facts.kind == Kind::Video && !frame->facts.packets) {
    while (own.waiting > 1) drop(first_waiting(track));
  }
  trim(track);
}

void FrameQueue::remove(Place frame) {
  bytes_ -= frame->bytes;
  entries_.erase(frame);
}

void FrameQueue::drop_all() {
  for (Place entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->what == What::Frame && entry->complete && entry->facts.kind != Kind::Data) entry = drop(entry);
  }
}

std::optional<FrameQueue::Entry> FrameQueue::take() {
  if (!can_take()) return std::nullopt;
  Entry entry = std::move(entries_.front());
  entries_.pop_front();
  forget(entry);
  if (entry.what == What::Frame && entry.stream == stream_) sent_[entry.facts.track] = entry.facts.time;
  return entry;
}

bool FrameQueue::full(std::uint64_t more) const {
  if (bytes_ > room_.bytes && bytes_ - room_.bytes > more) return true;
  if (policy_ != Policy::Lossless || !room_.length) return false;
  return std::ranges::any_of(lanes_, [&](const auto& lane) { return too_long(lane.first); });
}

bool FrameQueue::is_of(const Entry& entry, std::uint16_t track) const {
  return entry.stream == stream_ && entry.facts.track == track;
}

bool FrameQueue::waits(const Entry& entry, std::uint16_t track) const {
  return is_of(entry, track) && entry.what == What::Frame && entry.complete;
}

FrameQueue::Place FrameQueue::first_waiting(std::uint16_t track) {
  return std::ranges::find_if(entries_, [&](const Entry& entry) { return waits(entry, track); });
}

// Return whether this packet, now complete, needs dropped ones.
bool FrameQueue::is_orphan(const FrameFacts& facts, Lane& lane) {
  if (!facts.packets) return false;
  if (facts.key) {
    if (std::exchange(lane.broken, false)) {
      lane.shown = facts.shown;
    } else if (lane.shown != no_time && facts.shown > lane.shown) {
      lane.shown = no_time;
    }
    return false;
  }
  return lane.broken || (lane.shown != no_time && facts.shown != no_time && facts.shown < lane.shown);
}

bool FrameQueue::too_long(std::uint16_t track) const {
  const auto found = lanes_.find(track);
  return room_.length && found != lanes_.end() && found->second.length > *room_.length;
}

// Drop frames until there is room or no more can be dropped.
void FrameQueue::trim(std::uint16_t track) {
  while (too_long(track) && make_room(track)) {
  }
  while (bytes_ > room_.bytes) {
    // From the track with the most bytes.
    std::vector<std::pair<std::uint64_t, std::uint16_t>> order;
    for (const auto& [number, lane] : lanes_) order.emplace_back(lane.bytes, number);
    std::ranges::sort(order, std::greater<>());
    if (std::ranges::none_of(order, [&](const auto& one) { return make_room(one.second); })) return;
  }
}

// Drop as little of this track as the rules allow; return false if they allow nothing.
bool FrameQueue::make_room(std::uint16_t track) {
  const Place first = first_waiting(track);
  if (first == entries_.end() || first->facts.kind == Kind::Data) return false;
  if (first->facts.packets) return drop_group(track);
  if (lanes_[track].waiting < 2) return false;
  drop(policy_ == Policy::Every && first->facts.kind == Kind::Video ? crowded(track) : first);
  return true;
}

// Return the picture whose neighbours are nearest to each other; never the newest.
FrameQueue::Place FrameQueue::crowded(std::uint16_t track) {
  const auto sent = sent_.find(track);
  Place best = entries_.end(), candidate = entries_.end();
  std::int64_t before = sent == sent_.end() ? no_time : sent->second, best_hole = 0;
  for (Place entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (!waits(*entry, track)) continue;
    if (candidate != entries_.end()) {
      // The first picture of all has no neighbour before it.
      const std::int64_t hole = before == no_time ? 2 * max_time - 1 : entry->facts.time - before;
      if (best == entries_.end() || hole < best_hole) {
        best = candidate;
        best_hole = hole;
      }
      before = candidate->facts.time;
    }
    candidate = entry;
  }
  return best;
}

// Drop packets from the oldest one to a later key frame.
bool FrameQueue::drop_group(std::uint16_t track) {
  Lane& own = lanes_[track];
  const Place first = first_waiting(track);
  Place stop = entries_.end();
  for (Place entry = std::next(first); entry != entries_.end(); ++entry) {
    if (!is_of(*entry, track) || entry->what != What::Frame || !entry->facts.key) continue;
    stop = entry;
    if (policy_ != Policy::Latest || entry->facts.kind != Kind::Video) break;
  }
  const bool found = stop != entries_.end();
  if (!found && first->facts.key && own.waiting < 2) return false;  // if all are key frames, one is kept
  const std::int64_t shown = found ? stop->facts.shown : no_time;
  bool after_key = false;
  for (Place entry = first; entry != entries_.end(); ++entry) {
    after_key = after_key || entry == stop;
    if (waits(*entry, track)) {
      if (after_key && entry != stop && entry->facts.key) break;
      const bool needs =
          after_key && entry != stop && shown != no_time && entry->facts.shown != no_time && entry->facts.shown < shown;
      if (!after_key || needs) entry = drop(entry);
    }
  }
  own.broken = !found;
  own.shown = shown;
  return true;
}

// Replace the frame by a hole, joined with adjacent holes of its track; return the hole.
FrameQueue::Place FrameQueue::drop(Place frame) {
  const std::uint16_t track = frame->facts.track;
  forget(*frame);
  frame->what = What::Hole;
  frame->content.reset();
  frame->last_number = frame->facts.number;
  frame->count = 1;
  frame->bytes = overhead;
  bytes_ += overhead;
  const auto concerns = [&](const Entry& entry) { return entry.facts.track == track || entry.facts.track == 0; };
  const auto join = [&](Place into, Place from) {
    into->last_number = from->last_number;
    into->count += from->count;
    if (from->facts.pts_end != no_time) into->facts.pts_end = from->facts.pts_end;
    bytes_ -= from->bytes;
    entries_.erase(from);
  };
  Place next = std::next(frame);
  while (next != entries_.end() && !concerns(*next)) ++next;
  if (next != entries_.end() && next->what == What::Hole) join(frame, next);
  Place before = frame;
  while (before != entries_.begin()) {
    --before;
    if (!concerns(*before)) continue;
    if (before->what != What::Hole) return frame;
    join(before, frame);
    return before;
  }
  return frame;
}

// Subtract the entry from the totals.
void FrameQueue::forget(const Entry& entry) {
  bytes_ -= entry.bytes;
  if (entry.what != What::Frame || entry.stream != stream_) return;
  Lane& own = lane(entry);
  --own.waiting;
  own.bytes -= entry.bytes;
  own.length -= entry.facts.length;
}

}  // namespace sl

// The overlap of two parts is made when the later one has come so far on all tracks. What comes of it waits like any
// other frames of that part, so a short part may overlap on both sides at once.

#include "libcore/combine/part_joiner.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/times.h"
#include "libcore/media/clock.h"
#include "libcore/media/track.h"
#include "libcore/sound/sample_times.h"
#include "libcore/sound/sound_overlap.h"
#include "libcore/wire/events.h"

namespace sl {

namespace {

constexpr Rational ns{1, ns_per_second};

}  // namespace

void PartJoiner::announce(std::uint16_t number, const Track& track) {
  tracks_[number].track = track;
  frames_.track(number).announce(track);
}

void PartJoiner::begin(std::string title, std::optional<std::int64_t> end_before, std::set<std::uint16_t> silent) {
  silent_ = std::move(silent);
  title_before_ = std::exchange(title_, std::move(title));
  ++parts_;
  if (end_before && rules_.overlap != 0) {
    overlap_to_ = rescale(*end_before, rules_.time_base, ns);
    overlap_from_ = rescale(*end_before - rules_.overlap, rules_.time_base, ns);
    if (!start_ || *start_ > overlap_from_) throw Error(Status::Data, title_before_ + ": is shorter than --fade");
    tail_ = std::exchange(pending_, {});
  }
  start_.reset();
  end_.reset();
  last_start_ = overlap_from_;
  ends_.clear();
}

void PartJoiner::place(HeldFrame& frame, std::uint16_t as, const Frame& sent, std::int64_t shift) {
  Outgoing& outgoing = tracks_.at(as);
  frame.track = as;
  frame.frame = sent;
  if (outgoing.track.is_raw_audio()) {
    frame.start += shift;
    frame.end += shift;
  } else {
    const std::int64_t length = frame.end - frame.start;
    frame.start = rescale(sent.pts, rules_.time_base, ns);
    frame.end = sent.duration >= 0 ? rescale(add_time(sent.pts, sent.duration), rules_.time_base, ns)
                                   : add_time(frame.start, length);
  }
  if (outgoing.came != frame.context) {
    outgoing.came = frame.context;
    outgoing.goes = std::make_shared<FrameContext>(FrameContext{outgoing.track, frame.context->attachments});
  }
  frame.context = outgoing.goes;
}

void PartJoiner::add(HeldFrame frame) {
  const bool is_picture = frame.context->track.kind == Kind::Video;
  const std::int64_t start = frame.start, end = frame.end;
  take(std::move(frame));
  if (is_picture) add_silence(start, end);
}

void PartJoiner::add_silence(std::int64_t from, std::int64_t to) {
  for (const std::uint16_t number : silent_) {
    Outgoing& outgoing = tracks_.at(number);
    const Track& track = outgoing.track;
    if (!track.is_raw_audio()) continue;
    const Rational sample{1, track.sample_rate};
    const std::int64_t most = std::max<std::int64_t>(track.sample_rate / 10, 1);
    for (std::int64_t at = rescale(from, ns, sample), end = rescale(to, ns, sample); at < end;) {
      const std::int64_t samples = std::min(most, end - at);
      HeldFrame block;
      block.track = number;
      block.complete = true;
      block.context = std::make_shared<FrameContext>(FrameContext{track, {}});
      block.bytes.assign(static_cast<std::size_t>(samples) * sample_frame_bytes(track),
                         track.samples == "u8" ? std::byte{128} : std::byte{0});
      block.frame.number = outgoing.silences++;
      block.frame.pts = rescale(at, sample, rules_.time_base);
      block.frame.duration = samples_length(track, static_cast<std::uint64_t>(samples));
      block.start = rescale(at, sample, ns);
      at += samples;
      block.end = rescale(at, sample, ns);
      take(std::move(block));
    }
  }
}

void PartJoiner::take(HeldFrame frame) {
  waiting_ += frame.size();
  check_memory(title_, waiting_, "frames that wait for the next part");
  if (frame.context->track.kind != Kind::Data) {
    start_ = std::min(start_.value_or(frame.start), frame.start);
    end_ = std::max(end_.value_or(frame.end), frame.end);
    last_start_ = std::max(last_start_, frame.start);
    std::int64_t& end = ends_.try_emplace(frame.track, frame.end).first->second;
    end = std::max(end, frame.end);
  }
  pending_.push_back({std::move(frame), parts_});
  if (!tail_.empty() && is_head_complete()) merge();
  if (tail_.empty()) send_ready(false);
}

void PartJoiner::add_record(const wire::Header& record, std::span<const std::byte> body) {
  const auto last = std::find_if(pending_.rbegin(), pending_.rend(),
                                 [&](const Placed& placed) { return placed.held.track == record.track; });
  if (last == pending_.rend()) return out_.ancillary(record, body);
  last->held.after.push_back({record, {body.begin(), body.end()}});
  waiting_ += sizeof(HeldRecord) + body.size();
  check_memory(title_, waiting_, "frames that wait for the next part");
}

void PartJoiner::end() {
  if (tail_.empty()) return;
  if (!end_ || *end_ < overlap_to_) throw Error(Status::Data, title_ + ": is shorter than --fade");
  merge();
}

void PartJoiner::finish() { send_ready(true); }

// Tracks are interleaved within a second.
bool PartJoiner::is_head_complete() const {
  std::set<std::uint16_t> tracks;
  for (const Frames* frames : {&tail_, &pending_}) {
    for (const Placed& placed : *frames) {
      if (placed.held.context->track.kind != Kind::Data) tracks.insert(placed.held.track);
    }
  }
  if (last_start_ >= overlap_to_ + ns_per_second) return true;
  return std::ranges::all_of(tracks, [&](std::uint16_t track) {
    const auto found = ends_.find(track);
    return found != ends_.end() && found->second >= overlap_to_;
  });
}

void PartJoiner::merge() {
  std::map<std::uint16_t, std::pair<Frames, Frames>> tracks;
  for (Placed& placed : tail_) tracks[placed.held.track].first.push_back(std::move(placed));
  for (Placed& placed : pending_) tracks[placed.held.track].second.push_back(std::move(placed));
  tail_.clear();
  pending_.clear();
  for (auto& [number, frames] : tracks) {
    auto& [before, after] = frames;
    const Track& track = (before.empty() ? after : before).front().held.context->track;
    if (track.kind == Kind::Video && !before.empty() && !after.empty()) {
      merge_pictures(before, after, pending_);
    } else if (track.kind == Kind::Audio) {
      merge_sound(before, after, pending_);
    } else {
      for (Frames* part : {&before, &after}) std::ranges::move(*part, std::back_inserter(pending_));
    }
  }
  std::ranges::stable_sort(pending_, {}, [](const Placed& placed) { return placed.held.start; });
  waiting_ = 0;
  for (const Placed& placed : pending_) waiting_ += placed.held.size();
  start_ = overlap_from_;
  end_ = std::max(end_.value_or(overlap_to_), overlap_to_);
}

// ---- Pictures ----

// Return the times of the pictures in the overlap: of the part before, else of the part after, else of the rate.
std::vector<std::int64_t> PartJoiner::times_of(const Frames& before, const Frames& after) const {
  for (const Frames* frames : {&before, &after}) {
    std::set<std::int64_t> times;
    for (const Placed& placed : *frames) {
      const std::int64_t start = std::max(placed.held.start, overlap_from_);
      if (start < overlap_to_ && placed.held.end > overlap_from_) times.insert(start);
    }
    if (times.size() < 2) continue;
    times.insert(overlap_from_);
    return {times.begin(), times.end()};
  }
  std::vector<std::int64_t> times;
  const std::int64_t first = rescale(overlap_from_, ns, rules_.time_base);
  for (std::int64_t k = 0;; ++k) {
    const std::int64_t tick = first + rescale(k, {rules_.rate.den, rules_.rate.num}, rules_.time_base);
    const std::int64_t time = rescale(tick, rules_.time_base, ns);
    if (time >= overlap_to_) return times;
    if (times.empty() || time > times.back()) times.push_back(time);
  }
}

void PartJoiner::set_times(HeldFrame& frame, std::int64_t start, std::int64_t end) const {
  frame.start = start;
  frame.end = end;
  frame.frame.pts = rescale(start, ns, rules_.time_base);
  frame.frame.duration = rescale(end, ns, rules_.time_base) - frame.frame.pts;
  frame.frame.dts = no_time;
}

PartJoiner::Placed PartJoiner::mix(Placed& from, Placed& to, bool from_leads, std::int64_t at,
                                   std::int64_t until) const {
  Placed& lead = from_leads ? from : to;
  Placed mixed{{}, lead.part, true};
  mixed.held.track = from.held.track;
  mixed.held.frame = lead.held.frame;
  mixed.held.context = from.held.context;
  mixed.held.complete = true;
  mixed.held.damaged = from.held.damaged || to.held.damaged;
  set_times(mixed.held, at, until);
  mixed.held.image = Image(from.held.context->track, title_, "a frame");
  const double progress = static_cast<double>(at - overlap_from_) / static_cast<double>(overlap_to_ - overlap_from_);
  make_transition(rules_.transition, from.held.image.strip(), to.held.image.strip(), progress,
                  mixed.held.image.strip());
  return mixed;
}

void PartJoiner::merge_pictures(Frames& before, Frames& after, Frames& merged) const {
  // The picture that is shown at a time.
  const auto shown = [](Frames& frames, std::int64_t time) -> Placed& {
    auto later = std::ranges::find_if(frames, [&](const Placed& placed) { return placed.held.start > time; });
    return later == frames.begin() ? *later : *std::prev(later);
  };
  const auto take_records = [](Placed& of, Placed& to) {
    std::ranges::move(std::exchange(of.held.after, {}), std::back_inserter(to.held.after));
  };
  const std::vector<std::int64_t> times = times_of(before, after);
  const bool from_leads = std::ranges::any_of(before, [&](const Placed& placed) {
    return placed.held.start >= overlap_from_ && placed.held.start < overlap_to_;
  });
  Frames mixed;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const std::int64_t until = i + 1 < times.size() ? times[i + 1] : overlap_to_;
    Placed &from = shown(before, times[i]), &to = shown(after, times[i]);
    Placed& made = mixed.emplace_back(mix(from, to, from_leads, times[i], until));
    if (from.held.start >= overlap_from_) take_records(from, made);
    if (to.held.end <= overlap_to_) take_records(to, made);
  }
  for (Placed& placed : before) {
    if (placed.held.start >= overlap_from_) continue;
    if (placed.held.end > overlap_from_) set_times(placed.held, placed.held.start, overlap_from_);
    merged.push_back(std::move(placed));
  }
  std::ranges::move(mixed, std::back_inserter(merged));
  for (Placed& placed : after) {
    if (placed.held.start < overlap_to_ && placed.held.end <= overlap_to_) continue;
    if (placed.held.start < overlap_to_) set_times(placed.held, overlap_to_, placed.held.end);
    merged.push_back(std::move(placed));
  }
}

// ---- Sound ----

void PartJoiner::merge_sound(Frames& before, Frames& after, Frames& merged) const {
  const HeldFrame& first = (before.empty() ? after : before).front().held;
  const std::uint16_t number = first.track;
  const std::shared_ptr<const FrameContext> context = first.context;
  const Track& track = context->track;
  const std::int64_t length = rescale(overlap_to_ - overlap_from_, ns, {1, track.sample_rate});
  const std::uint64_t values = saturating_multiply(static_cast<std::uint64_t>(length), track.channels);
  check_memory(title_, saturating_multiply(values, sizeof(double)), "sound of the overlap");
  SoundOverlap overlap(track, overlap_from_, overlap_to_);
  const auto place = [&](HeldFrame& frame, std::int64_t at, std::int64_t samples) {
    const std::int64_t origin = rescale(overlap_from_, ns, rules_.time_base);
    frame.frame.pts = origin + rescale(at, {1, track.sample_rate}, rules_.time_base);
    frame.frame.duration = samples_length(track, static_cast<std::uint64_t>(samples));
    frame.frame.dts = no_time;
    frame.start = overlap_from_ + rescale(at, {1, track.sample_rate}, ns);
    frame.end = overlap_from_ + rescale(at + samples, {1, track.sample_rate}, ns);
  };
  Frames later;
  std::vector<HeldRecord> records;
  for (Frames* part : {&before, &after}) {
    for (Placed& placed : *part) {
      HeldFrame& frame = placed.held;
      const std::int64_t at = overlap.position(frame.start);
      const auto samples = static_cast<std::int64_t>(frame.bytes.size() / overlap.unit());
      const std::int64_t skip = std::clamp<std::int64_t>(-at, 0, samples);
      const std::int64_t stop = std::clamp<std::int64_t>(overlap.count() - at, 0, samples);
      const auto bytes_to = [&](std::int64_t k) { return static_cast<std::size_t>(k) * overlap.unit(); };
      if (skip < stop) {
        overlap.add(at + skip, std::span(frame.bytes).subspan(bytes_to(skip), bytes_to(stop - skip)), part == &after);
      }
      const bool is_whole = skip == samples || stop == 0;
      if (skip != 0) {  // begins before the overlap
        if (!is_whole) {
          frame.bytes.resize(bytes_to(skip));
          place(frame, at, skip);
        }
        merged.push_back(std::move(placed));
      } else if (stop != samples) {  // ends after it
        if (!is_whole) {
          frame.bytes.erase(frame.bytes.begin(), frame.bytes.begin() + static_cast<std::ptrdiff_t>(bytes_to(stop)));
          place(frame, at + stop, samples - stop);
        }
        later.push_back(std::move(placed));
      } else {
        std::ranges::move(frame.after, std::back_inserter(records));
      }
    }
  }
  overlap.blocks([&](std::int64_t at, std::int64_t samples, std::vector<std::byte> bytes) {
    Placed& block = merged.emplace_back(Placed{{}, parts_, true});
    block.held.track = number;
    block.held.context = context;
    block.held.complete = true;
    block.held.bytes = std::move(bytes);
    block.held.after = std::exchange(records, {});
    place(block.held, at, samples);
  });
  std::ranges::move(later, std::back_inserter(merged));
}

// ---- Sending ----

void PartJoiner::send_ready(bool all) {
  const std::int64_t overlap = rescale(rules_.overlap, rules_.time_base, ns);
  while (!pending_.empty()) {
    const HeldFrame& front = pending_.front().held;
    const bool waits = rules_.overlap != 0 && front.context->track.kind != Kind::Data;
    if (!all && waits && front.end + overlap > end_.value_or(0)) return;
    waiting_ -= std::min(waiting_, front.size());
    Placed placed = std::move(pending_.front());
    pending_.pop_front();
    send(std::move(placed));
  }
}

// Frames of a part keep their distances in number; those of the overlap count on.
void PartJoiner::send(Placed placed) {
  HeldFrame& held = placed.held;
  Frame as = held.frame;
  const auto [found, is_first] = sent_.try_emplace(held.track);
  Sent& last = found->second;
  if (!is_first) {
    const bool continues = !placed.is_mixed && last.part == placed.part && as.number > last.original;
    as.number = last.number + (continues ? as.number - last.original : 1);
  }
  last = {placed.part, held.frame.number, as.number};
  const auto shift = static_cast<std::int64_t>(as.number - held.frame.number);
  for (HeldRecord& record : held.after) {
    if (record.header.type != wire::Type::Event) continue;
    const auto* text = reinterpret_cast<const char*>(record.body.data());
    const std::string moved = retime_event(
        {text, record.body.size()}, [](std::int64_t time) { return time; },
        [&](std::int64_t number) { return number + shift; });
    const auto bytes = std::as_bytes(std::span(moved));
    record.body.assign(bytes.begin(), bytes.end());
  }
  frames_.send(held, as, placed.is_mixed);
}

}  // namespace sl

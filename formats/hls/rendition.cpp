// Writes segments and parts to files, lists them, and expires them.

#include "formats/hls/rendition.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace sl::hls {

namespace {

std::int64_t rounded_seconds(std::int64_t microseconds) { return (microseconds + 500000) / 1000000; }

// Return whether a failure may pass: a full disk, or a folder that is unavailable for a while.
bool may_pass(const Error& error) {
  return error.status() == Status::Io || error.status() == Status::CannotCreate ||
         error.status() == Status::NotPermitted;
}

constexpr std::int64_t second = 1000000;
constexpr const char* segment_lost = "a segment is left out (EXT-X-GAP); writing continues when there is room";

}  // namespace

std::int64_t target_for(std::int64_t segment, std::int64_t distance) {
  const std::int64_t steps = distance == 0 ? 0 : (segment + distance - 1) / distance;
  const std::int64_t longest = std::max(segment, steps * distance);
  // A clock's inaccuracy, a little above a whole number, rounds down. Other lengths get some room.
  return std::max({rounded_seconds(longest), (longest * 19 / 20 + second - 1) / second, std::int64_t{1}});
}

bool Rules::can_continue(const MediaPlaylist& before) const {
  return !before.ended && before.kind == kind && before.kind != Kind::Vod && !before.segments.empty() &&
         before.segments.back().map.empty() == transport_stream;
}

void Rules::report_frame_length(std::int64_t length, bool pictures) {
  std::int64_t& longest = pictures ? picture_length : sound_length;
  longest = std::max(longest, length);
  if (unknown_lengths > 0 && --unknown_lengths == 0) choose_part_target();
}

// A part has as many whole pictures as fit, so that all parts of a segment except the last have one length. Parts of
// sound may be shorter, as each is independent. A twentieth is added for cameras, which are not punctual.
void Rules::choose_part_target() {
  unknown_lengths = 0;
  if (part_target != 0) return;
  const std::int64_t length = picture_length != 0 ? picture_length : sound_length;
  std::int64_t whole = part;
  if (length != 0) {
    const std::int64_t least = (std::max(sound_length, length) + length - 1) / length;
    whole = std::max((part + 1) / length, least) * length;
  }
  part_target = whole + whole / 20;
}

Rendition::Rendition(Folder& folder, std::string name, Rules& rules)
    : folder_(folder), name_(std::move(name)), rules_(rules) {
  playlist_.kind = rules_.kind;
  playlist_.sequence = folder_.first_free(name_);
  playlist_.discontinuity_sequence = rules_.discontinuity;
  const auto old = folder_.old().find(name_);
  if (old == folder_.old().end()) return;
  const MediaPlaylist& before = old->second;
  if (!rules_.can_continue(before)) {
    old_files_ = files_of(before);
    return;
  }
  playlist_ = before;
  listed_ = true;
  for (const Segment& segment : playlist_.segments) {
    if (!segment.map.empty()) ++map_users_[segment.map];
  }
}

// Run `work`. If it fails in a way that may pass, warn and return false; a film on demand is complete or fails.
template <class Work>
bool Rendition::attempt(const std::string& consequence, Work work) {
  try {
    work();
    return true;
  } catch (const Error& error) {
    if (rules_.kind == Kind::Vod || !may_pass(error)) throw;
    folder_.trouble(error, consequence);
    return false;
  }
}

std::string Rendition::file(std::uint64_t number) const {
  return name_ + "-" + std::to_string(number) + (rules_.transport_stream ? ".ts" : ".m4s");
}

std::string Rendition::part_file(std::size_t part) const {
  return name_ + "-" + std::to_string(playlist_.next()) + "." + std::to_string(part) + ".m4s";
}

void Rendition::set_map(std::span<const std::byte> bytes) {
  if (std::ranges::equal(bytes, map_)) return;
  map_.assign(bytes.begin(), bytes.end());
  map_name_ = name_ + "-init-" + std::to_string(playlist_.next()) + ".mp4";
  map_written_ = false;
}

std::int64_t Rendition::max_segment() const {
  if (rules_.kind == Kind::Vod || rules_.independent) return std::numeric_limits<std::int64_t>::max();
  if (rules_.target != 0) return rules_.target * second + second / 2 - 1;
  return std::max(3 * rules_.segment, 12 * second);  // the usual maximum of encoders is 250 pictures
}

void Rendition::deliver(Target target, const std::string& name) {
  if (rules_.kind == Kind::Vod && folder_.may_hold()) {
    target.flush();
    (void)target.take_gathered();  // frees its memory
    held_.emplace_back(name, std::move(target));
    return;
  }
  folder_.appear(std::move(target), name);
  if (rules_.kind == Kind::Vod) made_.push_back(name);
}

void Rendition::write_map() {
  if (map_.empty() || map_written_) return;
  Target target = folder_.create(map_name_);
  target.write(map_);
  deliver(std::move(target), map_name_);
  map_written_ = true;
}

void Rendition::begin(std::int64_t wall) {
  open_ = true;
  partless_ = false;
  segment_bytes_ = 0;
  segment_ = {};
  segment_.uri = file(playlist_.next());
  segment_.wall = wall;
  segment_.map = map_name_;
  const std::uint64_t number = rules_.discontinuity, last = playlist_.last_discontinuity();
  if (playlist_.segments.empty()) {
    playlist_.discontinuity_sequence = number;
  } else if (number > last) {
    segment_.discontinuities = static_cast<std::uint32_t>(number - last);
  }
  lost_ = !attempt(segment_lost, [this] {
    write_map();
    target_.emplace(folder_.create(segment_.uri));
  });
}

void Rendition::write(std::span<const std::byte> bytes) {
  segment_bytes_ += bytes.size();
  if (rules_.part != 0) part_.insert(part_.end(), bytes.begin(), bytes.end());
  if (lost_) return;
  lost_ = !attempt(segment_lost, [&] { target_->write(bytes); });
  if (lost_) target_.reset();
}

void Rendition::end_part(std::int64_t duration, bool independent) {
  partless_ = partless_ || duration > rules_.part_target;
  if (partless_) {  // its frames are in the segment only
    part_.clear();
    playlist_.hint.clear();
    return;
  }
  Part part{part_file(segment_.parts.size()), duration, independent, false};
  part.gap = (!map_.empty() && !map_written_) ||
             !attempt("parts of a segment are left out", [&] { folder_.write(part.uri, part_); });
  part_.clear();
  segment_.parts.push_back(std::move(part));
  playlist_.open = segment_;
  playlist_.hint = part_file(segment_.parts.size());
  publish();
}

void Rendition::end(std::int64_t duration, std::int64_t key_distance) {
  if (!lost_) {
    lost_ = !attempt(segment_lost, [this] { deliver(std::move(*target_), segment_.uri); });
  }
  target_.reset();
  if (!lost_) folder_.trouble_is_over();
  segment_.gap = lost_;
  open_ = false;
  if (rules_.kind == Kind::Vod) rules_.target = std::max(rules_.target, rounded_seconds(duration));
  if (rules_.target == 0 && key_distance != 0) {
    rules_.target = std::max(target_for(rules_.segment, key_distance), rounded_seconds(duration));
  }
  if (!lost_ && duration > 0) {
    const std::uint64_t bits = segment_bytes_ * 8;
    bits_ += bits;
    microseconds_ += duration;
    // Segments of half a target duration or more count for the peak (RFC 8216, 4.3.4.2).
    if (duration >= rules_.target * 500000)
      peak_ = std::max(peak_, bits * 1000000 / static_cast<std::uint64_t>(duration));
  }
  if (partless_) {
    for (const Part& part : std::exchange(segment_.parts, {})) folder_.remove_after(part.uri, playlist_.duration());
  }
  list(duration);
  if (rules_.part != 0) playlist_.hint = part_file(0);
  total_ += duration;
  folder_.advance_to(total_);
  publish();
}

// List the segment. If its frame lasts longer than the target duration, list the rest of that time as gaps.
void Rendition::list(std::int64_t duration) {
  const bool bounded = rules_.kind != Kind::Vod && rules_.target != 0;
  const auto push = [this](Segment segment) {
    if (!segment.map.empty()) ++map_users_[segment.map];
    playlist_.segments.push_back(std::move(segment));
    slide();
  };
  Segment rest = segment_;
  segment_.duration = bounded && rounded_seconds(duration) > rules_.target ? rules_.target * second : duration;
  rest.discontinuities = 0;
  rest.parts.clear();
  rest.gap = true;
  playlist_.open.reset();
  std::int64_t done = segment_.duration;
  const std::int64_t wall = rest.wall;
  push(std::move(segment_));
  for (; done < duration; done += rest.duration) {
    rest.uri = file(playlist_.next());
    rest.duration = std::min(duration - done, rules_.target * second);
    if (wall != no_time) rest.wall = wall + done * 1000;
    push(rest);
  }
}

// Move the window, but keep three target durations at least (RFC 8216, 6.2.2).
void Rendition::slide() {
  if (rules_.kind != Kind::Window || rules_.target == 0) return;
  std::int64_t left = playlist_.duration();
  while (playlist_.segments.size() > rules_.window) {
    left -= playlist_.segments.front().duration;
    if (left < rules_.target * 3000000) return;
    playlist_.discontinuity_sequence += playlist_.segments.front().discontinuities;
    removed_.push_back(std::move(playlist_.segments.front()));
    playlist_.segments.pop_front();
    ++playlist_.sequence;
  }
}

// Keep a file that has left the playlist for the segment's duration and the playlist's (RFC 8216, 6.2.2): a player may
// have loaded the last playlist that lists it.
void Rendition::drop(const Segment& segment) {
  const std::int64_t later = segment.duration + playlist_.duration() + segment.duration;
  if (!segment.gap) folder_.remove_after(segment.uri, later);
  for (const Part& part : segment.parts) folder_.remove_after(part.uri, later);
  if (!segment.map.empty() && --map_users_[segment.map] == 0 && segment.map != map_name_) {
    map_users_.erase(segment.map);
    folder_.remove_after(segment.map, later);
  }
}

void Rendition::drop_old_parts() {
  for (std::size_t i = playlist_.segments.size(); i-- > 0;) {
    Segment& segment = playlist_.segments[i];
    if (playlist_.lists_parts(i)) continue;
    if (segment.parts.empty()) return;
    for (const Part& part : segment.parts) folder_.remove_after(part.uri, playlist_.duration());
    segment.parts.clear();
  }
}

void Rendition::publish() {
  if (rules_.kind == Kind::Vod ? !playlist_.ended : rules_.target == 0) return;
  playlist_.target = rules_.target;
  playlist_.part_target = rules_.part == 0 ? 0 : rules_.part_target;
  playlist_.part_hold_back = 3 * playlist_.part_target;
  playlist_.independent = rules_.independent;
  const auto write = [this] { folder_.write(uri(), text_of(playlist_)); };
  if (!attempt("the playlist is not up to date; writing continues when there is room", write)) return;
  listed_ = true;
  for (const Segment& segment : std::exchange(removed_, {})) drop(segment);
  drop_old_parts();
  for (const std::string& name : std::exchange(old_files_, {})) folder_.remove_after(name, playlist_.target * 3000000);
}

void Rendition::name_files() {
  for (auto& [name, target] : std::exchange(held_, {})) {
    made_.push_back(name);
    folder_.appear(std::move(target), name);
  }
}

void Rendition::finish() {
  if (playlist_.segments.empty()) return;
  if (rules_.target == 0) rules_.target = target_for(rules_.segment, 0);  // sound only
  playlist_.ended = !rules_.stays_open;
  playlist_.hint.clear();
  publish();
}

void Rendition::drop_segment() {
  target_.reset();
  open_ = false;
}

void Rendition::give_up() {
  drop_segment();
  held_.clear();
  if (rules_.kind != Kind::Vod || listed_) return;
  for (const std::string& name : made_) folder_.remove(name);
}

Rendition::Rate Rendition::rate() const {
  if (microseconds_ == 0) return {};
  const std::uint64_t average = bits_ * 1000000 / static_cast<std::uint64_t>(microseconds_);
  return {std::max(peak_, average), average};
}

bool Rendition::has_gaps() const {
  return std::ranges::any_of(playlist_.segments, [](const Segment& segment) { return segment.gap; });
}

}  // namespace sl::hls

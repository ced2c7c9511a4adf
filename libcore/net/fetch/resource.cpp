// The reader's side, and the choice of what to fetch.

#include "libcore/net/fetch/resource.h"

#include <algorithm>

namespace sl::fetch {

namespace {

// Sizes of requests, measured in docs/architecture.md, Sources over http.
constexpr std::uint64_t first = 512 << 10;  // the header of most films and their first pictures: one answer to wait for
constexpr std::uint64_t smallest = 256 << 10, max_window = 8 << 20;
constexpr std::uint64_t open_ended_from = 4 << 20;
constexpr std::uint64_t tail = 768 << 10;           // this close to the end, fetch all of it
constexpr std::uint64_t ahead_from = 1536 << 10;    // fetch ahead after so much was read without a jump
constexpr std::uint64_t gap = 128 << 10;            // skipping so little is no jump
constexpr std::uint64_t worth_waiting = 256 << 10;  // for a byte so close ahead in the exchange under way
constexpr std::uint64_t open_end = ~std::uint64_t{0};
constexpr std::chrono::milliseconds idle{1000};

}  // namespace

Resource::Resource(Household& household, const std::string& url, const Reference& reference)
    : household_(household),
      reference_(reference),
      http_(household.connections, url, reference.gate == nullptr,
            {[this](const Answer& answer) { return take_head(answer); },
             [this](std::span<const std::byte> bytes) { return take_body(bytes); }, [this] { heard_ = Clock::now(); }}),
      cache_(reference.cache_bytes),
      reader_(reference.start) {}

// ---- The reader ----

std::optional<Resource::Piece> Resource::read(std::uint64_t offset, std::span<std::byte> into, std::uint64_t until) {
  if (!known_) return failure_ ? std::optional(Piece{0, failure_}) : std::nullopt;
  if (into.empty()) return Piece{};
  note_jump(offset);
  until_ = until;
  const std::size_t count = cache_.read(offset, into);
  if (count != 0) {
    run_ += count;
    reader_ = offset + count;
    waits_ = false;
    return Piece{count, {}};
  }
  waits_ = true;
  if ((size_ && offset >= *size_) || (complete_ && offset >= next_)) return Piece{};
  if (reference_.stop != 0 && offset >= reference_.stop) return Piece{};
  if (!ranges_ && offset < next_) fail(Status::Io, "cannot go back: the server gives no ranges");
  if (failure_) return Piece{0, failure_};
  return std::nullopt;
}

void Resource::note_jump(std::uint64_t offset) {
  if (offset > reader_) {
    run_ = offset - reader_ <= gap ? run_ + (offset - reader_) : 0;
  } else if (reader_ - offset > gap) {
    run_ = 0;
  }
  reader_ = offset;
}

std::uint64_t Resource::ready(std::uint64_t offset) const {
  constexpr std::uint64_t enough = 1 << 20;
  return cache_.held(offset, enough);
}

// ---- What to fetch ----

std::uint64_t Resource::chunk() const { return std::max(smallest, run_ / 2); }

std::uint64_t Resource::max_ahead() const { return std::clamp<std::uint64_t>(run_, 1 << 20, max_window); }

bool Resource::far_ahead(std::uint64_t most) const { return next_ > reader_ && next_ - reader_ >= most; }

// Return whether the reader waits for a byte that has not arrived, and may be fetched by another exchange. `waits_`
// alone is older than what the network brought since the reader asked.
bool Resource::wants_elsewhere() const { return waits_ && ranges_ && known_ && cache_.held(reader_, 1) == 0; }

std::uint64_t Resource::budget() const {
  const std::uint64_t most = household_.max_bytes;
  return most == 0 ? open_end : most - std::min(most, household_.fetched);
}

bool Resource::fail(Status status, const std::string& message) {
  if (!failure_) failure_.emplace(status, printable(message, 900));
  return false;
}

// Return whether the rest of the exchange is short, or will arrive sooner than another answer would.
bool Resource::is_nearly_over(Clock::time_point now) const {
  if (stop_ == open_end) return false;
  const auto rest = static_cast<double>(stop_ - next_), come = static_cast<double>(next_ - start_);
  if (stop_ - next_ <= worth_waiting / 2) return true;
  return come > 0 && stop_ - start_ <= first && rest * (now - answered_).count() <= come * (answered_ - asked_).count();
}

std::chrono::milliseconds Resource::work() {
  const auto now = Clock::now();
  if (http_.active() && wants_elsewhere()) {
    // Stop an exchange that will not soon reach the missing byte, unless it is nearly over.
    const std::uint64_t missing = cache_.start_of_gap(reader_);
    const bool on_the_way = missing >= next_ && missing < stop_ && missing - next_ <= worth_waiting;
    if (!on_the_way && !is_nearly_over(now)) http_.stop();
  }
  if (http_.active() && http_.paused() && (wants_elsewhere() || !far_ahead(max_ahead() / 2))) {
    heard_ = now;
    http_.resume();
  }
  if (!http_.active() && now >= retry_at_) begin();
  if (http_.active() && !http_.paused() && now - heard_ > household_.timeout) {
    const std::string what = http_.is_connected() ? "the server has sent nothing for " : "no connection within ";
    http_.stop();
    lost(what + std::to_string(household_.timeout.count()) + " s", known_ ? 3 : 9);
  }
  if (!http_.active() && retry_at_ > now) {
    return std::min(idle, std::chrono::ceil<std::chrono::milliseconds>(retry_at_ - now));
  }
  return idle;
}

bool Resource::settle() {
  const auto ending = http_.ended();
  if (!ending) return false;
  end(*ending);
  return again_ || !failure_;
}

void Resource::begin() {
  if (failure_ || complete_) return;
  if (!known_ || again_) {
    begin_at(again_ && known_ ? next_ : reference_.start / BlockCache::block_bytes * BlockCache::block_bytes, first);
    return;
  }
  if (!ranges_) return;
  const std::uint64_t gap_at = reader_ + cache_.held(reader_, max_ahead());
  if (gap_at >= *size_ || (reference_.stop != 0 && gap_at >= reference_.stop)) return;
  const std::uint64_t ahead = gap_at - reader_;
  const bool needed = waits_ && ahead == 0;
  const std::uint64_t from = cache_.start_of_gap(gap_at);
  if (until_ > gap_at) {
    if (needed || ahead < smallest) begin_at(from, until_ - from);
    return;
  }
  if (!needed && (until_ != 0 || run_ < ahead_from || ahead >= chunk() / 4)) return;
  begin_at(from, chunk());
}

void Resource::begin_at(std::uint64_t offset, std::uint64_t bytes) {
  if (budget() == 0) {
    if (waits_)
      fail(Status::Limit, "more than --max-bytes " + std::to_string(household_.max_bytes) + " of it are needed");
    return;
  }
  again_ = false;
  start_ = next_ = offset;
  stop_ = open_end;
  const bool hinted = known_ && until_ > offset;
  const bool open_ended = known_ ? !hinted && run_ >= open_ended_from && reference_.stop == 0 : !uses_ranges_;
  paced_ = open_ended || bytes > open_ended_from;
  if (!open_ended) {
    constexpr std::uint64_t block = BlockCache::block_bytes;
    stop_ = hinted ? offset + bytes : (offset + bytes + block - 1) / block * block;
    if (size_ && (*size_ <= stop_ || (!hinted && (*size_ - offset <= tail || *size_ <= stop_ + smallest / 2)))) {
      stop_ = *size_;
    }
    stop_ = cache_.end_of_gap((offset + block - 1) / block * block, stop_);
    if (reference_.stop != 0) stop_ = std::max(offset + 1, std::min(stop_, reference_.stop));
    if (budget() != open_end) stop_ = std::min(stop_, offset + budget());
  }
  heard_ = asked_ = answered_ = Clock::now();
  Http::Ask ask;
  ask.ranged = uses_ranges_;
  ask.first = offset;
  if (stop_ != open_end) ask.last = stop_ - 1;
  if (known_ && uses_if_range_) {
    // If-Range takes strong validators only (RFC 9110, 13.1.5).
    const bool strong = !entity_tag_.empty() && !entity_tag_.starts_with("W/");
    ask.if_range = strong ? entity_tag_ : entity_tag_.empty() ? last_modified_ : "";
  }
  http_.start(ask);
}

}  // namespace sl::fetch

// The content at one URL, as bytes at offsets: what to fetch ahead, what to keep, how to recover from failures.
//
// How much to request? A request costs a round trip; unused bytes cost time and money. So requests start small
// (256 KiB: the head of a film, a whole small picture) and grow by half while reading continues without a jump. After
// a few MiB without a jump, one request asks for the rest; it pauses (so that TCP stops the server) when it is far
// enough ahead. Near the end, a request covers the rest: readers look for an index there. A jump starts small again.
// The bytes ahead of the reader are at most about as many as it has read, so that little is fetched in vain.
//
// A reader with an index knows better: if it reports how far it will read, one request covers that, and nothing after
// it is fetched until the reader asks for it.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "libcore/base/error.h"
#include "libcore/net/fetch/block_cache.h"
#include "libcore/net/fetch/gate.h"
#include "libcore/net/fetch/http.h"

namespace sl::fetch {

using Clock = std::chrono::steady_clock;

// Shared by all resources of a process.
struct Household {
  std::uint64_t max_bytes = 0;  // of content, 0: no limit
  std::chrono::seconds timeout{20};
  std::uint64_t fetched = 0;
  Connections connections{};
};

class Resource {
 public:
  // For a resource that content refers to.
  struct Reference {
    const Gate* gate = nullptr;         // checks the targets of redirects; null: follow all
    std::uint64_t start = 0, stop = 0;  // the requested part; stop 0: up to the end
    std::size_t cache_bytes = 32u << 20;
  };
  // Throws Error(Usage) if `url` is no URL.
  Resource(Household& household, const std::string& url, const Reference& reference);

  // ---- For the reader ----
  struct Piece {
    std::size_t count = 0;  // bytes copied; 0: the end
    std::optional<Error> failure;
  };
  // Read up to `into.size()` bytes from `offset`; nothing if none has arrived yet: call again. With an empty span,
  // return whether the resource is known. `until`: the reader will continue up to here; 0: unknown.
  [[nodiscard]] std::optional<Piece> read(std::uint64_t offset, std::span<std::byte> into, std::uint64_t until = 0);
  [[nodiscard]] std::uint64_t ready(std::uint64_t offset) const;
  [[nodiscard]] bool has_ranges() const { return ranges_; }
  [[nodiscard]] std::optional<std::uint64_t> size() const { return size_; }
  // The URL after redirects.
  [[nodiscard]] const std::string& url() const { return http_.url(); }

  // ---- For the loop ----
  // Start, stop and resume exchanges as the reader needs. Return the longest time until the next call.
  [[nodiscard]] std::chrono::milliseconds work();
  // Call after the connections have run: handle an exchange that ended. Return whether to call work() at once.
  [[nodiscard]] bool settle();

 private:
  // Answers (resource_answers.cpp).
  bool take_head(const Answer& answer);
  bool take_range(const Answer& answer);
  bool take_all(const Answer& answer);
  bool take_refusal(const Answer& answer);
  bool take_redirect(const Answer& answer);
  [[nodiscard]] bool is_the_same(const Answer& answer) const;
  Http::Take take_body(std::span<const std::byte> bytes);
  void end(const Ending& ending);
  void end_well();
  void lost(const std::string& why, int weight);

  // What to fetch (resource.cpp).
  void begin();
  void begin_at(std::uint64_t offset, std::uint64_t bytes);
  void note_jump(std::uint64_t offset);
  [[nodiscard]] std::uint64_t chunk() const;
  [[nodiscard]] std::uint64_t max_ahead() const;
  [[nodiscard]] bool wants_elsewhere() const;
  [[nodiscard]] bool is_nearly_over(Clock::time_point now) const;
  [[nodiscard]] bool far_ahead(std::uint64_t most) const;
  [[nodiscard]] std::uint64_t budget() const;
  bool fail(Status status, const std::string& message);  // false

  Household& household_;
  Reference reference_;
  Http http_;
  BlockCache cache_;
  std::optional<Error> failure_;

  // As reported by the server.
  bool known_ = false, ranges_ = true, complete_ = false;
  bool uses_ranges_ = true, uses_if_range_ = true;
  std::optional<std::uint64_t> size_;
  std::string entity_tag_, last_modified_;

  // The exchange under way: its bytes [next_, stop_) are missing.
  std::uint64_t start_ = 0, next_ = 0, stop_ = 0;
  bool paced_ = false;  // long: received no faster than it is read
  int redirects_ = 0;
  Clock::time_point heard_ = Clock::now(), asked_ = heard_, answered_ = heard_;  // answered: its first bytes

  // The reader.
  std::uint64_t reader_ = 0;  // its offset
  std::uint64_t run_ = 0;     // bytes read without a jump
  bool waits_ = true;         // for the byte at reader_
  std::uint64_t until_ = 0;   // where it will stop; 0: unknown

  // Failures that may pass.
  int attempts_ = 0;
  std::uint64_t since_failure_ = 0;  // bytes
  std::string last_failure_;
  Clock::time_point retry_at_{};
  bool again_ = false;                           // at once, by another kind of request
  std::optional<std::int64_t> seconds_to_wait_;  // Retry-After
};

}  // namespace sl::fetch

// What stands at one URL, as bytes at offsets: what to fetch ahead, what to keep, what to do when it fails.
//
// How much to ask for? A request costs a round trip, bytes that nobody uses cost time and money. So it starts small
// (256 KiB: the head of a film, a whole small picture), grows by half as long as reading goes on without a jump, and
// where a few MiB were read in one go it asks for all the rest and stops taking it (so that TCP stops the server) when
// it is far enough ahead. Near the end it asks for all up to there: what is read there is an index. A jump starts small
// again. At most about as much is ahead of the reader as it has read, so that little is fetched in vain.
//
// A reader that has an index knows better: where it tells how far it is going to read, that is asked for, in one go,
// and nothing behind it before a byte of that is wanted.

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

// What all resources of a process have together.
struct Household {
  std::uint64_t max_bytes = 0;  // of content, 0: no limit
  std::chrono::seconds timeout{20};
  std::uint64_t fetched = 0;
  Connections connections{};
};

class Resource {
 public:
  // Of a resource that something referred to.
  struct Reference {
    const Gate* gate = nullptr;         // judges where redirects lead; null: they are followed
    std::uint64_t start = 0, stop = 0;  // the part that is wanted; stop 0: up to the end
    std::size_t cache_bytes = 32u << 20;
  };
  // Throws Error(Usage) where it is no URL.
  Resource(Household& household, const std::string& url, const Reference& reference);

  // ---- For the reader ----
  struct Piece {
    std::size_t count = 0;  // bytes copied; 0: the end
    std::optional<Error> failure;
  };
  // Up to `into.size()` bytes from `offset`; nothing while they are not here. Called again until there is something. An
  // empty span asks how things stand. Reading will go on to `until`; 0: nobody knows.
  [[nodiscard]] std::optional<Piece> read(std::uint64_t offset, std::span<std::byte> into, std::uint64_t until = 0);
  [[nodiscard]] std::uint64_t ready(std::uint64_t offset) const;
  [[nodiscard]] bool has_ranges() const { return ranges_; }
  [[nodiscard]] std::optional<std::uint64_t> size() const { return size_; }
  // Where it is, after redirects.
  [[nodiscard]] const std::string& url() const { return http_.url(); }

  // ---- For the loop ----
  // Fetches what there is to fetch and gives up what is of no use; how long at most until it must be called again.
  [[nodiscard]] std::chrono::milliseconds work();
  // After the connections have run: takes note of an exchange that ended. Whether there is more to do at once.
  [[nodiscard]] bool settle();

 private:
  // What came (resource_answers.cpp).
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

  // What the server told.
  bool known_ = false, ranges_ = true, complete_ = false;
  bool uses_ranges_ = true, uses_if_range_ = true;
  std::optional<std::uint64_t> size_;
  std::string entity_tag_, last_modified_;

  // The exchange under way: its bytes [next_, stop_) are still to come.
  std::uint64_t start_ = 0, next_ = 0, stop_ = 0;
  bool paced_ = false;  // it is long: taken no faster than it is read
  int redirects_ = 0;
  Clock::time_point heard_ = Clock::now(), asked_ = heard_, answered_ = heard_;  // answered: its first bytes

  // The reader.
  std::uint64_t reader_ = 0;  // where it stands
  std::uint64_t run_ = 0;     // bytes read without a jump
  bool waits_ = true;         // for the byte at reader_
  std::uint64_t until_ = 0;   // where it is going to stop; 0: not known

  // Failures that may pass.
  int attempts_ = 0;
  std::uint64_t since_failure_ = 0;  // bytes
  std::string last_failure_;
  Clock::time_point retry_at_{};
  bool again_ = false;                           // at once, with other means
  std::optional<std::int64_t> seconds_to_wait_;  // that the server asks for
};

}  // namespace sl::fetch

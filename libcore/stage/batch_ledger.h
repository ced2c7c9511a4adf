// What sl-batch shares with the two ends of a pipeline that it starts: the files that go in and those that come out, in
// memory of all three processes, and what became of each. sl-decode notes failures there before it ends the stream of a
// damaged picture, and sl-encode gives no file of such an input its name.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/error.h"

namespace sl {

class BatchLedger {
 public:
  struct Entry {
    std::string input;
    std::string output;  // may have late fields: a zero byte, and `w` or `h` for the width or height of the picture
  };
  enum class State : std::uint32_t { Waiting, Failed, Done };

  // Throws Resources.
  explicit BatchLedger(const std::vector<Entry>& entries);
  // Map the memory of sl-batch. Throws Usage if the descriptor is another one.
  explicit BatchLedger(int fd);
  ~BatchLedger();
  BatchLedger(const BatchLedger&) = delete;
  BatchLedger& operator=(const BatchLedger&) = delete;

  [[nodiscard]] int fd() const { return fd_; }  // closes on exec
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

  void fail(std::size_t entry, Status status, std::string_view why);
  void finish(std::size_t entry, std::string_view name);
  [[nodiscard]] State state(std::size_t entry) const;
  [[nodiscard]] Status status(std::size_t entry) const;  // of a failed one
  // Why it failed, or the name of the file.
  [[nodiscard]] std::string text(std::size_t entry) const;

 private:
  struct Record;
  struct Head;
  void map(bool is_new);
  [[nodiscard]] Record& record(std::size_t entry) const;
  void note(std::size_t entry, State state, Status status, std::string_view text);

  int fd_ = -1;
  std::byte* memory_ = nullptr;
  std::size_t bytes_ = 0;
  std::vector<Entry> entries_;
};

// The name of the stage in front of each stream of a batch; its `input` is the number of the entry, from 0.
inline constexpr std::string_view batch_stage = "sl-batch";

}  // namespace sl

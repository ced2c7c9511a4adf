// The writer's side of the slots (shared_slots.h): offer them, take a free one, see when the reader attaches and
// leaves.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcore/bytes/shared_slots.h"

namespace sl {

class OfferedSlots {
 public:
  // Offer slots to the reader of the pipe `output`, which outlives them. Call it when no descriptor of that pipe will
  // be closed any more, before the sandbox and before the first byte. Never fails: without an offer all goes as bytes.
  explicit OfferedSlots(int output);
  // Offer the slots that the reader made for this process, its child. Takes ownership of both descriptors.
  OfferedSlots(int output, int memory, int credits);
  ~OfferedSlots();
  OfferedSlots(const OfferedSlots&) = delete;
  OfferedSlots& operator=(const OfferedSlots&) = delete;

  // Use at most `most` slots, from 1 on.
  void limit(std::uint32_t most) { most_ = most; }

  // Whether the reader has attached, and not left.
  [[nodiscard]] bool attached();

  // What the writer has sent already: slots are not worth their first touch before the first MiB.
  struct Sent {
    std::uint64_t bytes = 0, strips = 0;
  };
  // Return the memory of a free slot, `slots::slot_bytes` long, the same one until hand_over(); null if the next strip
  // goes as bytes. May wait for the reader to give a slot back, after `before_wait`. Throw ReaderGone as a write does,
  // and Interrupted.
  [[nodiscard]] std::byte* place(const Sent& sent, const std::function<void()>& before_wait);
  // The slot of place() is the reader's from now on. Return its number, which the caller sends.
  std::uint32_t hand_over();

  // "239 strips handed over", or "copied: the reader has not attached".
  [[nodiscard]] std::string account() const;

 private:
  enum class State { None, Offered, Attached, Left };

  [[nodiscard]] bool map(int memory);
  [[nodiscard]] bool worth_it(const Sent& sent);
  void read_credits();
  void take_credit(unsigned char credit);
  void attach();
  void leave(std::string why);
  void wait_for_reader(const std::function<void()>& before_wait);
  void wait_for_credit() const;
  void wait_for_slot(const Sent& sent, const std::function<void()>& before_wait);
  [[nodiscard]] bool may_pop() const;

  State state_ = State::None;
  std::string why_;  // nothing is handed over
  int output_, memory_ = -1, credits_ = -1;
  std::byte* slots_ = nullptr;
  // A few slots are better than many: their memory stays in the processor's cache, and each page's first touch costs.
  std::vector<std::uint32_t> free_;  // the last one is the one freed last
  std::uint32_t in_use_ = 0;         // slots that are free or outstanding
  std::uint32_t most_ = slots::count;
  std::uint32_t outstanding_ = 0;  // a bit for each slot
  std::optional<std::uint32_t> placed_;
  std::uint64_t handed_over_ = 0;
  slots::Switch switch_ = slots::from_environment();
  bool has_waited_ = false;  // for the reader, as the switch asks
};

}  // namespace sl

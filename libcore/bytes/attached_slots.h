// The reader's side of the slots (shared_slots.h): attach to the writer's, copy samples out, give slots back.

#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "libcore/bytes/shared_slots.h"

namespace sl {

class AttachedSlots {
 public:
  // Open the slots of the process that writes to the pipe `input`. Call it once bytes have arrived, before the
  // sandbox; the process must not exec afterwards. Never fails, and takes about a millisecond at most: without slots
  // all comes as bytes. Trusts nothing that the writer says: it opens nothing but a sealed memory file and a nameless
  // pipe of its own user.
  explicit AttachedSlots(int input);
  // Make slots for a child of this process that writes to it (see child()).
  struct ForChild {};
  explicit AttachedSlots(ForChild);
  ~AttachedSlots();
  AttachedSlots(const AttachedSlots&) = delete;
  AttachedSlots& operator=(const AttachedSlots&) = delete;

  // Whether there are slots to attach to.
  [[nodiscard]] bool found() const { return slots_ != nullptr; }
  // Let the writer use them from now on. Does nothing the second time, and without slots.
  void attach();
  [[nodiscard]] bool attached() const { return attached_; }
  // Copy bytes from `offset` of a slot on. The writer may be changing them: nothing else looks at a slot.
  void copy(std::uint32_t slot, std::size_t offset, std::span<std::byte> into) const;
  void give_back(std::uint32_t slot);

  // The descriptors for OfferedSlots in the child, which stay open on exec; -1 without slots. close_child() closes them
  // here, once the child has them.
  [[nodiscard]] int child_memory() const { return child_memory_; }
  [[nodiscard]] int child_credits() const { return child_credits_; }
  void close_child();

  // "239 strips handed over", or "copied (the writer offers no slots)".
  [[nodiscard]] std::string account() const;

 private:
  struct Offer {
    pid_t process = 0;
    off_t place = 0;
    friend bool operator==(const Offer&, const Offer&) = default;
  };
  [[nodiscard]] static Offer offer_on(int input);
  [[nodiscard]] bool open_memory(const Offer& offer);
  [[nodiscard]] bool open_credits(const Offer& offer);
  [[nodiscard]] bool map(int memory);
  void detach();

  std::string why_;  // nothing is handed over
  const std::byte* slots_ = nullptr;
  bool attached_ = false;
  int credits_ = -1, credits_read_ = -1;
  int child_memory_ = -1, child_credits_ = -1;
  std::uint64_t handed_over_ = 0;
};

}  // namespace sl

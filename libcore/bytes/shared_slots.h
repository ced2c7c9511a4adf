// Samples from one process to the next on the same machine, past their pipe: a memory file of slots that the writer
// fills, and a pipe for credits by which the reader gives slots back (docs/wire-format.md, Handing over). The writer
// has OfferedSlots, the reader AttachedSlots.

#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace sl::slots {

inline constexpr std::uint32_t count = 4;
inline constexpr std::size_t slot_bytes = std::size_t{1} << 20;
inline constexpr std::size_t memory_bytes = count * slot_bytes;
// The credit that is no slot: the reader has attached.
inline constexpr unsigned char attached = 0xff;

// The record lock on the writer's output. Its offset holds the numbers of the writer's two descriptors.
inline constexpr off_t lock_start = off_t{0x534c5752} << 32;
inline constexpr off_t lock_length = off_t{1} << 32;
[[nodiscard]] constexpr off_t lock_offset(int memory, int credits) {
  return lock_start | static_cast<off_t>(memory) << 16 | static_cast<off_t>(credits);
}

// Make the memory file, CLOEXEC, and set its size. Return -1 if the system refuses.
[[nodiscard]] int make_memory();
// Forbid these changes of the memory file, and further seals. Return false if the kernel refuses.
[[nodiscard]] bool seal(int memory, int seals);

// SL_HOPS, a switch for tests and for finding faults: "off" hands nothing over; a number hands over from that strip on,
// and waits for the reader up to a second before it.
struct Switch {
  bool off = false;
  std::optional<std::uint64_t> first_strip;
};
[[nodiscard]] Switch from_environment();

}  // namespace sl::slots

// Follows the structure of a container while its bytes are read, in order or with jumps over the bodies of pieces.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "formats/structure/structure.h"

namespace sl {

class Extent {
 public:
  explicit Extent(std::unique_ptr<Structure> structure) : structure_(std::move(structure)) {}

  void set_input_size(std::uint64_t size) {
    if (structure_) structure_->set_input_size(size);
  }

  // The offset of the next head; nothing after the container's end, or if its structure is not known.
  [[nodiscard]] std::optional<std::uint64_t> head() const;
  // Take the head, or as much as the input has if it `ends` there. Return 0, or how many bytes are needed instead.
  std::size_t take(std::span<const std::byte> bytes, bool ends);

  // Where the container ends, once that is known.
  [[nodiscard]] std::optional<std::uint64_t> end() const { return end_; }
  // Describe what the container lacks if the input ends at `size`; nothing if a head was not understood.
  [[nodiscard]] std::optional<std::string> lack(std::uint64_t size) const;
  // Whether the container is complete if the input ends at `size`.
  [[nodiscard]] bool ends_well(std::uint64_t size) const { return structure_ && known_ && !lack(size); }
  // Put the patched bytes into `bytes`, which were read at `offset`.
  void patch(std::uint64_t offset, std::span<std::byte> bytes) const;

 private:
  std::unique_ptr<Structure> structure_;
  std::uint64_t head_ = 0;
  bool known_ = true, open_ = false;  // open_: the piece before head_ may end early
  std::optional<std::uint64_t> end_;
  std::optional<std::string> cut_;  // inside a head
};

}  // namespace sl

// Bytes in fewer bytes: the entropy coder of packed strips.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace sl::packing {

// How a run of bytes is written.
enum class Method : std::uint8_t {
  Stored,    // as they are
  Constant,  // one byte, which all of them are
  Zstd,      // a frame of Zstandard (RFC 8878)
};

class ByteCoder {
 public:
  ByteCoder();
  ~ByteCoder();
  ByteCoder(const ByteCoder&) = delete;
  ByteCoder& operator=(const ByteCoder&) = delete;

  struct Coded {
    Method method = Method::Stored;
    std::size_t bytes = 0;  // written to `out`, at most as many as `in` has
  };
  // Write `in`, which is not empty, to `out`, which has as much room. The method is chosen by a sample of it.
  [[nodiscard]] Coded encode(std::span<const std::uint8_t> in, std::span<std::uint8_t> out);
  // Fill `out` from these bytes. Return false if they are damaged, or are of more or fewer bytes than fit `out`.
  [[nodiscard]] bool decode(Method method, std::span<const std::uint8_t> in, std::span<std::uint8_t> out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sl::packing

// Bytes of a source one by one, for codes whose length is known only when they are read.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>

#include "libcore/base/error.h"
#include "libcore/bytes/source.h"

namespace sl {

// Its destructor takes the bytes that were read from the source. Use the source only after that.
class ByteReader {
 public:
  explicit ByteReader(Source& source) : source_(source) {}
  ~ByteReader() { source_.consume(at_); }
  ByteReader(const ByteReader&) = delete;
  ByteReader& operator=(const ByteReader&) = delete;

  // Return the next byte. Wait for it. Throw Data, without the input's name, at the end.
  unsigned next() {
    if (at_ == bytes_.size()) fill();
    return std::to_integer<unsigned>(bytes_[at_++]);
  }
  void read(std::span<std::byte> into) {
    while (!into.empty()) {
      if (at_ == bytes_.size()) fill();
      const std::size_t count = std::min(into.size(), bytes_.size() - at_);
      std::memcpy(into.data(), bytes_.data() + at_, count);
      at_ += count;
      into = into.subspan(count);
    }
  }

 private:
  void fill() {
    source_.consume(at_);
    at_ = 0;
    bytes_ = source_.peek(1);
    if (bytes_.empty()) throw Error(Status::Data, "truncated");
  }

  Source& source_;
  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
};

}  // namespace sl

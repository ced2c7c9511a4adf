// Seeking in a pipe, for formats that cannot be read in one pass: its bytes are kept in memory, then in a temporary
// file without a name, as far as they are needed.

#pragma once

#include <cstdint>
#include <memory>

#include "libcore/bytes/source.h"

namespace sl {

class Spool {
 public:
  // `limit` in bytes, read at the first use. Must outlive the spool.
  explicit Spool(const std::int64_t& limit);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // Replace a source that cannot seek by one that can, and refers to this spool. Its reads throw Limit. Call before the
  // sandbox closes, as this makes the file.
  void take(Source& source);

 private:
  struct State;
  const std::int64_t& limit_;
  std::unique_ptr<State> state_;
};

}  // namespace sl

// A pipe that has to be gone back in: an MP4 whose index comes behind its samples. What has come is kept in memory, and
// beyond that in a temporary file without a name.

#pragma once

#include <cstdint>
#include <memory>

#include "libcore/bytes/source.h"

namespace sl::av {

class Spool {
 public:
  // `limit` in bytes, read when it is needed.
  explicit Spool(const std::int64_t& limit);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // Looks at the first boxes of a source that cannot seek; where it is such an MP4 the source becomes one that can.
  // Called before the sandbox, as the file is made now.
  void take_if_needed(Source& source);

 private:
  struct State;
  const std::int64_t& limit_;
  std::unique_ptr<State> state_;
};

}  // namespace sl::av

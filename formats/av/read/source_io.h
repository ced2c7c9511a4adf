// A Source as FFmpeg reads it.

#pragma once

#include <functional>

#include "formats/av/av_media.h"
#include "libcore/bytes/source.h"

namespace sl::av {

// Reads and, where the source can, seeks. What the source throws is kept and thrown again by `check`, as FFmpeg's C
// code must not be unwound.
class SourceIo {
 public:
  // `source` outlives it. Throws Resources.
  explicit SourceIo(Source& source);
  ~SourceIo();
  SourceIo(const SourceIo&) = delete;
  SourceIo& operator=(const SourceIo&) = delete;

  [[nodiscard]] AVIOContext* context() { return context_; }
  // Called with all bytes that are read, and where they are.
  void watch(std::function<void(std::uint64_t offset, std::span<const std::byte>)> watch) { watch_ = std::move(watch); }
  // The source is another one now, at its start.
  void restart();
  // Throws what the source threw since.
  void check();
  // From here on reads give zeros without reading: for going through the packets of a container whose tables say where
  // they are, when their bytes do not matter.
  void skip_payload(bool skip);

 private:
  static int read(void* self, std::uint8_t* into, int size);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);

  Source& source_;
  AVIOContext* context_ = nullptr;
  std::exception_ptr failure_;
  std::function<void(std::uint64_t, std::span<const std::byte>)> watch_;
  std::int64_t position_ = 0;  // while skipping, the source itself stays where it is
  bool skips_ = false;
};

}  // namespace sl::av

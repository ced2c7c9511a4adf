// A Source for FFmpeg to read.

#pragma once

#include <functional>

#include "formats/av/av_media.h"
#include "libcore/bytes/source.h"

namespace sl::av {

// Reads and, if the source can, seeks. Keeps the source's exceptions for `check`, as FFmpeg's C code must not be
// unwound.
class SourceIo {
 public:
  // `source` must outlive this. Throw Resources.
  explicit SourceIo(Source& source);
  ~SourceIo();
  SourceIo(const SourceIo&) = delete;
  SourceIo& operator=(const SourceIo&) = delete;

  [[nodiscard]] AVIOContext* context() { return context_; }
  // Call `watch` with all bytes that are read, and their offset.
  void watch(std::function<void(std::uint64_t offset, std::span<const std::byte>)> watch) { watch_ = std::move(watch); }
  // Start again: the source has been replaced by another one, at its start.
  void restart();
  // Rethrow what the source threw since.
  void check();
  // From now on return zeros instead of reading: for a scan of packets whose positions the container's tables give, if
  // their bytes do not matter.
  void skip_payload(bool skip);

 private:
  static int read(void* self, std::uint8_t* into, int size);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);

  Source& source_;
  AVIOContext* context_ = nullptr;
  std::exception_ptr failure_;
  std::function<void(std::uint64_t, std::span<const std::byte>)> watch_;
  std::int64_t position_ = 0;  // while skipping, the source itself does not move
  bool skips_ = false;
};

}  // namespace sl::av

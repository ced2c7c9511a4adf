// A Target as FFmpeg writes it.

#pragma once

#include <exception>
#include <functional>
#include <span>

#include "formats/av/av_media.h"
#include "libcore/bytes/target.h"

namespace sl::av {

// Writes. In a file opened by its path it also seeks, beyond the end too, and reads back. The first error, thrown by
// the target or by a refusal, is kept and thrown again by `check`: FFmpeg's C code must not be unwound, and its muxers
// ignore some errors, above all of seeking. Nothing is written after an error.
class TargetIo {
 public:
  // `target` outlives it. Throws Resources.
  explicit TargetIo(Target& target);
  ~TargetIo();
  TargetIo(const TargetIo&) = delete;
  TargetIo& operator=(const TargetIo&) = delete;

  [[nodiscard]] AVIOContext* context() { return context_; }
  [[nodiscard]] Target& target() { return target_; }
  [[nodiscard]] bool can_rewrite() const { return target_.can_rewrite(); }
  // Pass all that is written through `change` first; empty: nothing changes.
  void on_write(std::function<void(std::span<std::byte>)> change) { change_ = std::move(change); }
  // Throw the first failure since it was made, whether FFmpeg has reported it or not.
  void check();

  // Lets a muxer open its own output for reading, as it does to move the index to the front: it has no name to be
  // opened by.
  void serve(AVFormatContext& format);

 private:
  static int write(void* self, std::uint8_t* bytes, int size);
  static int read(void* self, std::uint8_t* into, int size);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);
  static std::int64_t seek_reading(void* self, std::int64_t offset, int whence);
  static int open_again(AVFormatContext* format, AVIOContext** io, const char* url, int flags, AVDictionary** options);
  static int close_again(AVFormatContext* format, AVIOContext* io);
  // Move `position` as lseek does, and return it; or fail.
  std::int64_t move(std::int64_t& position, std::int64_t offset, int whence);
  // Keep the first failure for `check`. Return the code that FFmpeg gets.
  int fail(std::exception_ptr failure);

  Target& target_;
  AVIOContext* context_ = nullptr;
  std::exception_ptr failure_;
  std::function<void(std::span<std::byte>)> change_;
  std::int64_t position_ = 0, read_position_ = 0;
};

}  // namespace sl::av

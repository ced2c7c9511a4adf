// A Source for FFmpeg to read: one container of it, as far as its structure shows where that ends.

#pragma once

#include <memory>
#include <optional>

#include "formats/av/av_media.h"
#include "formats/structure/extent.h"
#include "libcore/bytes/source.h"

namespace sl::av {

// Reads and, if the source can, seeks. Keeps the source's exceptions for `check`, as FFmpeg's C code must not be
// unwound.
class SourceIo {
 public:
  // Offsets count from the source's position now. `structure` may be null. `source` must outlive this. Throw Resources.
  SourceIo(Source& source, std::unique_ptr<Structure> structure);
  ~SourceIo();
  SourceIo(const SourceIo&) = delete;
  SourceIo& operator=(const SourceIo&) = delete;

  [[nodiscard]] AVIOContext* context() { return context_; }
  // The size of the container, or of the input from the container's start, if it is known.
  [[nodiscard]] std::optional<std::uint64_t> size() const;
  // Where the container ends and its start is in the source, if its structure has shown that.
  [[nodiscard]] std::optional<std::uint64_t> end() const { return extent_.end(); }
  [[nodiscard]] std::uint64_t begin() const { return begin_; }
  // Follow the structure to the container's end, and describe what the input lacks. Call after the last packet.
  [[nodiscard]] std::optional<std::string> lack();
  // Whether the input ends here, and nothing is missing before: a short packet is whole.
  [[nodiscard]] bool ends_well() const;
  // Start again: the source has been replaced by another one, at its start.
  void restart();
  // Rethrow what the source threw since.
  void check();
  // From now on return zeros instead of reading: for a scan of packets whose positions the container's tables give, if
  // their bytes do not matter.
  void skip_payload(bool skip);

 private:
  std::size_t read_container(std::span<std::byte> into);
  void take_head();
  static int read(void* self, std::uint8_t* into, int size);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);

  Source& source_;
  AVIOContext* context_ = nullptr;
  std::exception_ptr failure_;
  Extent extent_;
  std::uint64_t begin_;
  std::int64_t position_ = 0;  // while skipping, the source itself does not move
  bool skips_ = false;
};

}  // namespace sl::av

// A Source as libjpeg reads it: straight out of the source's read-ahead, without a copy.

#pragma once

#include <cstdint>
#include <functional>

#include "formats/jpeg/codec.h"
#include "libcore/bytes/source.h"

namespace sl::jpeg {

class Input : private jpeg_source_mgr {
 public:
  // `truncated` is called when the source ends too early. If it returns, libjpeg reads EOI markers from then on.
  Input(Source& source, std::function<void()> truncated);
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  void attach(j_decompress_ptr jpeg) { jpeg->src = this; }

  // Whether reading the next `count` bytes would wait.
  [[nodiscard]] bool would_wait(std::uint64_t count) const;
  // Bytes of the source that libjpeg has used.
  [[nodiscard]] std::uint64_t position() const { return source_.position() + handed_ - bytes_in_buffer; }
  // Whether the last `count` bytes that libjpeg has used are padding: zeros or FF.
  [[nodiscard]] bool ends_in_padding(std::uint64_t count) const;
  // Whether libjpeg reads made-up EOI markers.
  [[nodiscard]] bool ended() const { return ended_; }

  // Move the source past the bytes that libjpeg has used.
  void release();
  // Read on at this earlier position, which the source can return to.
  void seek(std::uint64_t position);
  // Read on where the source is now, after release().
  void reset() { handed_ = bytes_in_buffer = 0; }
  // Stop parsing, and give libjpeg EOI markers.
  void stop();

 private:
  static Input& of(j_decompress_ptr jpeg) { return static_cast<Input&>(*jpeg->src); }
  void fill();
  void skip(std::size_t count);

  Source& source_;
  std::function<void()> truncated_;
  std::size_t handed_ = 0;            // bytes of the source's read-ahead that libjpeg was given
  const JOCTET* first_ = nullptr;     // of these
  std::uint64_t padding_before_ = 0;  // zeros and FF directly before them
  bool ended_ = false;
};

// Return the size of the segment that begins here, if a marker follows it as it must, else 0.
[[nodiscard]] std::size_t intact_segment(Source& source);
// Skip a picture from its SOI to its end, or to the SOI of the next one, or to the end of the source.
void skip_picture(Source& source);
// The same from inside of the picture. Return whether its end was there.
bool skip_rest(Source& source);

}  // namespace sl::jpeg

// A Source as libjpeg reads it.

#include "formats/jpeg/input.h"

#include <array>
#include <span>
#include <utility>

namespace sl::jpeg {

Input::Input(Source& source, std::function<void()> truncated)
    : jpeg_source_mgr{}, source_(source), truncated_(std::move(truncated)) {
  init_source = [](j_decompress_ptr) {};
  term_source = [](j_decompress_ptr) {};
  fill_input_buffer = [](j_decompress_ptr jpeg) -> boolean {
    of(jpeg).fill();
    return TRUE;
  };
  skip_input_data = [](j_decompress_ptr jpeg, long count) {
    if (count > 0) of(jpeg).skip(static_cast<std::size_t>(count));
  };
  resync_to_restart = jpeg_resync_to_restart;
}

void Input::fill() {
  if (!ended_) {
    source_.consume(handed_);
    const std::span<const std::byte> bytes = source_.peek(1);
    handed_ = bytes.size();
    next_input_byte = reinterpret_cast<const JOCTET*>(bytes.data());
    bytes_in_buffer = handed_;
    if (handed_ != 0) return;
    truncated_();
    ended_ = true;
  }
  static constexpr std::array<JOCTET, 2> end_of_image{0xff, JPEG_EOI};
  next_input_byte = end_of_image.data();
  bytes_in_buffer = end_of_image.size();
}

void Input::skip(std::size_t count) {
  while (count > bytes_in_buffer) {
    count -= bytes_in_buffer;
    bytes_in_buffer = 0;
    fill();
    if (ended_) return;
  }
  next_input_byte += count;
  bytes_in_buffer -= count;
}

bool Input::would_wait(std::uint64_t count) const {
  if (ended_ || bytes_in_buffer >= count) return false;
  const std::size_t used = handed_ - bytes_in_buffer;  // still in the source's read-ahead
  return source_.would_wait(used + static_cast<std::size_t>(count));
}

void Input::release() {
  if (ended_) return;
  source_.consume(handed_ - bytes_in_buffer);
  handed_ = bytes_in_buffer;
}

void Input::skip_to_end() {
  release();
  handed_ = bytes_in_buffer = 0;
  ended_ = true;
  bool marker = false;
  for (auto bytes = source_.peek(1); !bytes.empty(); bytes = source_.peek(1)) {
    for (std::size_t i = 0; i < bytes.size(); i++) {
      if (marker && bytes[i] == std::byte{JPEG_EOI}) return source_.consume(i + 1);
      marker = bytes[i] == std::byte{0xff};
    }
    source_.consume(bytes.size());
  }
}

}  // namespace sl::jpeg

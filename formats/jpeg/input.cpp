// A Source as libjpeg reads it.

#include "formats/jpeg/input.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

namespace sl::jpeg {

namespace {

// Return how many zeros and FF end these bytes.
std::size_t padding_at_end(const JOCTET* first, const JOCTET* end) {
  const JOCTET* at = end;
  while (at != first && (at[-1] == 0 || at[-1] == 0xff)) --at;
  return static_cast<std::size_t>(end - at);
}

}  // namespace

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
    const std::size_t padding = padding_at_end(first_, first_ + handed_);
    padding_before_ = padding + (padding == handed_ ? padding_before_ : 0);
    source_.consume(handed_);
    const std::span<const std::byte> bytes = source_.peek(1);
    handed_ = bytes.size();
    next_input_byte = first_ = reinterpret_cast<const JOCTET*>(bytes.data());
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

bool Input::ends_in_padding(std::uint64_t count) const {
  if (ended_) return true;  // those bytes are made up
  const std::size_t used = handed_ - bytes_in_buffer, here = padding_at_end(first_, first_ + used);
  return here + (here == used ? padding_before_ : 0) >= count;
}

void Input::release() {
  if (ended_) return;
  source_.consume(handed_ - bytes_in_buffer);
  handed_ = bytes_in_buffer;
  first_ = next_input_byte;
}

void Input::seek(std::uint64_t position) {
  release();
  handed_ = bytes_in_buffer = 0;
  source_.seek(position);
}

void Input::stop() {
  release();
  handed_ = bytes_in_buffer = 0;
  ended_ = true;
}

namespace {

constexpr std::byte mark{0xff}, start_of_image{0xd8}, end_of_image{0xd9}, start_of_scan{0xda}, restart{0xd0};

// The byte after `i` others, or a zero after the end.
std::byte byte_at(Source& source, std::size_t i) {
  const auto bytes = source.peek(i + 1);
  return i < bytes.size() ? bytes[i] : std::byte{0};
}

}  // namespace

std::size_t intact_segment(Source& source) {
  const std::byte marker = byte_at(source, 1);
  const bool stands_alone = marker >= std::byte{0xd0} && marker <= end_of_image;
  if (byte_at(source, 0) != mark || marker < std::byte{0xc0} || marker == mark || stands_alone) return 0;
  const auto number = [&source](std::size_t i) { return std::to_integer<std::size_t>(byte_at(source, i)); };
  const std::size_t length = number(2) << 8 | number(3), end = 2 + length;
  const bool well_ended = marker == start_of_scan ? length == 6 + 2 * number(4)
                                                  : length >= 2 && byte_at(source, end) == mark &&
                                                        byte_at(source, end + 1) >= std::byte{0xc0};
  if (!well_ended) return 0;
  // Only metadata may contain another picture.
  const bool is_metadata = marker >= std::byte{0xe0};
  for (std::size_t i = 2; !is_metadata && i + 1 < end; ++i) {
    if (byte_at(source, i) == mark && byte_at(source, i + 1) == start_of_image) return 0;
  }
  return end;
}

void skip_picture(Source& source) {
  source.skip(2);
  skip_rest(source);
}

// Return how many of these bytes are coded data for certain: no marker begins in them but those of restarts.
static std::size_t count_coded(std::span<const std::byte> bytes) {
  const std::byte* const begin = bytes.data();
  const std::byte* const end = begin + bytes.size();
  for (const std::byte* at = begin; at != end; ++at) {
    at = static_cast<const std::byte*>(std::memchr(at, 0xff, static_cast<std::size_t>(end - at)));
    if (at == nullptr) return bytes.size();
    const bool ends =
        at + 1 == end || (at[1] >= std::byte{0xc0} && at[1] != mark && (at[1] & std::byte{0xf8}) != restart);
    if (ends) return static_cast<std::size_t>(at - begin);
  }
  return bytes.size();
}

bool skip_rest(Source& source) {
  for (auto bytes = source.peek(1); !bytes.empty(); bytes = source.peek(1)) {
    if (const std::size_t coded = count_coded(bytes); coded != 0) {
      source.consume(coded);
    } else if (byte_at(source, 1) == start_of_image && byte_at(source, 2) == mark) {
      return false;
    } else if (byte_at(source, 1) == end_of_image) {
      source.consume(2);
      return true;
    } else {
      const std::size_t segment = intact_segment(source);
      source.skip(segment == 0 ? 1 : segment);
    }
  }
  return false;
}

}  // namespace sl::jpeg

// Chunks of an APNG: pixels of each frame become those of a still.

#include "formats/png/animation_feed.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "formats/png/png.h"
#include "libcore/base/endian.h"
#include "libcore/base/limits.h"

namespace sl {

namespace {

constexpr std::size_t head_bytes = 8, check_bytes = 4;

[[noreturn]] void fail(const std::string& what) { throw Error(Status::Data, what); }

std::uint32_t crc_of(std::uint32_t crc, std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}
std::uint32_t crc_of(std::string_view text) { return crc_of(0, std::as_bytes(std::span(text))); }

std::string chunk_of(std::string_view type, std::string_view data) {
  std::string chunk(4, '\0');
  store_be(chunk.data(), static_cast<std::uint32_t>(data.size()));
  chunk += type;
  chunk += data;
  std::string crc(4, '\0');
  store_be(crc.data(), crc_of(std::string_view(chunk).substr(4)));
  return chunk + crc;
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

bool begins_animation(Source& source) {
  for (std::uint64_t at = png_signature.size(); at < limits().metadata;) {
    const auto start = static_cast<std::size_t>(at);
    const auto bytes = source.peek(start + head_bytes);
    if (bytes.size() < start + head_bytes) return false;
    const std::string_view head = text_of(bytes.subspan(start)), type = head.substr(4, 4);
    if (type == "acTL") {
      const auto control = source.peek(start + head_bytes + 4);
      return control.size() >= start + head_bytes + 4 && load_be<std::uint32_t>(&control[start + head_bytes]) != 0;
    }
    if (type == "IDAT" || type == "IEND") return false;
    at += std::uint64_t{load_be<std::uint32_t>(head.data())} + head_bytes + check_bytes;
  }
  return false;
}

ApngFeed::ApngFeed(Source& source, LeftOut left_out) : source_(source), left_out_(std::move(left_out)) {}

ApngFeed::Chunk ApngFeed::peek_chunk() {
  const auto head = source_.peek(head_bytes);
  if (head.size() < head_bytes) fail("truncated");
  return {load_be<std::uint32_t>(head.data()), std::string(text_of(head.subspan(4, 4)))};
}

// Take a chunk whole; return its data.
std::string ApngFeed::take_chunk(const Chunk& chunk) {
  check_metadata(source_.name(), chunk.length, "PNG: " + printable(chunk.type));
  source_.consume(4);
  std::string bytes(4 + std::size_t{chunk.length} + check_bytes, '\0');
  if (source_.read_all(std::as_writable_bytes(std::span(bytes))) < bytes.size()) fail("truncated");
  const std::string_view checked = std::string_view(bytes).substr(0, bytes.size() - check_bytes);
  if (crc_of(checked) != load_be<std::uint32_t>(bytes.data() + checked.size()))
    fail("a wrong CRC of " + printable(chunk.type));
  return bytes.substr(4, chunk.length);
}

void ApngFeed::check_sequence(std::uint32_t sequence) {
  if (sequence != sequence_++) fail("chunks of the animation out of order");
}

void ApngFeed::take_control(const Chunk& chunk) {
  if (chunk.length != ApngControl::bytes) fail("fcTL of " + std::to_string(chunk.length) + " bytes");
  const std::string data = take_chunk(chunk);
  const auto number = [&data](std::size_t at) { return load_be<std::uint32_t>(data.data() + at); };
  ApngControl control;
  control.sequence = number(0);
  control.width = number(4);
  control.height = number(8);
  control.left = number(12);
  control.top = number(16);
  control.delay_num = load_be<std::uint16_t>(data.data() + 20);
  control.delay_den = load_be<std::uint16_t>(data.data() + 22);
  check_sequence(control.sequence);
  const bool inside = control.width != 0 && control.height != 0 &&
                      std::uint64_t{control.left} + control.width <= width_ &&
                      std::uint64_t{control.top} + control.height <= height_;
  if (!inside) fail("a frame outside the picture");
  if (data[24] < 0 || data[24] > 2 || data[25] < 0 || data[25] > 1) fail("an unknown way to blend or to dispose");
  control.dispose = static_cast<ApngControl::Dispose>(data[24]);
  control.blend = static_cast<ApngControl::Blend>(data[25]);
  coming_ = control;
}

void ApngFeed::begin() {
  if (source_.skip(png_signature.size()) < png_signature.size()) fail("truncated");
  queue_ = png_signature;
  for (Chunk chunk = peek_chunk(); chunk.type != "IDAT"; chunk = peek_chunk()) {
    if (chunk.type == "fcTL") {
      if (coming_) fail("two fcTL before the pixels");
      take_control(chunk);
      continue;
    }
    const std::string data = take_chunk(chunk);
    if (chunk.type == "IHDR") {
      if (data.size() != 13) fail("IHDR of " + std::to_string(data.size()) + " bytes");
      header_ = data;
      width_ = load_be<std::uint32_t>(data.data());
      height_ = load_be<std::uint32_t>(data.data() + 4);
    } else if (header_.empty() || chunk.type == "IEND" || chunk.type == "fdAT") {
      fail(printable(chunk.type) + " before the pixels");
    } else if (chunk.type == "acTL") {
      if (data.size() != 8) fail("acTL of " + std::to_string(data.size()) + " bytes");
      frames_ = load_be<std::uint32_t>(data.data());
      plays_ = load_be<std::uint32_t>(data.data() + 4);
      continue;
    }
    const std::string whole = chunk_of(chunk.type, data);
    if (chunk.type == "PLTE" || chunk.type == "tRNS") colours_ += whole;
    queue_ += whole;
  }
  if (header_.empty()) fail("no IHDR");
  if (coming_) {
    if (coming_->width != width_ || coming_->height != height_) fail("a first frame of another size");
    is_first_image_ = true;
  } else {  // it is not a part of the animation
    // Its metadata describes the frames: give the first one all of it.
    skip_default_image();
    const std::string head = queue_.substr(png_signature.size() + 25);
    std::string header = header_;
    store_be(header.data(), coming_->width);
    store_be(header.data() + 4, coming_->height);
    queue_ = std::string(png_signature) + chunk_of("IHDR", header) + head;
  }
  control_ = *coming_;
  coming_.reset();
  frame_ended_ = false;
  number_ = 1;
}

void ApngFeed::skip_default_image() {
  while (!coming_) {
    const Chunk chunk = peek_chunk();
    if (chunk.type == "fcTL") return take_control(chunk);
    if (chunk.type == "IEND") fail("no frame of the animation");
    if (chunk.type == "fdAT") fail("fdAT before any fcTL");
    const std::uint64_t bytes = std::uint64_t{chunk.length} + head_bytes + check_bytes;
    if (source_.skip(bytes) < bytes) fail("truncated");
  }
}

bool ApngFeed::next() {
  if (number_ >= frames_ || !coming_) {
    if (number_ < frames_)
      fail("frame " + std::to_string(number_ + 1) + " of " + std::to_string(frames_) + " is missing");
    return false;
  }
  control_ = *coming_;
  coming_.reset();
  ++number_;
  std::string header = header_;
  store_be(header.data(), control_.width);
  store_be(header.data() + 4, control_.height);
  queue_ = std::string(png_signature) + chunk_of("IHDR", header) + colours_;
  given_ = 0;
  frame_ended_ = false;
  is_first_image_ = false;
  return true;
}

void ApngFeed::finish_frame() {
  std::array<std::byte, 4096> rest{};
  while (read(rest) > 0) {
  }
  while (!ended_ && (!coming_ || number_ >= frames_)) {
    const Chunk chunk = peek_chunk();
    if (chunk.type == "fcTL" && number_ < frames_) {
      take_control(chunk);
      continue;
    }
    if (chunk.type == "IEND") {
      (void)take_chunk(chunk);
      ended_ = true;
    } else {
      const std::uint64_t bytes = std::uint64_t{chunk.length} + head_bytes + check_bytes;
      if (chunk.type == "fcTL") left_out_("a frame more than the header counts", "it is no part of the animation");
      if (chunk.type != "fdAT" && chunk.type != "fcTL" && chunk.type != "IDAT")
        left_out_(printable(chunk.type) + " behind the first pixels", "it comes too late");
      if (source_.skip(bytes) < bytes) fail("truncated");
    }
  }
}

// The chunk at the source's position is one of this frame's pixels, or the frame has ended.
void ApngFeed::begin_pixels(const Chunk& chunk) {
  const bool is_pixels = chunk.type == (is_first_image_ ? "IDAT" : "fdAT");
  if (!is_pixels) {
    queue_ = chunk_of("IEND", {});
    given_ = 0;
    frame_ended_ = true;
    return;
  }
  source_.consume(head_bytes);
  left_ = chunk.length;
  crc_in_ = crc_of(chunk.type);
  if (!is_first_image_) {
    std::array<std::byte, 4> sequence{};
    if (left_ < sequence.size()) fail("fdAT of " + std::to_string(left_) + " bytes");
    if (source_.read_all(sequence) < sequence.size()) fail("truncated");
    check_sequence(load_be<std::uint32_t>(sequence.data()));
    crc_in_ = crc_of(crc_in_, sequence);
    left_ -= 4;
  }
  crc_out_ = crc_of("IDAT");
  queue_.assign(4, '\0');
  store_be(queue_.data(), left_);
  queue_ += "IDAT";
  given_ = 0;
  in_chunk_ = true;
}

void ApngFeed::end_pixels() {
  std::array<std::byte, check_bytes> crc{};
  if (source_.read_all(crc) < crc.size()) fail("truncated");
  if (load_be<std::uint32_t>(crc.data()) != crc_in_) fail("a wrong CRC of pixels");
  queue_.assign(4, '\0');
  store_be(queue_.data(), crc_out_);
  given_ = 0;
  in_chunk_ = false;
}

std::size_t ApngFeed::read(std::span<std::byte> into) {
  while (given_ == queue_.size()) {
    if (in_chunk_ && left_ > 0) {
      const std::size_t count = source_.read(into.first(std::min<std::size_t>(into.size(), left_)));
      if (count == 0) fail("truncated");
      left_ -= static_cast<std::uint32_t>(count);
      crc_in_ = crc_of(crc_in_, into.first(count));
      crc_out_ = crc_of(crc_out_, into.first(count));
      return count;
    }
    if (in_chunk_) {
      end_pixels();
    } else if (frame_ended_) {
      return 0;
    } else {
      begin_pixels(peek_chunk());
    }
  }
  const std::size_t count = std::min(into.size(), queue_.size() - given_);
  std::memcpy(into.data(), queue_.data() + given_, count);
  given_ += count;
  return count;
}

}  // namespace sl

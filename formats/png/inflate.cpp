// PngInput: chunks pass, IDATs are inflated by ISA-L and wrapped again.

#include "formats/png/inflate.h"

#include <isa-l/crc.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "libcore/base/endian.h"
#include "libcore/base/limits.h"

namespace sl {

namespace {

constexpr std::size_t buffer_bytes = 128 << 10;
constexpr std::size_t stored_block = 32 << 10;

const std::uint8_t* octets(const std::byte* bytes) { return reinterpret_cast<const std::uint8_t*>(bytes); }

std::string inflate_problem(int code) {
  switch (code) {
    case ISAL_INVALID_BLOCK:
      return "bad deflate block";
    case ISAL_INVALID_SYMBOL:
      return "bad deflate code";
    case ISAL_INVALID_LOOKBACK:
      return "deflate distance too far back";
    case ISAL_INCORRECT_CHECKSUM:
      return "wrong checksum of the compressed pixels";
    default:
      return "bad zlib header";
  }
}

}  // namespace

PngInput::PngInput(Source& source, bool salvage, ChunkHook chunk, WarnHook warn)
    : source_(source), salvage_(salvage), chunk_hook_(std::move(chunk)), warn_(std::move(warn)) {}

void PngInput::truncate() {
  truncated_ = true;
  throw Error(Status::Data, "truncated");
}

void PngInput::queue(std::span<const std::uint8_t> bytes) {
  if (queued_begin_ == queued_end_) queued_begin_ = queued_end_ = 0;
  assert(queued_end_ + bytes.size() <= queued_.size());
  std::ranges::copy(bytes, queued_.begin() + static_cast<std::ptrdiff_t>(queued_end_));
  queued_end_ += bytes.size();
}

void PngInput::read(std::span<std::byte> into) {
  while (!into.empty()) {
    std::size_t count = 0;
    if (queued_begin_ < queued_end_) {
      count = std::min(into.size(), queued_end_ - queued_begin_);
      std::memcpy(into.data(), queued_.data() + queued_begin_, count);
      queued_begin_ += count;
    } else if (piece_ > 0) {
      count = std::min(into.size(), piece_);
      std::memcpy(into.data(), buffer_.data() + begin_, count);
      begin_ += count;
      piece_ -= count;
      if (piece_ == 0) queue(std::array<std::uint8_t, 4>{});  // CRC
    } else if (as_it_is_ > 0) {
      count = source_.read(into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), as_it_is_))));
      if (count == 0) truncate();
      as_it_is_ -= count;
    } else {
      next_piece();
    }
    into = into.subspan(count);
  }
}

void PngInput::next_piece() {
  if (stage_ == Stage::Signature) {
    as_it_is_ = 8;
    stage_ = Stage::Chunks;
  } else if (stage_ == Stage::Pixels && !last_piece_) {
    wrap_pixels();
  } else {
    if (stage_ == Stage::Pixels) stage_ = Stage::Behind;
    next_chunk();
  }
}

void PngInput::next_chunk() {
  const auto header = source_.peek(8);
  if (header.size() < 8) truncate();
  if (stage_ == Stage::Chunks && begin_pixel_chunk()) {
    buffer_.resize(buffer_bytes);
    isal_inflate_init(&inflate_);
    inflate_.crc_flag = ISAL_ZLIB;
    stage_ = Stage::Pixels;
    return;
  }
  const std::uint32_t length = load_be<std::uint32_t>(header.data());
  std::array<std::uint8_t, 8> copy;
  std::copy_n(octets(header.data()), copy.size(), copy.begin());
  const std::string_view type(reinterpret_cast<const char*>(copy.data()) + 4, 4);
  if (chunk_hook_(type, length) && !is_intact(length)) {
    warn_(std::string(type) + ": CRC error; the chunk is left out");
    source_.skip(std::uint64_t{length} + 12);
    return;
  }
  queue(copy);
  source_.consume(8);
  as_it_is_ = std::uint64_t{length} + 4;
}

// Whether the chunk that begins here has the right CRC. One that is cut off is read as far as it goes.
bool PngInput::is_intact(std::uint32_t length) {
  return source_.peek(std::size_t{length} + 12).size() < std::size_t{length} + 12 || intact_png_chunk(source_) != 0;
}

bool PngInput::look_behind(const std::function<void(std::string_view type, std::string_view data)>& found) {
  const auto size = source_.size();
  if (!source_.can_seek() || !size || source_.is_remote() || stage_ != Stage::Pixels || inflated_ != 0) return false;
  const std::uint64_t pixels = source_.position();
  std::uint64_t at = pixels + chunk_left_ + 4;
  constexpr std::size_t header_only = 16;  // to read between chunks of pixels
  source_.limit_read_ahead(header_only);
  while (at + 8 <= *size) {
    source_.seek(at);
    const auto header = source_.peek(8);
    if (header.size() < 8) break;
    const std::uint32_t length = load_be<std::uint32_t>(header.data());
    const std::string type(reinterpret_cast<const char*>(header.data()) + 4, 4);
    if (type == "IEND" || length > 0x7fffffff) break;
    if (type != "IDAT" && chunk_hook_(type, length) && is_intact(length)) {
      const auto chunk = source_.peek(std::size_t{length} + 8);
      if (chunk.size() < std::size_t{length} + 8) break;
      found(type, {reinterpret_cast<const char*>(chunk.data()) + 8, length});
    }
    at += std::uint64_t{length} + 12;
  }
  source_.limit_read_ahead(64 << 10);
  source_.seek(pixels);
  return true;
}

// Begin a chunk of inflated bytes; inflate some first if none are ready. The first chunk holds the zlib header only, so
// that it needs no pixels yet, and the last one the end of the stream.
void PngInput::wrap_pixels() {
  const auto byte = [](std::size_t value, int shift) { return static_cast<std::uint8_t>(value >> shift); };
  const auto begin = [&](std::size_t length) {
    queue(std::array<std::uint8_t, 8>{0, byte(length, 16), byte(length, 8), byte(length, 0), 'I', 'D', 'A', 'T'});
  };
  if (std::exchange(first_piece_, false)) {
    begin(2);
    queue(std::array<std::uint8_t, 6>{0x08, 0x1d});
    return;
  }
  const auto unfilter = [&] {
    return unfilter_.undo({buffer_.data() + begin_, std::min(end_ - begin_, stored_block)});
  };
  while ((piece_ = unfilter()) == 0) {
    if (failure_) throw Error(*failure_);
    if (complete_) break;
    inflate_some();
  }
  last_piece_ = piece_ == 0;
  begin(5 + piece_ + (last_piece_ ? 4 : 0));
  queue(std::array<std::uint8_t, 5>{byte(last_piece_, 0), byte(piece_, 0), byte(piece_, 8), byte(~piece_, 0),
                                    byte(~piece_, 8)});
  if (last_piece_) queue(std::array<std::uint8_t, 8>{});  // Adler and CRC
}

bool PngInput::available(std::uint64_t pixel_bytes, bool to_end) {
  while ((inflated_ < pixel_bytes || to_end) && !complete_ && !failure_) {
    if (end_ - begin_ == buffer_.size()) return true;  // rows longer than the buffer are read in parts
    // Between chunks, a CRC and a header come next.
    if (!may_hold_ && source_.would_wait(chunk_left_ > 0 ? 1 : 12)) return false;
    inflate_some();
  }
  return true;
}

// Take the source's available bytes, wait if it has none, and inflate them as far as there is room. Keep a failure
// until all bytes inflated before it are read.
void PngInput::inflate_some() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
  } else if (end_ == buffer_.size()) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  try {
    if (may_hold_) {
      decompress({});
    } else if (chunk_left_ == 0) {
      end_pixel_chunk();
      complete_ = !begin_pixel_chunk();
      if (complete_ && !ended_) throw Error(Status::Data, "the compressed pixels end too early");
    } else {
      auto input = source_.peek(1);
      if (input.empty()) truncate();
      input = input.first(std::min<std::size_t>(input.size(), chunk_left_));
      const std::size_t used = ended_ ? input.size() : decompress(input);
      crc_ = crc32_gzip_refl(crc_, octets(input.data()), used);
      chunk_left_ -= static_cast<std::uint32_t>(used);
      source_.consume(used);
    }
  } catch (const Error& error) {
    failure_ = error;
  }
}

// Bytes of the input that were used.
std::size_t PngInput::decompress(std::span<const std::byte> input) {
  inflate_.next_in = const_cast<std::uint8_t*>(octets(input.data()));
  inflate_.avail_in = static_cast<std::uint32_t>(input.size());
  inflate_.next_out = reinterpret_cast<std::uint8_t*>(buffer_.data() + end_);
  inflate_.avail_out = static_cast<std::uint32_t>(buffer_.size() - end_);
  const int result = isal_inflate(&inflate_);
  const std::size_t made = buffer_.size() - end_ - inflate_.avail_out;
  end_ += made;
  inflated_ += made;
  if (inflated_ > expected_) {
    end_ -= static_cast<std::size_t>(inflated_ - expected_);
    inflated_ = expected_;
    ended_ = true;
    warn_("more pixels than the picture has");
  } else if (result == ISAL_INCORRECT_CHECKSUM && salvage_ && inflated_ == expected_) {
    ended_ = true;
    warn_(inflate_problem(result));
  } else if (result < 0 || result == ISAL_NEED_DICT) {
    throw Error(Status::Data, inflate_problem(result));
  } else {
    ended_ = inflate_.block_state == ISAL_BLOCK_FINISH;
  }
  // When its input is used up, it may still hold output, and says so only by giving it when it is called again.
  may_hold_ = made > 0 && !ended_;
  // At the end of the stream it gives back unused bytes, even of an input before this one.
  return input.size() - std::min<std::size_t>(input.size(), inflate_.avail_in);
}

// Whether the next chunk is an IDAT; takes its header.
bool PngInput::begin_pixel_chunk() {
  const auto header = source_.peek(8);
  if (header.size() < 8) truncate();
  if (std::memcmp(header.data() + 4, "IDAT", 4) != 0) return false;
  chunk_left_ = load_be<std::uint32_t>(header.data());
  if (chunk_left_ > 0x7fffffff) throw Error(Status::Data, "IDAT: bad length");
  crc_ = crc32_gzip_refl(0, octets(header.data() + 4), 4);
  source_.consume(8);
  return true;
}

void PngInput::end_pixel_chunk() {
  const auto bytes = source_.peek(4);
  if (bytes.size() < 4) truncate();
  const bool good = load_be<std::uint32_t>(bytes.data()) == crc_;
  source_.consume(4);
  if (good) return;
  if (!salvage_) throw Error(Status::Data, "IDAT: CRC error");
  warn_("IDAT: CRC error");
}

std::size_t intact_png_chunk(Source& source) {
  const auto header = source.peek(8);
  if (header.size() < 8) return 0;
  const auto is_letter = [](std::byte b) {
    const auto c = std::to_integer<unsigned>(b) | 0x20u;
    return c >= 'a' && c <= 'z';
  };
  const std::size_t length = load_be<std::uint32_t>(header.data());
  if (!std::ranges::all_of(header.subspan(4, 4), is_letter) || length > limits().metadata) return 0;
  const auto chunk = source.peek(length + 12);
  if (chunk.size() < length + 12) return 0;
  const std::uint32_t crc = crc32_gzip_refl(0, octets(chunk.data()) + 4, length + 4);
  return crc == load_be<std::uint32_t>(chunk.data() + 8 + length) ? length + 12 : 0;
}

}  // namespace sl

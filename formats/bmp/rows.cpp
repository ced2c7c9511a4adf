// Rows of bitmaps: indices, bit fields and run lengths.

#include <algorithm>
#include <cstring>
#include <utility>

#include "formats/bmp/dib.h"
#include "formats/byte_reader.h"
#include "libcore/base/endian.h"

namespace sl::bmp {

DibRows::DibRows(const Dib& dib)
    : dib_(dib),
      components_(dib.pixels().components),
      wide_(dib.pixels().sample == Sample::U16),
      gray_(dib.pixels().model == Model::Gray) {
  if (dib.bits <= 8) {
    colours_.resize(std::size_t{1} << dib.bits);  // indices without a colour are black
    std::ranges::copy(dib.palette, colours_.begin());
    indices_.resize(dib.width);
    identity_ = gray_;
    for (std::size_t i = 0; i < colours_.size(); ++i) identity_ = identity_ && colours_[i][0] == i;
  }
  coded_.resize(dib.coding == Coding::Rle24 ? std::size_t{dib.width} * 3 : dib.row_bytes());
  const std::uint32_t full = wide_ ? 65535 : 255;
  for (std::size_t c = 0; c < 4; ++c) {
    const Channel& channel = dib.channels[c];
    if (channel.bits == 0) {
      scale_[c] = {static_cast<std::uint16_t>(0)};
      continue;
    }
    const std::uint32_t maximum = (1u << channel.bits) - 1;
    scale_[c].resize(maximum + 1);
    for (std::uint64_t v = 0; v <= maximum; ++v)
      scale_[c][v] = static_cast<std::uint16_t>((v * full * 2 + maximum) / (std::uint64_t{maximum} * 2));
  }
}

void DibRows::read(Source& source, std::byte* row) {
  ++rows_done_;
  if (dib_.coding != Coding::Plain) {
    read_runs(source);
    if (dib_.coding == Coding::Rle24) {
      decode(coded_.data(), row);
    } else {
      map_indices(indices_.data(), row);
    }
    return;
  }
  const std::size_t used = (std::size_t{dib_.width} * static_cast<std::size_t>(dib_.bits) + 7) / 8;
  if (source.read_all(std::span(coded_).first(used)) < used) throw Error(Status::Data, "truncated");
  const std::size_t padding = coded_.size() - used;
  // Some writers leave out the last row's padding.
  if (source.skip(padding) < padding && rows_done_ < dib_.height) throw Error(Status::Data, "truncated");
  decode(coded_.data(), row);
}

void DibRows::end(Source& source) {
  if (dib_.coding == Coding::Plain || ended_) return;
  const auto rest = source.peek(2);
  if (rest.size() >= 2 && rest[0] == std::byte{0} && rest[1] == std::byte{1}) source.consume(2);
}

void DibRows::decode(const std::byte* coded, std::byte* row) {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(coded);
  if (dib_.bits <= 8) {
    const unsigned bits = static_cast<unsigned>(dib_.bits), in_byte = 8 / bits, mask = (1u << bits) - 1;
    if (bits == 8) return map_indices(bytes, row);
    for (std::uint32_t x = 0; x < dib_.width; ++x)
      indices_[x] = static_cast<std::uint8_t>(bytes[x / in_byte] >> (8 - bits * (x % in_byte + 1)) & mask);
    return map_indices(indices_.data(), row);
  }
  if (dib_.bits == 24) {
    auto* to = reinterpret_cast<std::uint8_t*>(row);
    for (std::uint32_t x = 0; x < dib_.width; ++x, to += 3) {
      to[0] = bytes[x * 3 + 2];
      to[1] = bytes[x * 3 + 1];
      to[2] = bytes[x * 3];
    }
    return;
  }
  if (dib_.bits == 16) {
    wide_ ? decode_fields<std::uint16_t, std::uint16_t>(coded, row)
          : decode_fields<std::uint8_t, std::uint16_t>(coded, row);
  } else {
    wide_ ? decode_fields<std::uint16_t, std::uint32_t>(coded, row)
          : decode_fields<std::uint8_t, std::uint32_t>(coded, row);
  }
}

template <class T, class Pixel>
void DibRows::decode_fields(const std::byte* coded, std::byte* row) const {
  auto* to = reinterpret_cast<T*>(row);
  for (std::uint32_t x = 0; x < dib_.width; ++x) {
    const std::uint32_t pixel = load_le<Pixel>(coded + x * sizeof(Pixel));
    for (int c = 0; c < components_; ++c) {
      const Channel& channel = dib_.channels[static_cast<std::size_t>(c)];
      *to++ = static_cast<T>(scale_[static_cast<std::size_t>(c)][(pixel & channel.mask) >> channel.shift]);
    }
  }
}

void DibRows::map_indices(const std::uint8_t* indices, std::byte* row) {
  auto* to = reinterpret_cast<std::uint8_t*>(row);
  if (identity_) {
    std::memcpy(to, indices, dib_.width);
  } else if (gray_) {
    for (std::uint32_t x = 0; x < dib_.width; ++x) to[x] = colours_[indices[x]][0];
  } else {
    for (std::uint32_t x = 0; x < dib_.width; ++x, to += 3) std::memcpy(to, colours_[indices[x]].data(), 3);
  }
}

// A row of run lengths. Pixels that are jumped over have index 0, or are black.
void DibRows::read_runs(Source& source) {
  const bool is_rgb = dib_.coding == Coding::Rle24, is_four = dib_.coding == Coding::Rle4;
  std::ranges::fill(coded_, std::byte{0});
  std::ranges::fill(indices_, std::uint8_t{0});
  if (ended_) return;
  if (empty_rows_ > 0) {
    --empty_rows_;
    if (empty_rows_ > 0) return;
  }
  ByteReader in(source);
  std::uint32_t x = std::exchange(column_, 0);
  // Some writers code the padding of rows too: what lies beyond the row is cut off.
  const auto put = [&](std::size_t component, unsigned value) {
    if (x < dib_.width && is_rgb) coded_[std::size_t{x} * 3 + component] = static_cast<std::byte>(value);
    if (x < dib_.width && !is_rgb) indices_[x] = static_cast<std::uint8_t>(value);
  };
  const auto nibble = [](unsigned value, unsigned i) { return i % 2 == 0 ? value >> 4 : value & 15; };
  while (true) {
    const unsigned count = in.next();
    if (count > 0) {
      std::array<unsigned, 3> values{};
      for (std::size_t c = 0; c < (is_rgb ? 3u : 1u); ++c) values[c] = in.next();
      for (unsigned i = 0; i < count; ++i, ++x) {
        for (std::size_t c = 0; c < (is_rgb ? 3u : 1u); ++c) put(c, is_four ? nibble(values[0], i) : values[c]);
      }
      continue;
    }
    const unsigned code = in.next();
    if (code == 0) return;
    if (code == 1) {
      ended_ = true;
      return;
    }
    if (code == 2) {
      const unsigned right = in.next(), down = in.next();
      x += right;
      if (down == 0) continue;
      empty_rows_ = down;
      column_ = x;
      return;
    }
    // Pixels one by one, up to an even number of bytes.
    const unsigned bytes = is_four ? (code + 1) / 2 : is_rgb ? code * 3 : code;
    for (unsigned i = 0; i < bytes; ++i) {
      const unsigned value = in.next();
      if (is_four) {
        put(0, nibble(value, 0)), ++x;
        if (i * 2 + 1 < code) put(0, nibble(value, 1)), ++x;
      } else if (is_rgb) {
        put(i % 3, value);
        x += i % 3 == 2 ? 1 : 0;
      } else {
        put(0, value), ++x;
      }
    }
    if (bytes % 2 != 0) (void)in.next();
  }
}

}  // namespace sl::bmp

// The choice of a method, and Zstandard.
//
// Differences of noise hold no strings that come again: searching for them costs two thirds of the time and makes more
// bytes. So there only Zstandard's Huffman code is used. Flat pictures, text and drawings have such strings. What a
// run of bytes is like is seen in a sample of it. On 1080p film with noise the Huffman code alone is three times as
// fast as level 1, and 2 to 15 % smaller; on drawings level 1 is a tenth of its size.

// For the parameter that has literals compressed at levels below 0, where nothing is searched for.
#define ZSTD_STATIC_LINKING_ONLY
#include "libcore/packing/byte_coder.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <new>

namespace sl::packing {

namespace {

constexpr std::size_t sample_pieces = 4, sample_piece = 1024, small = 2048;

bool is_constant(std::span<const std::uint8_t> bytes) {
  return bytes.size() == 1 || std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

// Some pieces of the bytes, from all parts of them.
std::array<std::uint8_t, sample_pieces * sample_piece> sample_of(std::span<const std::uint8_t> bytes) {
  std::array<std::uint8_t, sample_pieces * sample_piece> sample;
  const std::size_t step = (bytes.size() - sample_piece) / (sample_pieces - 1);
  for (std::size_t i = 0; i < sample_pieces; ++i) {
    std::copy_n(bytes.data() + i * step, sample_piece, sample.data() + i * sample_piece);
  }
  return sample;
}

struct Statistics {
  double bits = 0;    // a byte, for the best code of single bytes
  double common = 0;  // part of the most frequent byte
};

Statistics statistics_of(std::span<const std::uint8_t> sample) {
  std::array<std::uint32_t, 256> counts{};
  for (const std::uint8_t byte : sample) ++counts[byte];
  Statistics found;
  const auto all = static_cast<double>(sample.size());
  for (const std::uint32_t count : counts) {
    if (count == 0) continue;
    const double part = count / all;
    found.bits -= part * std::log2(part);
    found.common = std::max(found.common, part);
  }
  return found;
}

// The library would take several frames too, and pass over those of other content.
bool is_one_frame(std::span<const std::uint8_t> bytes) {
  return ZSTD_isFrame(bytes.data(), bytes.size()) != 0 && (bytes[0] & 0xf0) != 0x50 &&
         ZSTD_findFrameCompressedSize(bytes.data(), bytes.size()) == bytes.size();
}

}  // namespace

struct ByteCoder::State {
  ZSTD_CCtx* encoder = nullptr;
  ZSTD_DCtx* decoder = nullptr;

  ~State() {
    ZSTD_freeCCtx(encoder);
    ZSTD_freeDCtx(decoder);
  }

  // Return the size in bytes; nothing if it does not fit. The frame has no size of its content, which the reader knows,
  // and a checksum.
  std::optional<std::size_t> compress(std::span<const std::uint8_t> in, std::span<std::uint8_t> out, bool search) {
    if (encoder == nullptr) encoder = ZSTD_createCCtx();
    if (encoder == nullptr) throw std::bad_alloc();
    ZSTD_CCtx_reset(encoder, ZSTD_reset_session_and_parameters);
    ZSTD_CCtx_setParameter(encoder, ZSTD_c_compressionLevel, search ? 1 : ZSTD_minCLevel());
    ZSTD_CCtx_setParameter(encoder, ZSTD_c_literalCompressionMode, ZSTD_ps_enable);
    ZSTD_CCtx_setParameter(encoder, ZSTD_c_contentSizeFlag, 0);
    ZSTD_CCtx_setParameter(encoder, ZSTD_c_checksumFlag, 1);
    const std::size_t size = ZSTD_compress2(encoder, out.data(), out.size(), in.data(), in.size());
    return ZSTD_isError(size) != 0 ? std::nullopt : std::optional(size);
  }

  // Return whether searching for strings pays.
  bool pays_to_search(std::span<const std::uint8_t> sample, const Statistics& statistics) {
    if (statistics.common < 0.25) return false;
    std::array<std::uint8_t, sample_pieces * sample_piece> out;
    const auto size = compress(sample, out, true);
    return size &&
           static_cast<double>(*size) < 0.97 * static_cast<double>(sample.size()) * std::max(1.0, statistics.bits) / 8;
  }
};

ByteCoder::ByteCoder() : state_(std::make_unique<State>()) {}
ByteCoder::~ByteCoder() = default;

ByteCoder::Coded ByteCoder::encode(std::span<const std::uint8_t> in, std::span<std::uint8_t> out) {
  if (is_constant(in)) {
    out[0] = in[0];
    return {Method::Constant, 1};
  }
  bool search = true, stores = false;
  if (in.size() > small * 2) {
    const auto sample = sample_of(in);
    const Statistics statistics = statistics_of(sample);
    constexpr double incompressible = 7.9;  // bits, of a sample of 4096 bytes
    stores = statistics.bits > incompressible;
    search = !stores && state_->pays_to_search(sample, statistics);
  }
  if (!stores) {
    // A frame that saves nothing is not worth unpacking.
    const auto size = state_->compress(in, out.first(in.size() - 1), search);
    if (size) return {Method::Zstd, *size};
  }
  std::ranges::copy(in, out.begin());
  return {Method::Stored, in.size()};
}

bool ByteCoder::decode(Method method, std::span<const std::uint8_t> in, std::span<std::uint8_t> out) {
  switch (method) {
    case Method::Stored:
      if (in.size() != out.size()) return false;
      std::ranges::copy(in, out.begin());
      return true;
    case Method::Constant:
      if (in.size() != 1) return false;
      std::ranges::fill(out, in[0]);
      return true;
    case Method::Zstd: {
      if (state_->decoder == nullptr) state_->decoder = ZSTD_createDCtx();
      if (state_->decoder == nullptr) throw std::bad_alloc();
      if (!is_one_frame(in)) return false;
      return ZSTD_decompressDCtx(state_->decoder, out.data(), out.size(), in.data(), in.size()) == out.size();
    }
  }
  return false;
}

}  // namespace sl::packing

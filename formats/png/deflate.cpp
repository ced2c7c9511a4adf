// PngDeflater: gathers rows into blocks, filters and compresses them in threads, and joins the results.

#include "formats/png/deflate.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "libcore/base/endian.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/pixels/kernels.h"
#include "libcore/pixels/ordered.h"

namespace sl {

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint64_t block_bytes = 256 << 10;
constexpr std::size_t head_bytes = 8;   // of a chunk: length and type
constexpr std::size_t zlib_header = 2;  // in front of the first block
constexpr int flat_ratio = 8, flat_level = 6;

// ---- Filters ----

// One row before and after filtering; `pixel` is the distance of the pixel to the left, in bytes.
struct Row {
  const std::uint8_t* row;
  const std::uint8_t* above;
  std::size_t bytes, pixel;
};

void subtract_left(const Row& r, std::uint8_t* __restrict out) {
  std::memcpy(out, r.row, r.pixel);
  for (std::size_t i = r.pixel; i < r.bytes; ++i) out[i] = static_cast<std::uint8_t>(r.row[i] - r.row[i - r.pixel]);
}

void subtract_above(const Row& r, std::uint8_t* __restrict out) {
  for (std::size_t i = 0; i < r.bytes; ++i) out[i] = static_cast<std::uint8_t>(r.row[i] - r.above[i]);
}

void subtract_average(const Row& r, std::uint8_t* __restrict out) {
  for (std::size_t i = 0; i < r.pixel; ++i) out[i] = static_cast<std::uint8_t>(r.row[i] - (r.above[i] >> 1));
  for (std::size_t i = r.pixel; i < r.bytes; ++i) {
    out[i] = static_cast<std::uint8_t>(r.row[i] - ((r.row[i - r.pixel] + r.above[i]) >> 1));
  }
}

// The filter's number and the filtered row, 1 + r.bytes in all.
void filter_row(const Row& r, PngFilter filter, std::uint8_t* out) {
  *out++ = static_cast<std::uint8_t>(filter);
  switch (filter) {
    case PngFilter::Sub:
      return subtract_left(r, out);
    case PngFilter::Up:
      return subtract_above(r, out);
    case PngFilter::Average:
      return subtract_average(r, out);
    case PngFilter::Paeth:
      return kernels::paeth(r.row, r.above, r.bytes, r.pixel, out);
    default:
      std::memcpy(out, r.row, r.bytes);
  }
}

// The filter with the least sum of absolute values; of equals the one with the lowest number.
void filter_row_adaptively(const Row& r, Bytes& trial, std::uint8_t* out) {
  filter_row(r, PngFilter::None, out);
  std::uint64_t least = kernels::sum_of_absolutes(out + 1, r.bytes);
  for (const PngFilter filter : {PngFilter::Sub, PngFilter::Up, PngFilter::Average, PngFilter::Paeth}) {
    filter_row(r, filter, trial.data());
    const std::uint64_t sum = kernels::sum_of_absolutes(trial.data() + 1, r.bytes);
    if (sum >= least) continue;
    least = sum;
    std::memcpy(out, trial.data(), r.bytes + 1);
  }
}

// ---- Compression of one block ----

// Raw deflate, the state kept from block to block. Z_FILTERED is no better for filtered rows of photographs (0.749
// against 0.744 at level 6).
class Zlib {
 public:
  explicit Zlib(int level) {
    if (deflateInit2(&stream_, level, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw Error(Status::Resources, "PNG: no memory to compress with");
    }
  }
  ~Zlib() { deflateEnd(&stream_); }
  Zlib(const Zlib&) = delete;
  Zlib& operator=(const Zlib&) = delete;

  // Appends to `out`; ends at a whole byte, and the stream if `last`.
  void compress(std::span<const std::uint8_t> data, bool last, Bytes& out) {
    deflateReset(&stream_);
    const std::size_t start = out.size();
    out.resize(start + deflateBound(&stream_, data.size()) + 16);  // 16: the empty block of a flush
    stream_.next_in = const_cast<std::uint8_t*>(data.data());
    stream_.avail_in = static_cast<uInt>(data.size());
    stream_.next_out = out.data() + start;
    stream_.avail_out = static_cast<uInt>(out.size() - start);
    [[maybe_unused]] const int result = deflate(&stream_, last ? Z_FINISH : Z_FULL_FLUSH);
    assert(result == (last ? Z_STREAM_END : Z_OK) && stream_.avail_in == 0 && stream_.avail_out > 0);
    out.resize(start + stream_.total_out);
  }

 private:
  z_stream stream_{};
};

// The same by ISA-L level 1.
//
// ISA-L 2.30 starts a stream without history by entering a hash of the isal_zstream's own address, in place of the
// third byte's (isal_deflate_icf_body_hash_hist, .write_first_byte). So in one run of 500 a match was found elsewhere,
// and a block differed by a byte. The first bytes are therefore stored, and are the dictionary of the others: they cost
// 5 bytes.
class Isal {
 public:
  void compress(std::span<const std::uint8_t> data, bool last, Bytes& out) {
    isal_deflate_init(&stream_);
    stream_.level = 1;
    stream_.level_buf = buffer_.data();
    stream_.level_buf_size = static_cast<std::uint32_t>(buffer_.size());
    stream_.flush = FULL_FLUSH;
    stream_.end_of_stream = last ? 1 : 0;
    auto* const bytes = const_cast<std::uint8_t*>(data.data());
    const auto head = static_cast<std::uint8_t>(std::min<std::size_t>(data.size(), 4));
    for (const int byte : {0, +head, 0, 0xff - head, 0xff})
      out.push_back(static_cast<std::uint8_t>(byte));  // RFC 1951, 3.2.4
    out.insert(out.end(), bytes, bytes + head);
    const std::size_t start = out.size();
    out.resize(start + data.size() + data.size() / 4096 + 1024);  // it stores what does not shrink
    stream_.next_in = bytes + head;
    stream_.avail_in = static_cast<std::uint32_t>(data.size() - head);
    stream_.next_out = out.data() + start;
    stream_.avail_out = static_cast<std::uint32_t>(out.size() - start);
    if (isal_deflate_set_dict(&stream_, bytes, head) != COMP_OK || isal_deflate(&stream_) != COMP_OK ||
        stream_.avail_in != 0 || stream_.avail_out == 0) {
      throw Error(Status::Bug, "PNG: ISA-L could not compress a block");
    }
    out.resize(start + stream_.total_out);
  }

 private:
  isal_zstream stream_{};
  Bytes buffer_ = Bytes(ISAL_DEF_LVL1_DEFAULT);  // ISA-L ends deflate blocks at its size: the output depends on it
};

// A block in one thread's hands, with all the memory that it needs, kept for the next one.
struct Block {
  Bytes raw;  // the row above, then the rows
  std::uint32_t rows = 0;
  bool first = false, last = false;

  Bytes filtered, trial;
  Bytes chunk, other;  // a chunk without its CRC; another try at it
  std::uint32_t crc = 0, adler = 0;
  std::unique_ptr<Isal> isal;
  std::unique_ptr<Zlib> zlib, flat;
};

template <class Codec, class... Level>
Codec& made(std::unique_ptr<Codec>& codec, Level... level) {
  if (!codec) codec = std::make_unique<Codec>(level...);
  return *codec;
}

// Turns the 16-bit samples of a block into PNG's byte order.
void swap_samples(Bytes& raw) {
  auto* const samples = reinterpret_cast<std::uint16_t*>(raw.data());
  swap_bytes(samples, samples, raw.size() / 2);
}

}  // namespace

void write_png_chunk(Target& target, std::string_view type, std::string_view data) {
  std::array<std::uint8_t, 12> frame;
  store_be(frame.data(), static_cast<std::uint32_t>(data.size()));
  std::memcpy(frame.data() + 4, type.data(), 4);
  std::uint32_t crc = crc32_gzip_refl(0, frame.data() + 4, 4);
  crc = crc32_gzip_refl(crc, reinterpret_cast<const std::uint8_t*>(data.data()), data.size());
  store_be(frame.data() + 8, crc);
  target.write(std::as_bytes(std::span(frame).first(8)));
  target.write(std::as_bytes(std::span(data)));
  target.write(std::as_bytes(std::span(frame).last(4)));
}

struct PngDeflater::State {
  State(Target& target, const PixelFormat& format, std::uint32_t width, std::uint32_t height,
        const PngCompression& compression)
      : target(target),
        height(height),
        row_bytes(sl::row_bytes(format, 0, width)),
        pixel_bytes(static_cast<std::size_t>(format.components * format.sample_bytes())),
        swapped(format.sample == Sample::U16),
        level(compression.level),
        filter(compression.filter),
        blocks(
            compression.threads, [this](Block& block) { compress(block); }, [this](Block& block) { emit(block); }) {
    block_rows = static_cast<std::uint32_t>(
        std::clamp<std::uint64_t>(block_bytes / row_bytes, 1, std::max<std::uint32_t>(height, 1)));
    // A block holds its rows raw, filtered and compressed, and two tries; ISA-L counts in 32 bits.
    const std::uint64_t in_hand = static_cast<std::uint64_t>(compression.threads) + 2;
    check_memory(target.name(), saturating_multiply(in_hand * (block_rows + 1) * 5, row_bytes),
                 "PNG: compressing rows");
    if (row_bytes >= std::uint64_t{1} << 31) throw Error(Status::Data, target.name() + ": PNG: rows over 2 GiB");
    if (filter == PngFilter::Auto) {
      filter = level == 0 ? PngFilter::None : level == 1 ? PngFilter::Up : PngFilter::Adaptive;
      retries_flat = level == 2;
    }
    begin_block(nullptr);
  }

  // A new block below that row, or below nothing, which counts as zeros.
  void begin_block(const std::uint8_t* above) {
    Block next;
    if (!spare.empty()) {
      next = std::move(spare.back());
      spare.pop_back();
    }
    next.first = above == nullptr;
    next.rows = 0;
    next.raw.resize((std::min(block_rows, height - rows_done) + 1) * row_bytes);
    if (above != nullptr) {
      std::memcpy(next.raw.data(), above, row_bytes);
    } else {
      std::memset(next.raw.data(), 0, row_bytes);
    }
    block = std::move(next);
  }

  void end_block() {
    rows_done += block.rows;
    block.last = rows_done == height;
    Block full = std::move(block);
    if (!full.last) begin_block(full.raw.data() + full.raw.size() - row_bytes);
    blocks.push(std::move(full));
    if (rows_done == height) blocks.finish();
  }

  void filter_block(Block& b, PngFilter with) const {
    b.filtered.resize(b.rows * (row_bytes + 1));
    b.trial.resize(row_bytes + 1);
    for (std::uint32_t y = 0; y < b.rows; ++y) {
      const std::uint8_t* const above = b.raw.data() + y * row_bytes;
      const Row row{above + row_bytes, above, row_bytes, pixel_bytes};
      std::uint8_t* const out = b.filtered.data() + y * (row_bytes + 1);
      if (with == PngFilter::Adaptive) {
        filter_row_adaptively(row, b.trial, out);
      } else {
        filter_row(row, with, out);
      }
    }
  }

  // In a thread.
  void compress(Block& b) const {
    if (swapped) swap_samples(b.raw);
    filter_block(b, filter);
    start_chunk(b, b.chunk);
    const bool fast = level == 1 || level == 2;
    if (fast) {
      made(b.isal).compress(b.filtered, b.last, b.chunk);
    } else {
      made(b.zlib, level).compress(b.filtered, b.last, b.chunk);
    }
    b.adler = isal_adler32(1, b.filtered.data(), b.filtered.size());
    if (retries_flat && b.chunk.size() < b.filtered.size() / flat_ratio) {
      filter_block(b, PngFilter::None);
      start_chunk(b, b.other);
      made(b.flat, flat_level).compress(b.filtered, b.last, b.other);
      if (b.other.size() < b.chunk.size()) {
        std::swap(b.chunk, b.other);
        b.adler = isal_adler32(1, b.filtered.data(), b.filtered.size());
      }
    }
    b.crc = crc32_gzip_refl(0, b.chunk.data() + 4, b.chunk.size() - 4);
  }

  static void start_chunk(const Block& b, Bytes& chunk) {
    constexpr std::array<std::uint8_t, head_bytes + zlib_header> head{0, 0, 0, 0, 'I', 'D', 'A', 'T', 0x78, 0x5e};
    chunk.assign(head.begin(), head.begin() + head_bytes + (b.first ? zlib_header : 0));
  }

  // In the caller's thread, in order.
  void emit(Block& b) {
    adler = static_cast<std::uint32_t>(adler32_combine(adler, b.adler, static_cast<z_off_t>(b.rows * (row_bytes + 1))));
    if (b.last) {
      b.chunk.resize(b.chunk.size() + 4);
      std::uint8_t* const checksum = b.chunk.data() + b.chunk.size() - 4;
      store_be(checksum, adler);
      b.crc = crc32_gzip_refl(b.crc, checksum, 4);
    }
    store_be(b.chunk.data(), static_cast<std::uint32_t>(b.chunk.size() - head_bytes));
    b.chunk.resize(b.chunk.size() + 4);
    store_be(b.chunk.data() + b.chunk.size() - 4, b.crc);
    target.write(std::as_bytes(std::span(b.chunk)));
    spare.push_back(std::move(b));
  }

  Target& target;
  std::uint32_t height;
  std::size_t row_bytes, pixel_bytes;
  bool swapped;
  int level;
  PngFilter filter;
  bool retries_flat = false;
  std::uint32_t block_rows = 1, rows_done = 0;  // rows of blocks handed on
  std::uint32_t adler = 1;
  Block block;  // being gathered
  std::vector<Block> spare;
  Ordered<Block> blocks;  // last: its threads end before the members they use
};

PngDeflater::PngDeflater(Target& target, const PixelFormat& format, std::uint32_t width, std::uint32_t height,
                         const PngCompression& compression)
    : state_(std::make_unique<State>(target, format, width, height, compression)) {}

PngDeflater::~PngDeflater() = default;

void PngDeflater::write_rows(const Strip& strip) {
  State& s = *state_;
  const Plane& plane = strip.planes[0];
  for (std::uint32_t y = 0; y < strip.rows;) {
    assert(s.rows_done < s.height);
    const auto room = static_cast<std::uint32_t>(s.block.raw.size() / s.row_bytes) - 1 - s.block.rows;
    const std::uint32_t rows = std::min(room, strip.rows - y);
    std::uint8_t* to = s.block.raw.data() + (s.block.rows + 1) * s.row_bytes;
    if (plane.stride == s.row_bytes) {
      std::memcpy(to, plane.row<std::byte>(y), rows * s.row_bytes);
    } else {
      for (std::uint32_t i = 0; i < rows; ++i)
        std::memcpy(to + i * s.row_bytes, plane.row<std::byte>(y + i), s.row_bytes);
    }
    s.block.rows += rows;
    y += rows;
    if (rows == room) s.end_block();
  }
}

void PngDeflater::flush() { state_->blocks.finish(); }

}  // namespace sl

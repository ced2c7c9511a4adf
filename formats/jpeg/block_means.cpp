// Huffman codes of blocks: the first is decoded, the others are passed over.

#include "formats/jpeg/block_means.h"

#include <jerror.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>
#include <vector>

namespace sl::jpeg {

namespace {

constexpr int look_bits = 12;  // tables that stay in the nearest cache
constexpr int block_samples = DCTSIZE2;
constexpr int block_rows = DCTSIZE;
constexpr int start_of_scan = 0xda;

// A Huffman code: symbols of short codes by a table, others by the lengths.
class Code {
 public:
  explicit Code(const JHUFF_TBL& table) : values_(table.huffval) {
    last_.fill(-1);
    std::uint32_t code = 0, first = 0;
    for (std::size_t length = 1; length <= 16; ++length, code <<= 1) {
      const std::uint32_t count = table.bits[length];
      offset_[length] = static_cast<std::int32_t>(first) - static_cast<std::int32_t>(code);
      if (count != 0) last_[length] = static_cast<std::int32_t>(code + count - 1);
      for (std::uint32_t i = 0; i < count && length <= look_bits; ++i) {
        const std::size_t span = std::size_t{1} << (look_bits - length);
        std::fill_n(short_.begin() + static_cast<std::ptrdiff_t>((code + i) * span), span,
                    Short{static_cast<std::uint8_t>(length), table.huffval[first + i]});
      }
      code += count;
      first += count;
    }
  }

  // Whether codes are as long as their counts need.
  [[nodiscard]] static bool is_sound(const JHUFF_TBL& table) {
    std::uint32_t code = 0, count = 0;
    for (std::size_t length = 1; length <= 16; ++length, code <<= 1) {
      code += table.bits[length];
      count += table.bits[length];
      if (code > std::uint32_t{1} << length) return false;
    }
    return count <= 256;
  }

  struct Short {
    std::uint8_t length = 0, symbol = 0;  // length 0: a longer code
  };
  [[nodiscard]] Short look(std::uint32_t next_bits) const { return short_[next_bits]; }
  // The code at the start of these 64 bits; length 0: no code has such bits.
  [[nodiscard]] Short find(std::uint64_t bits) const {
    if (const Short found = short_[bits >> (64 - look_bits)]; found.length != 0) return found;
    for (unsigned length = look_bits + 1; length <= 16; ++length) {
      const auto code = static_cast<std::int32_t>(bits >> (64 - length));
      if (code <= last_[length]) {
        return {static_cast<std::uint8_t>(length), values_[static_cast<std::size_t>(code + offset_[length])]};
      }
    }
    return {};
  }

 private:
  std::array<Short, std::size_t{1} << look_bits> short_{};
  std::array<std::int32_t, 17> last_{}, offset_{};
  const UINT8* values_;
};

// What the next bits pass over: all coefficients whose codes lie in them as a whole. The bits of the last value may lie
// behind them.
struct alignas(4) Pass {
  std::uint8_t bits = 0;     // 0: not one
  std::uint8_t advance = 0;  // coefficients; to the end of the block, at least a whole block
  std::uint8_t limit = 0;    // the largest place in the block from which that holds
};

std::vector<Pass> passes_of(const Code& code) {
  std::vector<Pass> passes(std::size_t{1} << look_bits);
  for (std::uint32_t next = 0; next < passes.size(); ++next) {
    int bits = 0, advance = 0;
    bool ends = false;
    while (!ends && bits < look_bits) {
      const std::uint32_t rest = next << bits & ((1U << look_bits) - 1);
      const Code::Short symbol = code.look(rest);
      const int size = symbol.symbol & 15, run = symbol.symbol >> 4;
      if (symbol.length == 0 || bits + symbol.length > look_bits) break;
      if (size == 0 && run != 15) {
        if (advance > block_samples - 2) break;
        ends = true;
      } else if (advance + run + 1 >= block_samples) {
        break;
      } else {
        advance += run + 1;
      }
      bits += symbol.length + size;
    }
    if (bits == 0) continue;
    const int limit = block_samples - advance - (ends ? 1 : 0);
    passes[next] = {static_cast<std::uint8_t>(bits), static_cast<std::uint8_t>(advance + (ends ? block_samples : 0)),
                    static_cast<std::uint8_t>(limit)};
  }
  return passes;
}

// Return whether any byte is FF.
bool has_mark(std::uint64_t bytes) {
  constexpr std::uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
  const std::uint64_t zeros = ~bytes;
  return ((zeros - ones) & ~zeros & tops) != 0;
}

// The bits of a scan, from its bytes without the zeros after FF. At a marker it stops, and makes up zeros.
class Bits {
 public:
  explicit Bits(jpeg_decompress_struct& jpeg) : jpeg_(&jpeg) {}

  // Take the place in the input, and give it back.
  void enter() {
    next_ = jpeg_->src->next_input_byte;
    end_ = next_ + jpeg_->src->bytes_in_buffer;
  }
  void leave() {
    jpeg_->src->next_input_byte = next_;
    jpeg_->src->bytes_in_buffer = static_cast<std::size_t>(end_ - next_);
  }

  // Have at least 32 bits.
  void fill() {
    if (count_ < 32 && !fill_at_once()) fill_by_bytes();
  }
  [[nodiscard]] std::uint64_t bits() const { return bits_; }
  void take(int count) {
    bits_ <<= count;
    count_ -= count;
  }

  // Pass over coefficients of a block from `place` on, as far as the table goes. Return the place of the first one that
  // it does not have, or one after the block. There are at least 32 bits then.
  int pass(const Pass* table, int place) {
    Bits own = *this;  // in registers
    while (place < block_samples) {
      if (own.count_ < 32 && !own.fill_at_once()) {
        *this = own;
        fill_by_bytes();
        own = *this;
      }
      const Pass pass = table[own.bits_ >> (64 - look_bits)];
      if (place > pass.limit) break;
      own.take(pass.bits);
      place += pass.advance;
    }
    *this = own;
    return place;
  }
  // Whether bits were taken that the scan does not have.
  [[nodiscard]] bool is_short() const { return count_ < made_up_; }

  // Drop the rest of the bits and go to the next marker; return it, and set the number of bytes that were left over.
  int to_marker(unsigned& left_over) {
    left_over = static_cast<unsigned>(std::max(0, count_ - made_up_) / 8);
    bits_ = 0;
    count_ = made_up_ = 0;
    while (marker_ == 0) left_over += take_byte() >= 0 ? 1 : 0;
    return std::exchange(marker_, 0);
  }

  // Read a byte of a segment.
  int byte() {
    if (next_ == end_) more();
    return *next_++;
  }

 private:
  // Take 8 bytes without FF, if they are there and no marker is before them.
  bool fill_at_once() {
    if (end_ - next_ < 8 || marker_ != 0) return false;
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, next_, sizeof bytes);
    if constexpr (std::endian::native == std::endian::little) bytes = __builtin_bswap64(bytes);
    if (has_mark(bytes)) return false;
    bits_ |= bytes >> count_;
    next_ += (63 - count_) >> 3;
    count_ |= 56;
    return true;
  }

  void more() {
    leave();
    (void)jpeg_->src->fill_input_buffer(jpeg_);
    enter();
  }

  // Return the next byte of the scan; -1 at a marker, which is then in `marker_`.
  int take_byte() {
    const int first = byte();
    if (first != 0xff) return first;
    int second = byte();
    while (second == 0xff) second = byte();
    if (second == 0) return 0xff;
    marker_ = second;
    return -1;
  }

  void fill_by_bytes() {
    while (count_ <= 48) {
      const int byte = marker_ == 0 ? take_byte() : -1;
      if (byte >= 0) bits_ |= static_cast<std::uint64_t>(byte) << (56 - count_);
      count_ += 8;
      if (byte < 0) made_up_ += 8;
    }
  }

  jpeg_decompress_struct* jpeg_;
  const JOCTET *next_ = nullptr, *end_ = nullptr;
  std::uint64_t bits_ = 0;  // the first one on top
  int count_ = 0;           // of these
  int made_up_ = 0;         // at their end
  int marker_ = 0;          // that ends the scan here
};

// The value of a coefficient's extra bits (ITU-T T.81, F.2.2.1).
int extended(std::uint64_t bits, int size) {
  if (size == 0) return 0;
  const int value = static_cast<int>(bits >> (64 - size));
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

}  // namespace

struct BlockMeans::State {
  struct Component {
    std::size_t place;  // in the frame header
    int across, down;   // blocks in an MCU
    std::uint32_t width;
    const Code* first;
    const Code* others;
    const std::vector<Pass>* passes;
    int step;      // quantisation of the mean
    int mean = 0;  // of the last block, quantised
  };

  jpeg_decompress_struct& jpeg;
  Bits bits;
  std::array<std::unique_ptr<Code>, NUM_HUFF_TBLS> first_codes, other_codes;
  std::array<std::vector<Pass>, NUM_HUFF_TBLS> passes;
  std::vector<Component> components;
  std::uint32_t mcus = 0;  // in a row
  std::uint32_t until_restart = 0;
  int next_restart = 0;

  explicit State(jpeg_decompress_struct& from) : jpeg(from), bits(from) {
    const bool alone = jpeg.comps_in_scan == 1;
    for (int i = 0; i < jpeg.comps_in_scan; ++i) {
      const jpeg_component_info& info = *jpeg.cur_comp_info[i];
      const auto first = static_cast<std::size_t>(info.dc_tbl_no), other = static_cast<std::size_t>(info.ac_tbl_no);
      if (!first_codes[first]) first_codes[first] = std::make_unique<Code>(*jpeg.dc_huff_tbl_ptrs[first]);
      if (!other_codes[other]) {
        other_codes[other] = std::make_unique<Code>(*jpeg.ac_huff_tbl_ptrs[other]);
        passes[other] = passes_of(*other_codes[other]);
      }
      components.push_back({.place = static_cast<std::size_t>(info.component_index),
                            .across = alone ? 1 : info.h_samp_factor,
                            .down = alone ? 1 : info.v_samp_factor,
                            .width = info.width_in_blocks,
                            .first = first_codes[first].get(),
                            .others = other_codes[other].get(),
                            .passes = &passes[other],
                            .step = jpeg.quant_tbl_ptrs[info.quant_tbl_no]->quantval[0]});
    }
    const auto width = static_cast<std::uint32_t>(jpeg.max_h_samp_factor * block_rows);
    mcus = alone ? components[0].width : (jpeg.image_width + width - 1) / width;
    until_restart = jpeg.restart_interval;
  }

  Code::Short symbol(const Code& code) {
    const Code::Short found = code.find(bits.bits());
    if (found.length != 0) {
      bits.take(found.length);
      return found;
    }
    report([&] { WARNMS(&jpeg, JWRN_HUFF_BAD_CODE); });
    bits.take(1);
    return {1, 0};
  }

  // The message names the place in the input.
  template <class Report>
  void report(const Report& report) {
    bits.leave();
    report();
    bits.enter();
  }

  void pass_others(const Component& component) {
    const Pass* const table = component.passes->data();
    for (int place = bits.pass(table, 1); place < block_samples; place = bits.pass(table, place)) {
      const Code::Short one = symbol(*component.others);
      const int size = one.symbol & 15, run = one.symbol >> 4;
      if (size == 0 && run != 15) return;
      bits.take(size);
      place += run + 1;
    }
  }

  // Return the mean of the next block of a component.
  JSAMPLE block(Component& component) {
    bits.fill();
    const int size = symbol(*component.first).symbol & 15;
    component.mean += extended(bits.bits(), size);
    bits.take(size);
    pass_others(component);
    // As libjpeg's transform to one sample.
    const int value = ((component.mean * component.step + 4) >> 3) + CENTERJSAMPLE;
    return static_cast<JSAMPLE>(std::clamp(value, 0, MAXJSAMPLE));
  }

  void check_bits() {
    if (bits.is_short()) report([&] { WARNMS(&jpeg, JWRN_HIT_MARKER); });
  }

  void restart() {
    check_bits();
    unsigned left_over = 0;
    const int marker = bits.to_marker(left_over);
    if (left_over != 0) report([&] { WARNMS2(&jpeg, JWRN_EXTRANEOUS_DATA, static_cast<int>(left_over), marker); });
    if (marker != JPEG_RST0 + next_restart) report([&] { WARNMS2(&jpeg, JWRN_MUST_RESYNC, marker, next_restart); });
    next_restart = (next_restart + 1) % 8;
    until_restart = jpeg.restart_interval;
    for (Component& component : components) component.mean = 0;
  }

  void read_mcu(std::uint32_t mcu, const std::array<Plane, 3>& planes) {
    if (jpeg.restart_interval != 0 && until_restart-- == 0) {
      restart();
      --until_restart;
    }
    for (Component& component : components) {
      const Plane& plane = planes[component.place];
      for (int y = 0; y < component.down; ++y) {
        for (int x = 0; x < component.across; ++x) {
          const JSAMPLE mean = block(component);
          const std::size_t column = mcu * static_cast<std::size_t>(component.across) + static_cast<std::size_t>(x);
          if (column < component.width) plane.row<JSAMPLE>(static_cast<std::uint32_t>(y))[column] = mean;
        }
      }
    }
  }

  void skip_segment() {
    const int high = bits.byte(), length = high << 8 | bits.byte();
    for (int i = 2; i < length; ++i) (void)bits.byte();
  }
};

bool BlockMeans::can_read(const jpeg_decompress_struct& jpeg) {
  const bool one_scan =
      jpeg.comps_in_scan == jpeg.num_components && (jpeg.num_components == 1 || jpeg.num_components == 3);
  if (jpeg.progressive_mode != 0 || jpeg.arith_code != 0 || jpeg.data_precision != BITS_IN_JSAMPLE || !one_scan) {
    return false;
  }
  const auto has_code = [](const JHUFF_TBL* table) { return table != nullptr && Code::is_sound(*table); };
  int blocks = 0;
  for (int i = 0; i < jpeg.comps_in_scan; ++i) {
    const jpeg_component_info& info = *jpeg.cur_comp_info[i];
    const auto in = [](int number, int count) { return number >= 0 && number < count; };
    if (!in(info.dc_tbl_no, NUM_HUFF_TBLS) || !in(info.ac_tbl_no, NUM_HUFF_TBLS)) return false;
    if (!has_code(jpeg.dc_huff_tbl_ptrs[info.dc_tbl_no]) || !has_code(jpeg.ac_huff_tbl_ptrs[info.ac_tbl_no]))
      return false;
    if (!in(info.quant_tbl_no, NUM_QUANT_TBLS) || jpeg.quant_tbl_ptrs[info.quant_tbl_no] == nullptr) return false;
    blocks += info.h_samp_factor * info.v_samp_factor;
  }
  return jpeg.comps_in_scan == 1 || blocks <= D_MAX_BLOCKS_IN_MCU;
}

BlockMeans::BlockMeans(jpeg_decompress_struct& jpeg) : state_(std::make_unique<State>(jpeg)) {}
BlockMeans::~BlockMeans() = default;

std::uint32_t BlockMeans::rows(int i) const {
  const State& s = *state_;
  return s.jpeg.comps_in_scan == 1 ? 1 : static_cast<std::uint32_t>(s.jpeg.comp_info[i].v_samp_factor);
}

void BlockMeans::read_rows(const std::array<Plane, 3>& planes) {
  State& s = *state_;
  s.bits.enter();
  for (std::uint32_t mcu = 0; mcu < s.mcus; ++mcu) s.read_mcu(mcu, planes);
  s.check_bits();
  s.bits.leave();
}

void BlockMeans::finish() {
  State& s = *state_;
  s.bits.enter();
  unsigned left_over = 0;
  while (true) {
    const int marker = s.bits.to_marker(left_over);
    if (left_over != 0) s.report([&] { WARNMS2(&s.jpeg, JWRN_EXTRANEOUS_DATA, static_cast<int>(left_over), marker); });
    if (marker == JPEG_EOI) break;
    if (marker == start_of_scan) ERREXIT(&s.jpeg, JERR_EOI_EXPECTED);
    if (marker > JPEG_EOI || marker < JPEG_RST0) s.skip_segment();
  }
  s.bits.leave();
}

}  // namespace sl::jpeg

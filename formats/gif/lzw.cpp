// A code is an earlier code and one index more.

#include "formats/gif/lzw.h"

#include <algorithm>

namespace sl::gif {

std::size_t LzwDecoder::decode(std::span<const std::uint8_t> data, unsigned literal_bits, std::span<std::uint8_t> to) {
  damage_.clear();
  const unsigned clear = 1u << literal_bits, end = clear + 1;
  constexpr unsigned none = ~0u;
  for (unsigned i = 0; i < clear; ++i) {
    length_[i] = 1;
    first_[i] = last_[i] = static_cast<std::uint8_t>(i);
  }
  unsigned next = end + 1, bits = literal_bits + 1, previous = none, have = 0;
  std::uint32_t buffer = 0;
  std::size_t done = 0, at = 0;
  while (done < to.size()) {
    for (; have < bits && at < data.size(); have += 8) buffer |= std::uint32_t{data[at++]} << have;
    if (have < bits) break;
    const unsigned code = buffer & ((1u << bits) - 1);
    buffer >>= bits;
    have -= bits;
    if (code == end) break;
    if (code == clear) {
      next = end + 1;
      bits = literal_bits + 1;
      previous = none;
      continue;
    }
    if (code > next || (code == next && previous == none) || (previous == none && code > clear)) {
      damage_ = "a code that its table lacks";
      return done;
    }
    const bool is_new = code == next;
    const unsigned known = is_new ? previous : code;
    const std::size_t length = std::size_t{length_[known]} + (is_new ? 1 : 0),
                      fits = std::min(length, to.size() - done);
    std::size_t place = length;
    if (is_new && place-- <= fits) to[done + place] = first_[previous];
    for (unsigned walk = known; place > 0; walk = prefix_[walk]) {
      if (--place < fits) to[done + place] = last_[walk];
    }
    done += fits;
    if (previous != none && next < most_codes) {
      prefix_[next] = static_cast<std::uint16_t>(previous);
      length_[next] = static_cast<std::uint16_t>(length_[previous] + 1);
      first_[next] = first_[previous];
      last_[next] = first_[known];
      ++next;
      if (next == 1u << bits && bits < most_code_bits) ++bits;
    }
    previous = code;
  }
  if (done < to.size())
    damage_ = "the data ends after " + std::to_string(done) + " of " + std::to_string(to.size()) + " pixels";
  return done;
}

namespace {

// Gathers codes into sub-blocks of 255 bytes.
class CodeWriter {
 public:
  explicit CodeWriter(std::vector<std::uint8_t>& to) : to_(to) {}
  void put(unsigned code, unsigned bits) {
    buffer_ |= code << have_;
    for (have_ += bits; have_ >= 8; have_ -= 8, buffer_ >>= 8) byte(buffer_ & 255);
  }
  void finish() {
    if (have_ > 0) byte(buffer_ & 255);
    if (count_ > 0) to_[start_] = static_cast<std::uint8_t>(count_);
    to_.push_back(0);
  }

 private:
  void byte(unsigned value) {
    if (count_ == 0) {
      start_ = to_.size();
      to_.push_back(0);
    }
    to_.push_back(static_cast<std::uint8_t>(value));
    if (++count_ < 255) return;
    to_[start_] = 255;
    count_ = 0;
  }

  std::vector<std::uint8_t>& to_;
  std::size_t start_ = 0, count_ = 0;
  std::uint32_t buffer_ = 0;
  unsigned have_ = 0;
};

}  // namespace

void encode_lzw(std::span<const std::uint8_t> indices, unsigned literal_bits, std::vector<std::uint8_t>& to) {
  to.push_back(static_cast<std::uint8_t>(literal_bits));
  const unsigned clear = 1u << literal_bits, end = clear + 1;
  constexpr std::size_t slots = 1 << 14;
  constexpr unsigned most_codes = 1u << most_code_bits;
  std::vector<std::uint32_t> keys(slots);  // of a code and the index behind it, plus 1
  std::vector<std::uint16_t> codes(slots);
  CodeWriter out(to);
  unsigned next = end + 1, bits = literal_bits + 1, current = clear;
  bool begun = false;
  out.put(clear, bits);
  for (const std::uint8_t index : indices) {
    if (!begun) {
      current = index;
      begun = true;
      continue;
    }
    const std::uint32_t key = (current << 8 | index) + 1;
    std::size_t slot = key * 0x9e3779b1u >> 18;
    while (keys[slot] != 0 && keys[slot] != key) slot = (slot + 1) % slots;
    if (keys[slot] == key) {
      current = codes[slot];
      continue;
    }
    out.put(current, bits);
    current = index;
    if (next == most_codes) {
      out.put(clear, bits);
      std::ranges::fill(keys, 0u);
      next = end + 1;
      bits = literal_bits + 1;
      continue;
    }
    keys[slot] = key;
    codes[slot] = static_cast<std::uint16_t>(next);
    if (next == 1u << bits) ++bits;
    ++next;
  }
  if (begun) {
    out.put(current, bits);
    if (next == 1u << bits && bits < most_code_bits) ++bits;
  }
  out.put(end, bits);
  out.finish();
}

}  // namespace sl::gif

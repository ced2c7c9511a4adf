// One header, or blocks up to a count.

#include "formats/structure/sounds.h"

#include <algorithm>
#include <memory>

#include "formats/structure/bytes.h"

namespace sl::structure {

namespace {

constexpr std::uint64_t unknown = ~std::uint64_t{0};

// What the header promises: the length of all of it, `unknown` if it is open; nothing if it needs `needed` bytes.
struct Promise {
  std::uint64_t bytes = 0, needed = 0;
};

Promise of_true_audio(Head head) {
  if (head.size() < 22) return {0, 22};
  const std::uint64_t rate = le(head, 10, 4), samples = le(head, 14, 4), frame = rate * 256 / 245;
  if (frame == 0) return {unknown, 0};
  const std::uint64_t frames = (samples + frame - 1) / frame, table = frames * 4;
  constexpr std::uint64_t max_table = 512 << 10;
  if (table > max_table) return {unknown, 0};
  if (head.size() < 22 + table) return {0, 22 + table};
  std::uint64_t bytes = 22 + table + 4;
  for (std::uint64_t i = 0; i < frames; ++i) bytes += le(head, static_cast<std::size_t>(22 + i * 4), 4);
  return {bytes, 0};
}

Promise of_adx(Head head) {
  if (head.size() < 16) return {0, 16};
  const std::uint64_t start = be(head, 2, 2) + 4, block = u8(head, 5), channels = u8(head, 7),
                      samples = be(head, 12, 4);
  const std::uint64_t in_block = block > 2 ? (block - 2) * 2 : 0;
  if (samples == 0 || in_block == 0) return {unknown, 0};
  return {start + (samples + in_block - 1) / in_block * block * channels, 0};
}

// Sectors of 4096 bytes.
Promise of_wtv(Head head) {
  if (head.size() < 0x60) return {0, 0x60};
  const std::uint64_t sectors = le(head, 0x5c, 4);
  return {sectors == 0 ? unknown : sectors << 12, 0};
}

// A directory of pictures.
Promise of_icon(Head head) {
  const auto count = static_cast<std::size_t>(le(head, 4, 2));
  const std::size_t table = 6 + count * 16;
  if (head.size() < table) return {0, table};
  std::uint64_t end = table;
  for (std::size_t i = 6; i < table; i += 16) end = std::max(end, le(head, i + 8, 4) + le(head, i + 12, 4));
  return {end, 0};
}

Promise promise_of(Head head) {
  if (head.size() < 40) return {0, 40};
  if (starts(head, ".snd")) {
    const std::uint64_t size = be(head, 8, 4);
    return {size == 0xffffffff || size == 0 ? unknown : be(head, 4, 4) + size, 0};
  }
  if (starts(head, ".SoX") || starts(head, "XoS.")) {
    const bool little = starts(head, ".SoX");
    const std::uint64_t start = little ? le(head, 4, 4) : be(head, 4, 4);
    const std::uint64_t samples = little ? le(head, 8, 8) : be(head, 8, 8);
    return {samples == 0 || samples >> 60 != 0 ? unknown : start + 4 + samples * 4, 0};
  }
  if (starts(head, "TTA1")) return of_true_audio(head);
  if (starts(head, "DSD ")) return {le(head, 12, 8), 0};
  if (starts(head, "\x80", 0)) return of_adx(head);
  if (starts(head, "STRM")) return {be(head, 4, 4) + 64, 0};
  if (starts(head, "MAC ") && le(head, 4, 2) >= 3980) {
    // The lengths of this descriptor, header, seek table, WAV header, sound (64 bits), end of the WAV.
    std::uint64_t bytes = le(head, 28, 4) << 32;
    for (const std::size_t at : {8, 12, 16, 20, 24, 32}) bytes += le(head, at, 4);
    return {bytes, 0};
  }
  if (starts(head, "MMMD")) return {8 + be(head, 4, 4), 0};
  if (starts(head, "FWS")) return {le(head, 4, 4), 0};
  if (starts(head, wtv_start)) return of_wtv(head);
  if (be(head, 0, 4) == 0x100) return of_icon(head);
  return {unknown, 0};
}

class Sized final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    if (at > 0) return Piece::end();
    const auto [bytes, needed] = promise_of(head);
    if (needed > head.size()) return Piece::more(needed);
    return bytes == unknown || bytes == 0 ? Piece::unknown() : Piece::whole(bytes);
  }
};

class Westwood final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    if (at == 0 && head.size() < 12) return Piece::more(12);
    if (at == 0) promised_ = 12 + le(head, 2, 4);
    if (at == 0) return Piece::whole(12);
    if (head.size() < 8) return Piece::more(8);
    return le(head, 4, 4) == 0xdeaf ? Piece::whole(8 + le(head, 0, 2)) : Piece::end();
  }
  [[nodiscard]] std::optional<std::string> lack(std::uint64_t at) const override {
    return lack_of_bytes(at, promised_);
  }

 private:
  std::uint64_t promised_ = 0;
};

class CreativeVoice final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    if (ended_) return Piece::end();
    if (at == 0) return head.size() < 22 ? Piece::more(22) : Piece::whole(le(head, 20, 2));
    ended_ = head[0] == std::byte{0};
    if (ended_) return Piece::whole(1);
    if (head.size() < 4) return Piece::more(4);
    return u8(head, 0) > 9 ? Piece::unknown() : Piece::whole(4 + le(head, 1, 3));
  }
  [[nodiscard]] std::optional<std::string> lack(std::uint64_t) const override {
    if (ended_) return std::nullopt;
    return "is truncated: its last block is missing";
  }

 private:
  bool ended_ = false;
};

class WavPack final : public Structure {
 public:
  Piece next(std::uint64_t, Head head) override {
    if (head.size() < 32) return Piece::more(32);
    if (!starts(head, "wvpk")) return Piece::end();
    const std::uint64_t total = le(head, 12, 4), index = le(head, 16, 4);
    const bool is_first = (le(head, 24, 4) & 0x800) != 0;  // of the blocks of its channels
    if (is_first && index == 0 && samples_ > 0) return Piece::end();
    if (is_first) samples_ += le(head, 20, 4);
    if (index == 0) promised_ = total == 0xffffffff ? 0 : total;
    return Piece::whole(8 + le(head, 4, 4));
  }
  [[nodiscard]] std::optional<std::string> lack(std::uint64_t) const override {
    if (samples_ >= promised_) return std::nullopt;
    return "is truncated: it has " + std::to_string(samples_) + " samples of " + std::to_string(promised_);
  }
  [[nodiscard]] Rest rest() const override { return samples_ >= promised_ ? Rest::Foreign : Rest::Lack; }

 private:
  std::uint64_t samples_ = 0, promised_ = 0;
};

class Musepack8 final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    if (ended_) return Piece::end();
    if (at == 0) return Piece::whole(4);
    if (head.size() < 12) {
      if (starts(head, "SE") && head.size() >= 3) {
        ended_ = true;
        return Piece::whole(3);
      }
      return Piece::more(12);
    }
    std::uint64_t size = 0;
    for (std::size_t i = 2; i < 12; ++i) {
      size = size << 7 | (u8(head, i) & 0x7f);
      if ((u8(head, i) & 0x80) != 0) continue;
      ended_ = starts(head, "SE");
      return size < i + 1 ? Piece::unknown() : Piece::whole(size);
    }
    return Piece::unknown();
  }
  [[nodiscard]] std::optional<std::string> lack(std::uint64_t) const override {
    if (ended_) return std::nullopt;
    return "is truncated: its last packet is missing";
  }

 private:
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Structure> sized(Head) { return std::make_unique<Sized>(); }
std::unique_ptr<Structure> westwood(Head) { return std::make_unique<Westwood>(); }
std::unique_ptr<Structure> creative_voice(Head) { return std::make_unique<CreativeVoice>(); }
std::unique_ptr<Structure> wavpack(Head) { return std::make_unique<WavPack>(); }
std::unique_ptr<Structure> musepack8(Head) { return std::make_unique<Musepack8>(); }

}  // namespace sl::structure

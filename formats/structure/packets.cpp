// Flash Video, MXF, GXF, RealMedia, IVF and YUV4MPEG2.

#include "formats/structure/packets.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <memory>

#include "formats/structure/bytes.h"

namespace sl::structure {

namespace {

class Flash final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    if (starts(head, "FLV")) {
      if (at > 0) return Piece::end();
      return head.size() < 13 ? Piece::more(13) : Piece::whole(be(head, 5, 4) + 4);
    }
    if (head.size() < 11) return Piece::more(11);
    const unsigned type = u8(head, 0) & 0x1f;
    const std::uint64_t size = be(head, 1, 3);
    if (type != 8 && type != 9 && type != 18) {
      return promised_ != 0 && at >= promised_ ? Piece::end() : Piece::unknown();
    }
    constexpr std::uint64_t max_facts = 256 << 10;
    if (type == 18 && !facts_seen_ && size <= max_facts) {
      if (head.size() < 11 + size) return Piece::more(11 + size);
      facts_seen_ = true;
      const Head body = head.subspan(11, static_cast<std::size_t>(size));
      promised_ = static_cast<std::uint64_t>(number(body, "filesize"));
      seconds_ = number(body, "duration");
    }
    if (type != 18) last_ = static_cast<double>(u8(head, 7) << 24 | be(head, 4, 3)) / 1000;
    return Piece::whole(11 + size + 4);
  }
  [[nodiscard]] std::optional<std::string> lack(std::uint64_t at) const override {
    if (promised_ != 0) return lack_of_bytes(at, promised_);
    constexpr double rounding = 1;
    if (seconds_ <= 0 || last_ + rounding >= seconds_) return std::nullopt;
    return "is truncated: it ends before the time that its header promises";
  }

 private:
  // A number of AMF by its name; 0 if it is missing or absurd.
  static double number(Head body, std::string_view name) {
    const std::string_view all = text(body, 0, body.size());
    const std::size_t found = all.find(name);
    const std::size_t at = found + name.size();
    if (found == all.npos || at + 9 > body.size() || body[at] != std::byte{0}) return 0;
    const double value = std::bit_cast<double>(be(body, at + 1, 8));
    return value > 0 && value < 1e15 ? value : 0;
  }

  bool facts_seen_ = false;
  std::uint64_t promised_ = 0;
  double seconds_ = 0, last_ = 0;
};

// Packets with start codes. Another stream begins with a pack whose clock is before the last one's.
class Program final : public Structure {
 public:
  Piece next(std::uint64_t, Head head) override {
    if (head.size() < 14) return Piece::more(14);
    if (be(head, 0, 3) != 1) return Piece::unknown();
    const unsigned code = u8(head, 3);
    if (code == 0xb9) return Piece::whole(4);
    if (code < 0xba) return Piece::unknown();
    if (code != 0xba) return Piece::whole(6 + be(head, 4, 2));
    const bool is_mpeg2 = u8(head, 4) >> 6 == 1;
    const std::uint64_t five = be(head, 4, 5);
    const auto clock = static_cast<std::int64_t>(
        is_mpeg2 ? (five >> 35 & 7) << 30 | (five >> 19 & 0x7fff) << 15 | (five >> 3 & 0x7fff)
                 : (five >> 33 & 7) << 30 | (five >> 17 & 0x7fff) << 15 | (five >> 1 & 0x7fff));
    constexpr std::int64_t wrap = std::int64_t{1} << 32;
    if (clock < clock_ && clock_ - clock < wrap) return Piece::end();
    clock_ = clock;
    return Piece::whole(is_mpeg2 ? 14 + (u8(head, 13) & 7) : 12);
  }
  [[nodiscard]] Rest rest() const override { return Rest::Own; }

 private:
  std::int64_t clock_ = 0;
};

class Mxf final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    constexpr std::string_view key{"\x06\x0e\x2b\x34", 4}, pack{"\x02\x05\x01\x01\x0d\x01\x02\x01\x01", 9};
    if (head.size() < 17) return Piece::more(17);
    if (!starts(head, key)) return at > 0 ? Piece::end() : Piece::unknown();  // unknown: a run-in
    const unsigned first = u8(head, 16);
    const std::size_t count = first < 0x80 ? 0 : first & 0x7f;
    if (count > 8) return Piece::unknown();
    if (head.size() < 17 + count) return Piece::more(17 + count);
    const std::uint64_t size = count == 0 ? first : be(head, 17, count);
    if (starts(head, pack, 4)) {
      const unsigned kind = u8(head, 13);
      if (kind == 2 && at > 0) return Piece::end();
      if (kind == 2 && size >= 32) {
        if (head.size() < 17 + count + 32) return Piece::more(17 + count + 32);
        footer_ = be(head, 17 + count + 24, 8);
      }
      footer_seen_ = footer_seen_ || kind == 4;
    }
    return Piece::whole(17 + count + size);
  }
  [[nodiscard]] std::optional<std::string> lack(std::uint64_t) const override {
    if (footer_ == 0 || footer_seen_) return std::nullopt;
    return "is truncated: its footer is missing";
  }
  [[nodiscard]] Rest rest() const override { return footer_seen_ ? Rest::Foreign : Rest::Lack; }

 private:
  std::uint64_t footer_ = 0;
  bool footer_seen_ = false;
};

class Gxf final : public Structure {
 public:
  Piece next(std::uint64_t, Head head) override {
    if (ended_) return Piece::end();
    if (head.size() < 16) return Piece::more(16);
    if (be(head, 0, 5) != 1 || be(head, 14, 2) != 0xe1e2) return Piece::unknown();
    ended_ = u8(head, 5) == 0xfb;
    return Piece::whole(be(head, 6, 4));
  }
  [[nodiscard]] std::optional<std::string> lack(std::uint64_t) const override {
    if (ended_) return std::nullopt;
    return "is truncated: its last packet is missing";
  }

 private:
  bool ended_ = false;
};

class RealMedia final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    if (head.size() < 8) return Piece::more(8);
    const std::uint64_t size = be(head, 4, 4);
    if (at > 0 && starts(head, ".RMF")) return Piece::end();
    if (!has_name(head, 0)) return data_seen_ ? Piece::end() : Piece::unknown();
    const bool is_data = starts(head, "DATA");
    data_seen_ = data_seen_ || is_data;
    if (is_data && size < slack) return Piece::open();
    if (is_data) promised_ = at + size;
    return size < 8 ? Piece::unknown() : is_data ? Piece::open(size) : Piece::whole(size);
  }
  [[nodiscard]] std::optional<std::string> lack(std::uint64_t at) const override {
    return lack_of_bytes(at + slack, promised_);
  }

 private:
  static constexpr std::uint64_t slack = 18;  // FFmpeg counts the chunk's own head twice
  std::uint64_t promised_ = 0;
  bool data_seen_ = false;
};

// id's RoQ.
class Roq final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    if (head.size() < 8) return Piece::more(8);
    if (u8(head, 1) != 0x10) return Piece::unknown();
    if (at > 0 && le(head, 0, 2) == 0x1084) return Piece::end();
    return Piece::whole(at == 0 ? 8 : 8 + le(head, 2, 4));
  }
};

// Sega FILM (Cinepak): a table of all samples comes first.
class SegaFilm final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    if (at > 0) return Piece::end();
    if (head.size() < 16) return Piece::more(16);
    const std::uint64_t start = be(head, 4, 4);
    if (start > max_table) return Piece::unknown();
    if (head.size() < start) return Piece::more(start);
    std::uint64_t end = start;
    const std::size_t table = text(head, 0, static_cast<std::size_t>(start)).find("STAB");
    for (std::size_t i = table == std::string_view::npos ? head.size() : table + 16; i + 16 <= start; i += 16) {
      end = std::max(end, start + be(head, i, 4) + be(head, i + 4, 4));
    }
    return Piece::whole(end);
  }

 private:
  static constexpr std::uint64_t max_table = 1 << 20;
};

class Ivf final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    if (head.size() < 12) return Piece::more(12);
    if (starts(head, "DKIF")) {
      if (at > 0) return Piece::end();
      if (head.size() < 32) return Piece::more(32);
      promised_ = le(head, 24, 4);
      return Piece::whole(le(head, 6, 2));
    }
    ++frames_;
    step_ = std::max(step_, le(head, 4, 8) - last_);
    last_ = le(head, 4, 8);
    return Piece::whole(12 + le(head, 0, 4));
  }
  // libvpx counts frames, earlier versions of FFmpeg ticks.
  [[nodiscard]] std::optional<std::string> lack(std::uint64_t) const override {
    if (promised_ == 0xffffffff || frames_ >= promised_ || last_ + step_ >= promised_) return std::nullopt;
    return "is truncated: it has " + std::to_string(frames_) + " frames of " + std::to_string(promised_);
  }

 private:
  std::uint64_t promised_ = 0, frames_ = 0, last_ = 0, step_ = 1;
};

class Yuv4Mpeg final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    constexpr std::size_t max_line = 4096;
    const std::string_view all = text(head, 0, head.size());
    const std::size_t line = all.substr(0, max_line).find('\n');
    if (line == all.npos)
      return head.size() < max_line ? Piece::more(std::max<std::size_t>(64, head.size() * 2)) : Piece::unknown();
    if (all.starts_with("YUV4MPEG2")) {
      if (at > 0) return Piece::end();
      frame_bytes_ = frame_bytes(all.substr(0, line));
      return Piece::whole(line + 1);
    }
    if (!all.starts_with("FRAME")) return Piece::unknown();
    return frame_bytes_ == 0 ? Piece::unknown() : Piece::whole(line + 1 + frame_bytes_);
  }

 private:
  // 0 if the colour space is not known.
  static std::uint64_t frame_bytes(std::string_view line) {
    std::uint64_t width = 0, height = 0;
    std::string_view space = "420jpeg";
    while (!line.empty()) {
      const std::string_view word = line.substr(0, line.find(' '));
      line.remove_prefix(std::min(line.size(), word.size() + 1));
      if (word.size() < 2) continue;
      const std::string_view value = word.substr(1);
      if (word[0] == 'W') std::from_chars(value.begin(), value.end(), width);
      if (word[0] == 'H') std::from_chars(value.begin(), value.end(), height);
      if (word[0] == 'C') space = value;
    }
    if (width > (1U << 30) || height > (1U << 30)) return 0;
    const std::uint64_t half = (width + 1) / 2, quarter = (width + 3) / 4;
    std::uint64_t samples = 0;
    if (space.starts_with("mono")) {
      samples = width * height;
      space.remove_prefix(4);
    } else if (space.starts_with("420")) {
      samples = width * height + 2 * half * ((height + 1) / 2);
    } else if (space.starts_with("422")) {
      samples = width * height + 2 * half * height;
    } else if (space.starts_with("411")) {
      samples = width * height + 2 * quarter * height;
    } else if (space.starts_with("444alpha")) {
      samples = 4 * width * height;
    } else if (space.starts_with("444")) {
      samples = 3 * width * height;
    }
    if (!space.starts_with("mono") && space.size() > 3) space.remove_prefix(3);
    // "p10", or after mono "10".
    const bool wide =
        space.starts_with("p1") || space.starts_with("p9") || space.starts_with("1") || space.starts_with("9");
    return samples * (wide ? 2 : 1);
  }

  std::uint64_t frame_bytes_ = 0;
};

}  // namespace

std::unique_ptr<Structure> flash(Head) { return std::make_unique<Flash>(); }
std::unique_ptr<Structure> program(Head) { return std::make_unique<Program>(); }
std::unique_ptr<Structure> mxf(Head) { return std::make_unique<Mxf>(); }
std::unique_ptr<Structure> gxf(Head) { return std::make_unique<Gxf>(); }
std::unique_ptr<Structure> real_media(Head) { return std::make_unique<RealMedia>(); }
std::unique_ptr<Structure> roq(Head) { return std::make_unique<Roq>(); }
std::unique_ptr<Structure> sega_film(Head) { return std::make_unique<SegaFilm>(); }
std::unique_ptr<Structure> ivf(Head) { return std::make_unique<Ivf>(); }
std::unique_ptr<Structure> yuv4mpeg(Head) { return std::make_unique<Yuv4Mpeg>(); }

}  // namespace sl::structure

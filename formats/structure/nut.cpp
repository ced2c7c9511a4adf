// Packets begin with a code of 8 bytes and have a length. Frames begin with one byte, which selects from a table of the
// main header how the length of the frame is written. An index ends the file.

#include "formats/structure/nut.h"

#include <array>
#include <optional>
#include <vector>

#include "formats/structure/bytes.h"

namespace sl::structure {

namespace {

constexpr std::string_view file_id{"nut/multimedia container\0", 25};

// Reads the numbers of a head. After a read beyond the end all are 0 and `short_of` is true.
class Numbers {
 public:
  explicit Numbers(Head head, std::size_t at) : head_(head), at_(at) {}
  std::uint64_t next() {
    std::uint64_t value = 0;
    while (at_ < head_.size()) {
      const unsigned byte = u8(head_, at_++);
      value = value << 7 | (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    short_ = true;
    return 0;
  }
  void skip(std::uint64_t count) {
    if (count > head_.size() - at_) {
      short_ = true;
      at_ = head_.size();
    } else {
      at_ += static_cast<std::size_t>(count);
    }
  }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] bool short_of() const { return short_; }

 private:
  Head head_;
  std::size_t at_;
  bool short_ = false;
};

struct FrameCode {
  std::uint64_t flags = 0, size_mul = 0, size_lsb = 0, reserved = 0, header = 0;
};
constexpr std::uint64_t coded_pts = 8, stream_id = 16, size_msb = 32, checksum = 64, reserved = 128,
                        header_index = 1024, match_time = 2048, coded_flags = 4096, invalid = 8192;

class Nut final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    if (at > 0 && starts(head, file_id)) return Piece::end();
    if (ended_) return Piece::end();
    if (at == 0) return head.size() < file_id.size() ? Piece::more(file_id.size()) : Piece::whole(file_id.size());
    return head[0] == std::byte{'N'} ? packet(head) : frame(head);
  }
  [[nodiscard]] std::optional<std::string> lack(std::uint64_t) const override {
    if (ended_ || codes_.empty()) return std::nullopt;
    return "is truncated: its index is missing";
  }

 private:
  Piece packet(Head head) {
    if (head.size() < 24) return Piece::more(24);
    Numbers numbers(head, 8);
    const std::uint64_t length = numbers.next();
    const std::size_t start = numbers.at() + (length > 4096 ? 4 : 0);
    if (starts(head, "NM")) {
      constexpr std::uint64_t max_header = 64 << 10;
      if (length > max_header) return Piece::unknown();
      if (head.size() < start + length) return Piece::more(start + length);
      take_main_header(head.first(start + static_cast<std::size_t>(length)), start);
    }
    ended_ = starts(head, "NX");
    return Piece::whole(start + length);
  }

  void take_main_header(Head header, std::size_t start) {
    std::vector<FrameCode> codes(256);
    Numbers n(header, start);
    const std::uint64_t version = n.next();
    if (version > 3) n.next();
    n.next();  // streams
    n.next();  // the greatest distance
    for (std::uint64_t bases = n.next() * 2; bases > 0 && !n.short_of(); --bases) n.next();
    std::uint64_t size_mul = 1, header_number = 0;
    for (std::size_t i = 0; i < codes.size() && !n.short_of();) {
      const std::uint64_t flags = n.next(), fields = n.next();
      if (fields > 0) n.next();
      if (fields > 1) size_mul = n.next();
      if (fields > 2) n.next();
      const std::uint64_t size = fields > 3 ? n.next() : 0, count_reserved = fields > 4 ? n.next() : 0;
      const std::uint64_t count = fields > 5 ? n.next() : size_mul - size;
      if (fields > 6) n.next();
      if (fields > 7) header_number = n.next();
      for (std::uint64_t more = 8; more < fields && !n.short_of(); ++more) n.next();
      for (std::uint64_t j = 0; j < count && i < codes.size(); ++i) {
        if (i == 'N') {
          codes[i].flags = invalid;
          continue;
        }
        codes[i] = {flags, size_mul, size + j, count_reserved, header_number};
        ++j;
      }
      if (count == 0 || count > codes.size()) return;
    }
    elided_.assign(1, 0);
    for (std::uint64_t headers = n.next(); headers > 0 && !n.short_of(); --headers) {
      elided_.push_back(n.next());
      n.skip(elided_.back());
    }
    if (!n.short_of()) codes_ = std::move(codes);
  }

  Piece frame(Head head) {
    if (codes_.empty()) return Piece::unknown();
    constexpr std::size_t most = 64;
    const FrameCode& code = codes_[u8(head, 0)];
    Numbers n(head, 1);
    std::uint64_t flags = code.flags, size = code.size_lsb, header = code.header, extra = code.reserved;
    if ((flags & coded_flags) != 0) flags ^= n.next();
    if ((flags & invalid) != 0) return Piece::unknown();
    if ((flags & stream_id) != 0) n.next();
    if ((flags & coded_pts) != 0) n.next();
    if ((flags & size_msb) != 0) size += code.size_mul * n.next();
    if ((flags & match_time) != 0) n.next();
    if ((flags & header_index) != 0) header = n.next();
    if ((flags & reserved) != 0) extra = n.next();
    for (; extra > 0 && !n.short_of(); --extra) n.next();
    if (n.short_of()) return head.size() < most ? Piece::more(most) : Piece::unknown();
    if (header >= elided_.size()) return Piece::unknown();
    const std::uint64_t elided = size > 4096 ? 0 : elided_[static_cast<std::size_t>(header)];
    if (elided > size) return Piece::unknown();
    return Piece::whole(n.at() + ((flags & checksum) != 0 ? 4 : 0) + size - elided);
  }

  std::vector<FrameCode> codes_;
  std::vector<std::uint64_t> elided_;  // bytes at a frame's start that are not written, by their number
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Structure> nut(Head) { return std::make_unique<Nut>(); }

}  // namespace sl::structure

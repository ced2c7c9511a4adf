// Only boxes of unknown length are entered; all others are one piece.

#include "formats/structure/boxes.h"

#include <algorithm>
#include <bit>
#include <memory>

#include "formats/structure/bytes.h"

namespace sl::structure {

namespace {

class IsoMedia final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    if (head.size() < 8) return Piece::more(8);
    std::uint64_t size = be(head, 0, 4);
    const std::string_view type = text(head, 4, 4);
    if (size == 1 && head.size() < 16) return Piece::more(16);
    if (size == 1) size = be(head, 8, 8);
    if ((type == "ftyp" && film_seen_) || (type == "moov" && moov_seen_ && !has_type_)) return Piece::end();
    if (type == "sidx") {
      const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(size, max_index));
      if (head.size() < length) return Piece::more(length);
      take_index(at, head.first(length));
    }
    if (!has_name(head, 4)) return film_seen_ ? Piece::end() : Piece::unknown();
    if (size == 0 && (type == "mdat" || type == "moov")) return Piece::open();
    if (size < 8) return film_seen_ ? Piece::end() : Piece::unknown();
    if (type == "ftyp" && head.size() < 12) return Piece::more(12);
    if (type == "ftyp") take_type(text(head, 8, 4));
    moov_seen_ = moov_seen_ || type == "moov";
    film_seen_ = film_seen_ || type == "moov" || type == "mdat" || (still_ && type == "meta");
    // What has another name may be no box.
    constexpr std::string_view names =
        "ftyp styp moov moof mdat free skip wide sidx ssix mfra uuid meta udta prft emsg";
    if (names.find(type) != names.npos) return Piece::whole(size);
    return still_ && film_seen_ ? Piece::end() : Piece::open(size);
  }
  [[nodiscard]] std::optional<std::string> lack(std::uint64_t at) const override {
    return lack_of_bytes(at, promised_);
  }

 private:
  static constexpr std::uint64_t max_index = std::uint64_t{1} << 20;

  // A still picture has no boxes of other names: what has one is not a part of it.
  void take_type(std::string_view brand) {
    constexpr std::string_view stills = "avif heic heix heim mif1 mif2";
    has_type_ = true;
    still_ = stills.find(brand) != stills.npos;
  }

  // 8.16.3: the lengths of the parts that follow. FFmpeg writes one in front of each fragment, too.
  void take_index(std::uint64_t at, Head box) {
    if (box.size() < 32) return;
    const bool wide = box[8] != std::byte{0};
    const std::size_t table = wide ? 40 : 32;
    if (box.size() < table) return;
    std::uint64_t end = at + box.size() + (wide ? be(box, 28, 8) : be(box, 24, 4));
    const auto count = static_cast<std::size_t>(be(box, table - 2, 2));
    for (std::size_t i = 0; i < count && table + i * 12 + 4 <= box.size(); ++i) {
      end += be(box, table + i * 12, 4) & 0x7fffffff;
    }
    promised_ = std::max(promised_, end);
  }

  bool has_type_ = false, still_ = false, moov_seen_ = false, film_seen_ = false;
  std::uint64_t promised_ = 0;
};

class Matroska final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    const auto id_bytes = static_cast<std::size_t>(std::countl_zero(u8(head, 0))) + 1;
    if (id_bytes > 4) return at > 0 ? Piece::end() : Piece::unknown();
    if (head.size() < id_bytes + 1) return Piece::more(id_bytes + 1);
    const auto size_bytes = static_cast<std::size_t>(std::countl_zero(u8(head, id_bytes))) + 1;
    if (size_bytes > 8) return Piece::unknown();
    const std::size_t length = id_bytes + size_bytes;
    if (head.size() < length) return Piece::more(length);
    const std::uint64_t id = be(head, 0, id_bytes), ones = (std::uint64_t{1} << 7 * size_bytes) - 1;
    const std::uint64_t size = be(head, id_bytes, size_bytes) & ones;
    if (at > 0 && id == 0x1a45dfa3) return Piece::end();
    const bool is_master = id == 0x18538067 || id == 0x1f43b675;  // Segment, Cluster
    constexpr std::uint64_t padding = 0xec, checksum = 0xbf;
    if (end_ != 0 && at >= end_ && id != padding && id != checksum) return Piece::end();
    if (id == 0x18538067 && size != ones) end_ = at + length + size;
    if (size == ones) return is_master ? Piece::whole(length) : Piece::unknown();
    return Piece::whole(length + size);
  }

 private:
  std::uint64_t end_ = 0;  // of the Segment, if it has a length
};

class Asf final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    if (head.size() < 24) return Piece::more(24);
    const std::uint64_t size = le(head, 16, 8);
    if (at > 0 && starts(head, asf_header)) return Piece::end();
    constexpr std::string_view data{"\x36\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", 16};
    if (starts(head, data)) {
      data_seen_ = true;
      if (size < 50 || size >> 62 != 0) return Piece::open();  // live
    }
    if (size < 24 || size >> 48 != 0) return data_seen_ ? Piece::end() : Piece::unknown();
    return Piece::whole(size);
  }

 private:
  bool data_seen_ = false;
};

}  // namespace

std::unique_ptr<Structure> iso_media(Head) { return std::make_unique<IsoMedia>(); }
std::unique_ptr<Structure> matroska(Head) { return std::make_unique<Matroska>(); }
std::unique_ptr<Structure> asf(Head) { return std::make_unique<Asf>(); }

}  // namespace sl::structure

// Programs that write into a pipe leave lengths open: ffmpeg FFFFFFFF (Wave64 2^63 - 1), sox 7FFFF000 (AIFF 7F0000xx),
// arecord 80000000, others 0; CAF says -1. A length of these is a promise only if the bytes are there.

#include "formats/structure/chunks.h"

#include <algorithm>
#include <array>

#include "formats/structure/bytes.h"

namespace sl::structure {

namespace {

class Riff final : public Structure {
 public:
  explicit Riff(Head head) : big_endian_(starts(head, "RIFX") || starts(head, "FORM")), is_iff_(starts(head, "FORM")) {}

  Piece next(std::uint64_t at, Head head) override {
    if (at % 2 == 1 && head[0] == std::byte{0}) return Piece::whole(1);  // padding, which some writers omit
    if (head.size() < 12 && (at == 0 || !main_seen_)) return Piece::more(12);
    if (head.size() < 8) return Piece::more(8);
    const std::string_view name = text(head, 0, 4);
    const std::uint64_t size = big_endian_ ? be(head, 4, 4) : le(head, 4, 4);
    if (name == "RIFF" || name == "RIFX" || name == "RF64" || name == "BW64" || (name == "FORM" && is_iff_)) {
      if (head.size() < 12) return Piece::more(12);
      return form(at, size, starts(head, "AVIX", 8));
    }
    if (main_seen_ && promised_ != 0 && at >= promised_) return Piece::end();
    if (!has_name(head, 0)) return main_seen_ ? Piece::end() : Piece::unknown();
    if (name == "ds64" && head.size() < 24) return Piece::more(24);
    if (name == "ds64") {
      constexpr std::uint64_t unknown = std::uint64_t{1} << 61;
      promised_ = le(head, 8, 8) < unknown ? le(head, 8, 8) + 8 : 0;
      data_bytes_ = le(head, 16, 8) < unknown ? le(head, 16, 8) : 0;
      if (data_bytes_ == 0) patch_length(at + 16, at + 8 + size);
    }
    if (name == "fmt " && head.size() < 24) return Piece::more(24);
    if (name == "fmt ") sample_bytes_ = big_endian_ ? be(head, 20, 2) : le(head, 20, 2);
    if (name == "data" || name == "SSND") return data(at, head, size);
    if (name == "LIST" && head.size() < 12) return Piece::more(12);
    if (name == "LIST" && starts(head, "movi", 8)) main_seen_ = true;
    if (name == "BODY") main_seen_ = true;
    if (name == "LIST" && size >= 0xffff0000) return Piece::whole(12);  // a live AVI: its chunks follow
    return Piece::whole(8 + size);
  }

  [[nodiscard]] std::optional<std::string> lack(std::uint64_t at) const override {
    if (is_open_ && sample_bytes_ > 0 && at > data_start_ && (at - data_start_) % sample_bytes_ != 0) {
      return "is truncated: it ends inside a sample";
    }
    constexpr std::uint64_t header = 8;  // some writers count it in
    return is_open_ ? std::nullopt : lack_of_bytes(at + header, promised_);
  }
  [[nodiscard]] Rest rest() const override { return main_seen_ ? Rest::Foreign : Rest::Lack; }

 private:
  Piece form(std::uint64_t at, std::uint64_t size, bool continues) {
    if (at != 0 && !continues) return Piece::end();
    promised_ = is_known(size) ? at + 8 + size : 0;
    if (is_iff_ && size == 0) patch_iff(at + 4);
    return Piece::whole(12);
  }

  // FFmpeg reads nothing of a length of 0.
  void patch_iff(std::uint64_t at) {
    patches_.push_back({at, {std::byte{0x7f}, std::byte{0xff}, std::byte{0xff}, std::byte{0xf0}}});
  }

  Piece data(std::uint64_t at, Head head, std::uint64_t size) {
    const std::uint64_t bytes = size == 0xffffffff && data_bytes_ != 0 ? data_bytes_ : size;
    main_seen_ = true;
    if (bytes == 0) {  // an empty sound, or of unknown length
      if (head.size() < 12) return Piece::more(12);
      if (starts(head, "LIST", 8) || starts(head, "id3 ", 8) || starts(head, "COMM", 8)) return Piece::whole(8);
    }
    if (bytes > 0xffffffff || is_known(bytes)) return Piece::whole(8 + bytes);
    is_open_ = true;
    data_start_ = at + (is_iff_ ? 16 : 8);
    if (is_iff_ && bytes == 0) patch_iff(at + 4);
    return Piece::open(bytes == 0 || bytes == 0xffffffff ? ~std::uint64_t{0} : 8 + bytes);
  }

  [[nodiscard]] bool is_known(std::uint64_t size) const {
    const bool limit = size >= 0x7ffff000 && size <= 0x80000100;
    return size != 0 && size < 0xffff0000 && !limit && !(is_iff_ && size >= 0x7f000000 && size <= 0x7f001000);
  }

  bool big_endian_, is_iff_, main_seen_ = false, is_open_ = false;
  std::uint64_t promised_ = 0, data_bytes_ = 0, sample_bytes_ = 0, data_start_ = 0;
};

class Caf final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    if (at == 0) return Piece::whole(8);
    if (starts(head, "caff")) return Piece::end();
    if (head.size() < 12) return Piece::more(12);
    const std::uint64_t size = be(head, 4, 8);
    if (!has_name(head, 0) || (main_seen_ && size >> 48 != 0)) return Piece::end();
    main_seen_ = main_seen_ || starts(head, "data");
    return size >> 63 != 0 && starts(head, "data") ? Piece::open() : Piece::whole(12 + size);
  }
  [[nodiscard]] std::optional<std::string> lack(std::uint64_t) const override {
    if (main_seen_) return std::nullopt;
    return "is truncated: it has no sound data";
  }
  [[nodiscard]] Rest rest() const override { return main_seen_ ? Rest::Foreign : Rest::Lack; }

 private:
  bool main_seen_ = false;
};

// The names are GUIDs; the first four bytes are readable.
class Wave64 final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    if (at == 0 && head.size() < 40) return Piece::more(40);
    if (head.size() < 24) return Piece::more(24);
    const std::uint64_t size = le(head, 16, 8);
    if (at == 0) {
      promised_ = size < unknown ? size : 0;
      return Piece::whole(40);
    }
    if (starts(head, "riff")) return Piece::end();
    if (size < 24 || (promised_ != 0 && at >= promised_)) return main_seen_ ? Piece::end() : Piece::unknown();
    main_seen_ = main_seen_ || starts(head, "data");
    if (size >= unknown && starts(head, "data")) {
      patch_length(at + 16, at);  // FFmpeg refuses the length that it writes itself
      promised_ = 0;
      return Piece::open();
    }
    return Piece::whole((size + 7) / 8 * 8);
  }
  [[nodiscard]] std::optional<std::string> lack(std::uint64_t at) const override {
    return lack_of_bytes(at, promised_);
  }
  [[nodiscard]] Rest rest() const override { return main_seen_ ? Rest::Foreign : Rest::Lack; }

 private:
  static constexpr std::uint64_t unknown = std::uint64_t{1} << 61;
  std::uint64_t promised_ = 0;
  bool main_seen_ = false;
};

class Dsdiff final : public Structure {
 public:
  Piece next(std::uint64_t at, Head head) override {
    if (at != 0) return Piece::end();
    return head.size() < 12 ? Piece::more(12) : Piece::whole(12 + be(head, 4, 8));
  }
};

}  // namespace

Made riff(Head head) { return std::make_unique<Riff>(head); }
Made caf(Head) { return std::make_unique<Caf>(); }
Made wave64(Head) { return std::make_unique<Wave64>(); }
Made dsdiff(Head) { return std::make_unique<Dsdiff>(); }

}  // namespace sl::structure

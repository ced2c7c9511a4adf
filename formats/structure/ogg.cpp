// Page by page: "OggS", version, flags, u64 position, u32 serial, u32 number, u32 checksum, u8 count of lengths,
// lengths.

#include "formats/structure/ogg.h"

#include <algorithm>
#include <map>

#include "formats/structure/bytes.h"

namespace sl::structure {

namespace {

class Ogg final : public Structure {
 public:
  Piece next(std::uint64_t, Head head) override {
    constexpr std::size_t fixed = 27;
    if (head.size() < fixed) return Piece::more(fixed);
    if (!starts(head, "OggS") && in_link_ && all_ended()) return Piece::end();
    if (!starts(head, "OggS")) return Piece::whole(std::max<std::size_t>(find_page(head), 1));
    const std::size_t lengths = u8(head, 26);
    if (head.size() < fixed + lengths) return Piece::more(fixed + lengths);
    const unsigned flags = u8(head, 5);
    const auto serial = static_cast<std::uint32_t>(le(head, 14, 4));
    if ((flags & begins) != 0) {
      if (in_link_ && all_ended()) return Piece::end();  // another one of a chain
      if (in_link_) ended_.clear();
      in_link_ = false;
      ended_[serial] = false;
    } else {
      in_link_ = true;
    }
    if ((flags & ends) != 0) ended_[serial] = true;
    std::uint64_t bytes = fixed + lengths;
    for (std::size_t i = fixed; i < fixed + lengths; ++i) bytes += u8(head, i);
    return Piece::whole(bytes);
  }
  [[nodiscard]] std::optional<std::string> lack(std::uint64_t) const override {
    if (all_ended()) return std::nullopt;
    return "is truncated: the last page is missing";
  }
  [[nodiscard]] Rest rest() const override { return all_ended() ? Rest::Foreign : Rest::Lack; }

 private:
  static constexpr unsigned begins = 2, ends = 4;

  static std::size_t find_page(Head head) {
    const std::string_view all = text(head, 0, head.size());
    const std::size_t found = all.find("OggS");
    return found == all.npos ? all.size() - 3 : found;
  }
  [[nodiscard]] bool all_ended() const {
    return std::ranges::all_of(ended_, [](const auto& stream) { return stream.second; });
  }

  std::map<std::uint32_t, bool> ended_;  // the streams of this link of a chain
  bool in_link_ = false;                 // past the pages that begin its streams
};

}  // namespace

std::unique_ptr<Structure> ogg(Head) { return std::make_unique<Ogg>(); }

}  // namespace sl::structure

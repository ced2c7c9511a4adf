// Only the start of another stream is found among the frames. Whether all of them are there, their times show.

#include "formats/structure/flac.h"

#include "formats/structure/bytes.h"
#include "formats/structure/frames.h"

namespace sl::structure {

namespace {

constexpr std::size_t start_bytes = 8;

class Flac final : public Structure {
 public:
  Piece next(std::uint64_t, Head head) override {
    if (head.size() < 10) return Piece::more(10);
    if (const std::size_t id3 = in_metadata_ ? id3_bytes(head) : 0; id3 != 0) return Piece::whole(id3);
    if (in_metadata_ && starts(head, "fLaC")) return Piece::whole(4);
    if (in_metadata_) {
      in_metadata_ = u8(head, 0) < 0x80;
      return Piece::whole(4 + be(head, 1, 3));
    }
    if (begins_flac(head) || (starts(head, "ID3") && begins_flac_after_tag(head))) return Piece::end();
    const std::string_view all = text(head, 0, head.size());
    for (std::size_t at = all.find("fLaC", 1); at != all.npos; at = all.find("fLaC", at + 1)) {
      if (at + start_bytes > all.size() || begins_flac(head.subspan(at))) return Piece::whole(at);
    }
    return Piece::whole(all.size() - (start_bytes - 1));
  }
  [[nodiscard]] Rest rest() const override { return in_metadata_ ? Rest::Lack : Rest::Own; }

 private:
  static bool begins_flac_after_tag(Head head) {
    const std::size_t id3 = id3_bytes(head);
    return id3 != 0 && id3 + start_bytes <= head.size() && begins_flac(head.subspan(id3));
  }

  bool in_metadata_ = true;
};

}  // namespace

bool begins_flac(Head head) {
  return starts(head, "fLaC") && head.size() >= start_bytes && (u8(head, 4) & 0x7f) == 0 && be(head, 5, 3) == 34;
}

std::unique_ptr<Structure> flac(Head) { return std::make_unique<Flac>(); }

}  // namespace sl::structure

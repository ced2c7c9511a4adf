// From head to head.

#include "formats/structure/extent.h"

#include <algorithm>

namespace sl {

namespace {

std::string cut_before(std::uint64_t promised) {
  return "is truncated: it ends inside a part that extends to byte " + std::to_string(promised);
}

}  // namespace

std::optional<std::uint64_t> Extent::head() const {
  if (!structure_ || !known_ || end_) return std::nullopt;
  return head_;
}

std::size_t Extent::take(std::span<const std::byte> bytes, bool ends) {
  if (bytes.empty()) {
    end_ = head_;
    return 0;
  }
  constexpr std::uint64_t max_head = std::uint64_t{1} << 20, max_offset = std::uint64_t{1} << 62;
  const Piece piece = structure_->next(head_, bytes);
  switch (piece.kind) {
    case Piece::Kind::Whole:
    case Piece::Kind::Open:
      open_ = piece.kind == Piece::Kind::Open;
      known_ = piece.bytes != 0 && (open_ || piece.bytes < max_offset) && head_ < max_offset;
      head_ += std::min(piece.bytes, max_offset);
      break;
    case Piece::Kind::More:
      if (!ends && piece.bytes > bytes.size() && piece.bytes <= max_head) return static_cast<std::size_t>(piece.bytes);
      known_ = ends;
      if (!ends) break;
      if (structure_->rest() == Structure::Rest::Lack) cut_ = "is truncated: it ends inside the head of a part";
      end_ = head_ + (structure_->rest() == Structure::Rest::Foreign ? 0 : bytes.size());
      break;
    case Piece::Kind::End:
      end_ = head_;
      break;
    case Piece::Kind::Unknown:
      known_ = false;
      break;
  }
  return 0;
}

std::optional<std::string> Extent::lack(std::uint64_t size) const {
  if (!structure_ || !known_) return std::nullopt;
  if (cut_) return cut_;
  const std::uint64_t last = end_.value_or(head_);
  if (last > size) return open_ ? structure_->lack(size) : cut_before(last);
  if (!end_ && last < size) return std::nullopt;  // not followed to the end
  return structure_->lack(last);
}

void Extent::patch(std::uint64_t offset, std::span<std::byte> bytes) const {
  if (!structure_) return;
  for (const Patch& patch : structure_->patches()) {
    for (std::size_t i = 0; i < patch.bytes.size(); ++i) {
      const std::uint64_t at = patch.at + i;
      if (at >= offset && at - offset < bytes.size()) bytes[static_cast<std::size_t>(at - offset)] = patch.bytes[i];
    }
  }
}

}  // namespace sl

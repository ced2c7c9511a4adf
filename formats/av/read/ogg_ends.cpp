// Page by page: "OggS", version, flags, u64 position, u32 serial, u32 number, u32 checksum, u8 count of lengths,
// lengths.

#include "formats/av/read/ogg_ends.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libcore/base/endian.h"

namespace sl::av {

namespace {

constexpr std::size_t fixed_bytes = 27;
constexpr std::array<std::byte, 4> capture{std::byte{'O'}, std::byte{'g'}, std::byte{'g'}, std::byte{'S'}};
constexpr std::byte begins{2}, ends{4};

}  // namespace

void OggEnds::see(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (offset > position_ || offset + bytes.size() <= position_) return;
  take(bytes.subspan(static_cast<std::size_t>(position_ - offset)));
  position_ = offset + bytes.size();
}

void OggEnds::take(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const std::size_t passed = std::min(unread_, bytes.size());
    unread_ -= passed;
    bytes = bytes.subspan(passed);
    if (bytes.empty()) return;
    const std::byte next = bytes.front();
    bytes = bytes.subspan(1);
    if (head_.size() < capture.size() && next != capture[head_.size()]) head_.clear();  // search for the next page
    if (head_.size() >= capture.size() || next == capture[head_.size()]) head_.push_back(next);
    if (head_.size() >= fixed_bytes && head_.size() == fixed_bytes + std::to_integer<std::size_t>(head_[26])) on_page();
  }
}

void OggEnds::on_page() {
  const std::byte flags = head_[5];
  const bool ended = (flags & ends) != std::byte{0};
  const auto serial = load_le<std::uint32_t>(head_.data() + 14);
  if ((flags & begins) != std::byte{0}) {
    if (std::exchange(in_link_, false)) ended_.clear();
    ended_[serial] = ended;
  } else {
    in_link_ = true;
    if (ended) ended_[serial] = true;
  }
  for (std::size_t i = fixed_bytes; i < head_.size(); ++i) unread_ += std::to_integer<std::size_t>(head_[i]);
  head_.clear();
}

std::optional<std::string> OggEnds::lack() const {
  if (unread_ != 0 || head_.size() >= capture.size()) return "is truncated: it ends inside a page";
  if (std::ranges::all_of(ended_, [](const auto& stream) { return stream.second; })) return std::nullopt;
  return "is truncated: the last page is missing";
}

}  // namespace sl::av

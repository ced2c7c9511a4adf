// Recognising such content, and keeping its bytes.

#include "formats/av/read/spool.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "formats/av/read/raster_ends.h"
#include "libcore/base/endian.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"

namespace sl::av {

using namespace std::string_view_literals;

namespace {

constexpr std::size_t piece = std::size_t{256} << 10;
constexpr std::size_t max_look = std::size_t{1} << 20;

// ISO 14496-12, 4.2: a box is a u32 size (1: a u64 one follows the type; 0: up to the end) and four letters.
bool samples_come_first(Source& source) {
  for (std::uint64_t at = 0; at + 16 <= max_look;) {
    const auto head = source.peek(static_cast<std::size_t>(at) + 16);
    if (head.size() < at + 16) return false;
    const auto box = head.subspan(static_cast<std::size_t>(at), 16);
    const std::string_view type(reinterpret_cast<const char*>(box.data()) + 4, 4);
    std::uint64_t size = load_be<std::uint32_t>(box.data());
    if (size == 1) size = load_be<std::uint64_t>(box.data() + 8);
    if (at == 0 && type != "ftyp" && type != "mdat" && type != "wide" && type != "free" && type != "skip") return false;
    if (type == "mdat") return true;
    if (type == "moov" || type == "moof" || size < 8) return false;
    at += size;
  }
  return false;
}

std::string_view start_of(Source& source) {
  constexpr std::size_t looked_at = 32;
  const auto head = source.peek(looked_at);
  return {reinterpret_cast<const char*>(head.data()), std::min(head.size(), looked_at)};
}

// FFmpeg goes back in these for an index at the end.
bool goes_back(std::string_view start) {
  const bool is_packed_caf = start.starts_with("caff") && start.size() >= 32 && start.substr(28) != "lpcm";
  return start.starts_with("\xb7\xd8\x00\x20\x37\x49\xda\x11"sv) || is_packed_caf;
}

// Stills without a parser: from a pipe, FFmpeg takes the first 4096 bytes for all of the picture.
bool is_still(std::string_view start) {
  constexpr std::array others{"\x76\x2f\x31\x01"sv, "8BPS"sv, "DDS "sv};  // OpenEXR, PSD
  return find_raster_end(start) != nullptr ||
         std::ranges::any_of(others, [&](std::string_view known) { return start.starts_with(known); });
}

}  // namespace

void Spool::take_still(Source& source) {
  for (std::size_t size = 0, count = 1; count != 0; size += count) {
    check_memory(source.name(), size + piece, "a still on a pipe");
    still_.resize(size + piece);
    count = source.read(std::span(still_).subspan(size));
    still_.resize(size + count);
  }
  source = Source::memory(still_, source.name());
}

void Spool::take_if_needed(Source& source) {
  if (source.can_seek()) return;
  const std::string_view start = start_of(source);
  const bool index_comes_last = samples_come_first(source);
  if (is_still(start)) return take_still(source);
  if (!index_comes_last && !goes_back(start)) return;
  if (index_comes_last) warn(source.name() + ": its index comes last: all of it is kept until then");
  spool_.take(source);
}

}  // namespace sl::av

// Recognising such content, and keeping its bytes.

#include "formats/av/read/spool.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "formats/av/read/raster_ends.h"
#include "libcore/base/endian.h"
#include "libcore/base/error.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"
#include "libcore/bytes/replay_store.h"

namespace sl::av {

using namespace std::string_view_literals;

namespace {

constexpr std::size_t in_memory = std::size_t{32} << 20, piece = std::size_t{256} << 10;
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

// FFmpeg goes back in these: in GIF after it has counted the frames, in the others for an index at the end.
bool goes_back(std::string_view start) {
  const bool is_packed_caf = start.starts_with("caff") && start.size() >= 32 && start.substr(28) != "lpcm";
  return start.starts_with("GIF8") || start.starts_with("\xb7\xd8\x00\x20\x37\x49\xda\x11"sv) || is_packed_caf;
}

// Stills without a parser: from a pipe, FFmpeg takes the first 4096 bytes for all of the picture.
bool is_still(std::string_view start) {
  constexpr std::array others{"II*\0"sv, "MM\0*"sv, "\x76\x2f\x31\x01"sv, "8BPS"sv, "DDS "sv};  // TIFF, OpenEXR, PSD
  return find_raster_end(start) != nullptr ||
         std::ranges::any_of(others, [&](std::string_view known) { return start.starts_with(known); });
}

}  // namespace

struct Spool::State {
  std::optional<Source> source;
  std::vector<std::byte> still;
  ReplayStore store{in_memory};
  std::uint64_t position = 0, limit = 0;

  // Read more from the pipe; false at its end.
  bool fetch() {
    std::array<std::byte, piece> buffer;
    const std::size_t count = source->read(buffer);
    if (count == 0) return false;
    if (store.size() + count > limit) {
      throw Error(Status::Limit, source->name() + ": more than " + std::to_string(limit) +
                                     " bytes would have to be kept (--max-spool)");
    }
    store.append(std::span(buffer).first(count));
    return true;
  }

  std::size_t read(std::span<std::byte> into) {
    while (position >= store.size()) {
      if (!fetch()) return 0;
    }
    const std::size_t count = store.read(position, into);
    position += count;
    return count;
  }
};

Spool::Spool(const std::int64_t& limit) : limit_(limit) {}
Spool::~Spool() = default;

void Spool::take_still(Source& source) {
  state_ = std::make_unique<State>();
  std::vector<std::byte>& still = state_->still;
  for (std::size_t size = 0, count = 1; count != 0; size += count) {
    check_memory(source.name(), size + piece, "a still on a pipe");
    still.resize(size + piece);
    count = source.read(std::span(still).subspan(size));
    still.resize(size + count);
  }
  source = Source::memory(still, source.name());
}

void Spool::take_if_needed(Source& source) {
  if (source.can_seek()) return;
  const std::string_view start = start_of(source);
  const bool index_comes_last = samples_come_first(source);
  if (is_still(start)) return take_still(source);
  if (!index_comes_last && !goes_back(start)) return;
  state_ = std::make_unique<State>();
  State& s = *state_;
  s.limit = static_cast<std::uint64_t>(limit_);
  s.store.prepare();
  if (!s.store.has_file()) s.limit = std::min<std::uint64_t>(s.limit, in_memory);
  if (index_comes_last) warn(source.name() + ": its index comes last: all of it is kept until then");
  const std::string name = source.name();
  s.source.emplace(std::move(source));
  s.source->end_header();
  source = Source::callbacks([&s](std::span<std::byte> into) { return s.read(into); },
                             [&s](std::uint64_t offset) {
                               while (s.store.size() < offset && s.fetch()) {
                               }
                               s.position = offset;  // past the end reads return nothing
                               return true;
                             },
                             name);
}

}  // namespace sl::av

// Keeping the bytes of a pipe.

#include "formats/input/spool.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "libcore/base/error.h"
#include "libcore/bytes/replay_store.h"

namespace sl {

namespace {

constexpr std::size_t in_memory = std::size_t{32} << 20, piece = std::size_t{256} << 10;

}  // namespace

struct Spool::State {
  std::optional<Source> source;
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

void Spool::take(Source& source) {
  state_ = std::make_unique<State>();
  State& s = *state_;
  s.limit = static_cast<std::uint64_t>(limit_);
  s.store.prepare();
  if (!s.store.has_file()) s.limit = std::min<std::uint64_t>(s.limit, in_memory);
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

}  // namespace sl

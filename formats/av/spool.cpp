// Keeping what has come from a pipe.

#include "formats/av/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <vector>

#include "libcore/error.h"
#include "libcore/tool.h"

namespace sl::av {

namespace {

constexpr std::size_t in_memory = std::size_t{32} << 20, piece = std::size_t{256} << 10;
constexpr std::size_t looked_at = std::size_t{1} << 20;

std::uint64_t load_be(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (const std::byte b : bytes) value = value << 8 | std::to_integer<std::uint64_t>(b);
  return value;
}

// ISO 14496-12, 4.2: a box is a u32 size (1: a u64 one follows the type; 0: up to the end) and four letters.
bool samples_come_first(Source& source) {
  for (std::uint64_t at = 0; at + 16 <= looked_at;) {
    const auto head = source.peek(static_cast<std::size_t>(at) + 16);
    if (head.size() < at + 16) return false;
    const auto box = head.subspan(static_cast<std::size_t>(at), 16);
    const std::string_view type(reinterpret_cast<const char*>(box.data()) + 4, 4);
    std::uint64_t size = load_be(box.first(4));
    if (size == 1) size = load_be(box.subspan(8, 8));
    if (at == 0 && type != "ftyp" && type != "mdat" && type != "wide" && type != "free" && type != "skip") return false;
    if (type == "mdat") return true;
    if (type == "moov" || type == "moof" || size < 8) return false;
    at += size;
  }
  return false;
}

int unnamed_file() {
  const char* folder = std::getenv("TMPDIR");
  return open(folder == nullptr ? "/tmp" : folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

}  // namespace

struct Spool::State {
  std::optional<Source> source;
  std::vector<std::byte> memory;
  int file = -1;
  std::uint64_t stored = 0, position = 0, limit = 0;

  ~State() {
    if (file >= 0) close(file);
  }

  // Takes more from the pipe; false at its end.
  bool fetch() {
    std::array<std::byte, piece> buffer;
    const std::size_t count = source->read(buffer);
    if (count == 0) return false;
    if (stored + count > limit) {
      throw Error(Status::Limit, source->name() + ": its index does not come within " + std::to_string(limit) +
                                     " bytes (--max-spool)");
    }
    const std::size_t fits = std::min(count, in_memory - std::min(in_memory, memory.size()));
    memory.insert(memory.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(fits));
    for (std::size_t done = fits; done < count;) {
      const ssize_t written =
          pwrite(file, buffer.data() + done, count - done, static_cast<off_t>(stored + done - in_memory));
      if (written < 0 && errno != EINTR) throw system_error(Status::Io, "the temporary file");
      if (written > 0) done += static_cast<std::size_t>(written);
    }
    stored += count;
    return true;
  }

  std::size_t read(std::span<std::byte> into) {
    while (position >= stored) {
      if (!fetch()) return 0;
    }
    std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), stored - position));
    if (position < memory.size()) {
      count = std::min(count, memory.size() - static_cast<std::size_t>(position));
      std::memcpy(into.data(), memory.data() + position, count);
    } else {
      const ssize_t got = pread(file, into.data(), count, static_cast<off_t>(position - in_memory));
      if (got <= 0) throw system_error(Status::Io, "the temporary file");
      count = static_cast<std::size_t>(got);
    }
    position += count;
    return count;
  }
};

Spool::Spool(const std::int64_t& limit) : limit_(limit) {}
Spool::~Spool() = default;

void Spool::take_if_needed(Source& source) {
  if (source.can_seek() || !samples_come_first(source)) return;
  state_ = std::make_unique<State>();
  State& s = *state_;
  s.limit = static_cast<std::uint64_t>(limit_);
  s.file = unnamed_file();
  if (s.file < 0) s.limit = std::min<std::uint64_t>(s.limit, in_memory);
  warn(source.name() + ": its index comes last: all of it is kept until then");
  const std::string name = source.name();
  s.source.emplace(std::move(source));
  s.source->end_header();
  source = Source::callbacks([&s](std::span<std::byte> into) { return s.read(into); },
                             [&s](std::uint64_t offset) {
                               while (s.stored < offset && s.fetch()) {
                               }
                               s.position = offset;  // behind the end there is nothing to read
                               return true;
                             },
                             name);
}

}  // namespace sl::av

// Resources and files by number.

#include "libcore/net/fetch/library.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "libcore/base/error.h"
#include "libcore/net/fetch/url.h"

namespace sl::fetch {

namespace {

// At once: variants and languages of a film, each with a playlist and a segment.
constexpr std::size_t max_open = 128;
// A segment is read from its start to its end, and little of it twice.
constexpr std::size_t cache_of_reference = 12u << 20;

}  // namespace

Library::File::~File() { ::close(fd); }

Library::Library(const std::string& url, const std::vector<std::string>& allowed, std::uint64_t max_bytes,
                 std::chrono::seconds timeout)
    : gate_(url, allowed) {
  household_.max_bytes = max_bytes;
  household_.timeout = timeout;
  if (url.empty()) return;
  const Url parsed(url);
  origin_ = parsed.origin();
  user_ = parsed.user();
  password_ = parsed.password();
  entries_[0].resource = std::make_unique<Resource>(household_, url, Resource::Reference{});
}

void Library::open(std::uint32_t number, const std::string& reference, std::uint64_t start, std::uint64_t stop) {
  if (entries_.size() >= max_open) {
    throw Error(Status::Limit, "refers to more than " + std::to_string(max_open) + " others at once");
  }
  Entry entry;
  if (scheme_of(reference).empty()) {
    entry.file = std::make_unique<File>(gate_.open(reference), reference);
  } else {
    gate_.check(reference);
    Url url(reference);
    // The host that the user gave them for is the same.
    if (url.origin() == origin_ && url.user().empty() && !user_.empty()) url.set_user(user_, password_);
    entry.resource = std::make_unique<Resource>(household_, url.text(),
                                                Resource::Reference{&gate_, start, stop, cache_of_reference});
  }
  entries_[number] = std::move(entry);
}

std::optional<std::size_t> Library::read(std::uint32_t number, std::uint64_t offset, std::span<std::byte> into,
                                         std::uint64_t until, remote_wire::Reply& reply) {
  const Entry& entry = entries_.at(number);
  std::size_t count = 0;
  if (entry.file) {
    count = read_file(*entry.file, offset, into, reply);
  } else {
    Resource& resource = *entry.resource;
    const auto piece = resource.read(offset, into, until);
    if (!piece) return std::nullopt;
    if (piece->failure) throw Error(*piece->failure);
    count = piece->count;
    reply.size = resource.size().value_or(remote_wire::unknown_size);
    reply.ready = resource.ready(offset + count);
    reply.ranges = resource.has_ranges() ? 1 : 0;
  }
  this->count(reply);
  return count;
}

std::size_t Library::read_file(const File& file, std::uint64_t offset, std::span<std::byte> into,
                               remote_wire::Reply& reply) {
  struct stat info {};
  if (fstat(file.fd, &info) != 0) throw system_error(Status::Io, file.name);
  reply.size = static_cast<std::uint64_t>(info.st_size);
  reply.ranges = 1;
  if (household_.max_bytes != 0) {
    into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(
        into.size(), household_.max_bytes - std::min(household_.max_bytes, household_.fetched))));
    if (into.empty() && offset < reply.size) {
      throw Error(Status::Limit, "more than --max-bytes " + std::to_string(household_.max_bytes) + " are needed");
    }
  }
  ssize_t count = 0;
  do count = pread(file.fd, into.data(), into.size(), static_cast<off_t>(offset));
  while (count < 0 && errno == EINTR);
  if (count < 0) throw system_error(Status::Io, file.name);
  household_.fetched += static_cast<std::uint64_t>(count);
  return static_cast<std::size_t>(count);
}

std::string Library::place(std::uint32_t number) const {
  const Entry& entry = entries_.at(number);
  return entry.file ? entry.file->name : entry.resource->url();
}

void Library::count(remote_wire::Reply& reply) const {
  reply.requests = household_.connections.requests();
  reply.fetched = household_.fetched;
}

std::chrono::milliseconds Library::work() {
  std::chrono::milliseconds time{1000};
  for (const auto& [number, entry] : entries_) {
    if (entry.resource) time = std::min(time, entry.resource->work());
  }
  household_.connections.run();
  for (const auto& [number, entry] : entries_) {
    if (entry.resource && entry.resource->settle()) time = std::chrono::milliseconds(0);
  }
  return time;
}

}  // namespace sl::fetch

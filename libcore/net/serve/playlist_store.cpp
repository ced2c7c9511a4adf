// A short list without the least recently used playlists.

#include "libcore/net/serve/playlist_store.h"

#include <unistd.h>

#include <algorithm>
#include <vector>

namespace sl::serve {

namespace {

constexpr std::uint64_t max_playlist_bytes = 16 << 20;
constexpr std::size_t max_bytes = 64 << 20, max_entries = 64;

std::optional<std::string> read_all(const File& file) {
  std::string text(file.size, '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = pread(file.fd(), text.data() + done, text.size() - done, static_cast<off_t>(done));
    if (count <= 0) return std::nullopt;
    done += static_cast<std::size_t>(count);
  }
  return text;
}

}  // namespace

const PlaylistStore::Entry* PlaylistStore::find(const std::string& name, bool with_query) {
  const auto found = std::ranges::find_if(
      entries_, [&](const Stored& entry) { return entry.name == name && entry.has_query == with_query; });
  const auto file = folder_.open(name);
  if (!file || file->size > max_playlist_bytes) {
    if (found != entries_.end()) entries_.erase(found);
    return nullptr;
  }
  if (found != entries_.end() && found->tag == file->tag) {
    entries_.splice(entries_.begin(), entries_, found);
    return &entries_.front();
  }
  auto text = read_all(*file);
  if (!text) return nullptr;
  if (with_query) text = serve::with_query(*text, query_);
  Stored entry;
  entry.name = name;
  entry.has_query = with_query;
  entry.tag = file->tag;
  entry.playlist = read_playlist(*text);
  if (auto delta = delta_update(*text, entry.playlist)) {
    entry.delta = std::make_shared<const std::string>(std::move(*delta));
  }
  entry.text = std::make_shared<const std::string>(std::move(*text));
  if (found != entries_.end()) entries_.erase(found);
  entries_.push_front(std::move(entry));
  std::size_t bytes = 0, count = 0;
  std::erase_if(entries_, [&](const Stored& one) {
    bytes += one.text->size();
    return ++count > max_entries || (count > 1 && bytes > max_bytes);
  });
  return &entries_.front();
}

std::optional<Playlist::Time> PlaylistStore::hinted(const std::string& name) {
  // Copy the names first: find() changes the order.
  std::vector<std::pair<std::string, bool>> names;
  for (const Stored& entry : entries_) names.emplace_back(entry.name, entry.has_query);
  for (const auto& [playlist, has_query] : names) {
    const Entry* const entry = find(playlist, has_query);
    if (entry == nullptr || entry->playlist.ended) continue;
    const bool is_hinted = std::ranges::any_of(
        entry->playlist.hints, [&](const std::string& uri) { return resolve(entry->name, uri) == name; });
    if (is_hinted) return entry->playlist.target;
  }
  return std::nullopt;
}

}  // namespace sl::serve

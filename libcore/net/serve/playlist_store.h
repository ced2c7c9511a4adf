// The recently requested playlists, read once for all clients.

#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>

#include "libcore/net/serve/folder.h"
#include "libcore/net/serve/playlist.h"

namespace sl::serve {

class PlaylistStore {
 public:
  // One state of a playlist.
  struct Entry {
    std::string name, tag;
    std::shared_ptr<const std::string> text, delta;  // delta may be null
    Playlist playlist;
  };

  // `query` is appended to the URIs of playlists that are requested with it.
  PlaylistStore(Folder& folder, std::string query) : folder_(folder), query_(std::move(query)) {}

  // Return the current state. Null if the file is missing, or over 16 MiB and so sent as any other file.
  [[nodiscard]] const Entry* find(const std::string& name, bool with_query);
  // If a playlist hints at the file `name`, return that playlist's target duration.
  [[nodiscard]] std::optional<Playlist::Time> hinted(const std::string& name);

 private:
  struct Stored : Entry {
    bool has_query = false;
  };
  Folder& folder_;
  std::string query_;
  std::list<Stored> entries_;  // the latest first
};

}  // namespace sl::serve

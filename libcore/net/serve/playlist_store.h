// The playlists that were asked for lately, read once for all who ask.

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
    std::shared_ptr<const std::string> text, delta;  // no delta: there is nothing to skip
    Playlist playlist;
  };

  // `query` is put to the URIs of those that are asked for with it.
  PlaylistStore(Folder& folder, std::string query) : folder_(folder), query_(std::move(query)) {}

  // As it stands now. Nothing where there is none, or one so long (16 MiB) that it is sent as any other file.
  [[nodiscard]] const Entry* find(const std::string& name, bool with_query);
  // How long to wait at most for a file that one of them hints at; nothing if none does.
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

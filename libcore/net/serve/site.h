// From requests to answers, without sockets: access, the page, files, blocking reloads of playlists.

#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/net/serve/folder.h"
#include "libcore/net/serve/page.h"
#include "libcore/net/serve/playlist_store.h"
#include "libcore/net/serve/request.h"

namespace sl::serve {

using Clock = std::chrono::steady_clock;

// Only the query is decoded.
struct Request {
  std::string method, path, host, origin, authorization, range, if_range, if_none_match, if_modified_since;
  std::optional<std::string> token, sequence, part, skip;  // of the query
  // The latest time to answer, once it waits.
  std::optional<Clock::time_point> until;
};

struct Answer {
  unsigned status = 200;
  std::vector<std::pair<const char*, std::string>> headers;
  // The body; of 304 only its length is used.
  std::shared_ptr<const std::string> text;
  std::optional<File> file;
  Range range;  // of the file
};

struct SiteOptions {
  std::string token;        // empty: none is required
  bool is_loopback = true;  // only this machine reaches the socket
};

class Site {
 public:
  // `folder` outlives the site.
  Site(Folder& folder, SiteOptions options);

  // Return the answer, or nothing: then call again when the folder has changed, and at `request.until`. With `may_wait`
  // false, always answer.
  [[nodiscard]] std::optional<Answer> answer(Request& request, Clock::time_point now, bool may_wait);
  // Return whether the kernel reports all changes that requests wait for.
  [[nodiscard]] bool sees_changes() const { return sees_changes_; }

 private:
  [[nodiscard]] bool is_admitted(const Request& request) const;
  [[nodiscard]] Answer refused(const Request& request) const;
  [[nodiscard]] std::optional<Answer> of_folder(const std::string& name, Request& request, Clock::time_point now,
                                                bool may_wait);
  [[nodiscard]] std::optional<Answer> of_playlist(const PlaylistStore::Entry& entry, Request& request,
                                                  Clock::time_point now, bool may_wait);
  [[nodiscard]] bool waits(Request& request, Playlist::Time target, Clock::time_point now, bool may_wait);
  void add_access(const Request& request, Answer& answer) const;

  Folder& folder_;
  SiteOptions options_;
  PlaylistStore playlists_;
  Page page_;
  bool sees_changes_ = true;
};

}  // namespace sl::serve

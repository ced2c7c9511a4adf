// What is answered to whom: access, the page, files, and playlists that are waited for. Knows nothing of sockets.

#pragma once

#include <chrono>
#include <cstdint>
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

// As it came: nothing is decoded but the query.
struct Request {
  std::string method, path, host, origin, authorization, range, if_range, if_none_match, if_modified_since;
  std::optional<std::string> token, sequence, part, skip;  // of the query
  // Since when and until when it waits, once it does.
  std::optional<Clock::time_point> until;
};

struct Answer {
  unsigned status = 200;
  std::vector<std::pair<const char*, std::string>> headers;
  // The body; of 304 only the length is told.
  std::shared_ptr<const std::string> text;
  std::optional<File> file;
  Range range;  // of the file
};

struct SiteOptions {
  std::string token;        // none: nobody is asked for one
  bool is_loopback = true;  // nobody but this machine reaches the socket
};

class Site {
 public:
  // All references stay the caller's.
  Site(Folder& folder, SiteOptions options);

  // The answer, or nothing: then ask again when the folder has changed, or at `request.until`. `may_wait` false: now.
  [[nodiscard]] std::optional<Answer> answer(Request& request, Clock::time_point now, bool may_wait);
  // Whether the kernel tells of all changes that requests wait for.
  [[nodiscard]] bool is_told_of_changes() const { return is_told_; }

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
  bool is_told_ = true;
};

}  // namespace sl::serve

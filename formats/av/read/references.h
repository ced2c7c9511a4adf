// What a playlist refers to, opened by sl-fetch (which judges whether it may be) and read as FFmpeg reads.

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "formats/av/av_media.h"
#include "libcore/bytes/source.h"
#include "libcore/net/fetcher.h"

namespace sl::av {

class Reference;

class References {
 public:
  // Before the sandbox. By the sl-fetch of the source; where that is no URL, is a playlist, and --allow allows
  // anything, by one that is started for it. Else nothing is opened. `source` outlives it.
  References(const FetchOptions& options, const std::string& path, Source& source);
  References(const References&) = delete;
  References& operator=(const References&) = delete;
  ~References();

  // Whether anything can be opened at all.
  [[nodiscard]] bool can_open() const { return socket_ >= 0; }
  // What references are relative to: the URL, after redirects, or the path; of standard input, the folder
  // we are in.
  [[nodiscard]] const std::string& base() const { return base_; }

  // Playlists that are not elsewhere, by what refers to them.
  void set_own(std::map<std::string, std::string> playlists) { own_ = std::move(playlists); }
  // From here on playlists of segments that are whole begin at the segment of this time from their start.
  void start_at(double seconds) { start_ = seconds; }
  // Opens one. `options` are FFmpeg's: offset, end_offset, key, iv. Throws what is wrong, naming the reference.
  [[nodiscard]] AVIOContext* open(const std::string& reference, const AVDictionary* options);
  void close(AVIOContext* io);
  // Throws what was thrown by reading any of them.
  void check();
  [[nodiscard]] bool failed() const { return failure_ != nullptr; }
  void fail(std::exception_ptr failure) {
    if (!failure_) failure_ = std::move(failure);
  }

  // Takes note of a playlist of segments, by its URL. Throws Data and NotPermitted, as `name`, where it is not to be
  // read.
  void check_playlist(const std::string& url, std::string_view text, const std::string& name);
  // Whether any of the playlists of segments goes on; and whether all that were read since the last `forget_unused`
  // have ended.
  [[nodiscard]] bool any_continues() const;
  // Whether it was read before, and was a playlist.
  [[nodiscard]] bool is_playlist(const std::string& url) const { return playlists_.contains(url); }
  [[nodiscard]] bool have_ended() const;
  void forget_unused();

 private:
  friend class Reference;

  Source& source_;
  std::string base_;
  int socket_ = -1;
  std::optional<Helper> fetcher_;  // of its own
  std::uint32_t next_ = 1;
  std::map<AVIOContext*, std::unique_ptr<Reference>> open_;
  std::map<std::string, std::string> own_;
  struct Whole {
    std::string text, place;
  };
  std::map<std::string, Whole> whole_;  // playlists that do not change any more
  double start_ = 0;
  std::exception_ptr failure_;
  struct State {
    bool goes_on = false;
    bool used = false;  // read since `forget_unused`
    std::size_t hash = 0;
    std::chrono::steady_clock::time_point changed{};
  };
  std::map<std::string, State> playlists_;    // of segments
  std::chrono::seconds patience_;             // with one that does not go on
  std::uint64_t requests_ = 0, fetched_ = 0;  // that the source was told of
};

}  // namespace sl::av

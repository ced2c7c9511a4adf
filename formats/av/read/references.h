// A playlist's references, opened by sl-fetch (which decides whether they may be) and read by FFmpeg.

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "formats/av/av_media.h"
#include "libcore/bytes/source.h"
#include "libcore/net/fetcher.h"

namespace sl::av {

class Reference;

class References {
 public:
  // Construct before the sandbox closes. References are opened by the source's sl-fetch; if the source is no URL, but a
  // playlist, and `options` allow anything, a new sl-fetch starts; else none can be opened. `path` is the source's, "-"
  // for standard input. `source` must outlive this.
  References(const FetchOptions& options, const std::string& path, Source& source);
  References(const References&) = delete;
  References& operator=(const References&) = delete;
  ~References();

  // Whether any reference can be opened.
  [[nodiscard]] bool can_open() const { return socket_ >= 0; }
  // References are relative to this: the URL, after redirects, or the path; for standard input the working directory.
  [[nodiscard]] const std::string& base() const { return base_; }

  // Set playlists that exist only here, by the references to them.
  void set_own(std::map<std::string, std::string> playlists) { own_ = std::move(playlists); }
  // From now on complete playlists of segments begin at the segment of this time after their start.
  void start_at(double seconds) { start_ = seconds; }
  // From now on they have the segments of one period only (reading.h), at first of the first one.
  void begin_periods() { period_ = period_.value_or(0); }
  // Go to the next period. False after the last one.
  bool next_period();
  // Return what FFmpeg is given of a playlist of segments.
  [[nodiscard]] std::string shown(const std::string& text) const;
  // Open a reference. `options` are FFmpeg's: offset, end_offset, key, iv. Errors name the reference.
  [[nodiscard]] AVIOContext* open(const std::string& reference, const AVDictionary* options);
  void close(AVIOContext* io);
  // Rethrow what reading any of them threw.
  void check();
  [[nodiscard]] bool failed() const { return failure_ != nullptr; }
  void fail(std::exception_ptr failure) {
    if (!failure_) failure_ = std::move(failure);
  }

  // Check a playlist and remember its state by its URL. Throw Data and NotPermitted, as `name`, if it may not be read,
  // and Unavailable if it is live and has stopped.
  void check_playlist(const std::string& url, std::string_view text, const std::string& name);
  // Whether any playlist of segments is still growing; and whether all that were read since the last `forget_unused`
  // have ended.
  [[nodiscard]] bool any_continues() const;
  // Whether the reference was read before and is a playlist.
  [[nodiscard]] bool is_playlist(const std::string& url) const { return playlists_.contains(url); }
  [[nodiscard]] bool have_ended() const;
  void forget_unused();

 private:
  friend class Reference;

  Source& source_;
  std::string base_;
  int socket_ = -1;
  std::optional<Helper> fetcher_;  // unless the source's is used
  std::uint32_t next_ = 1;
  std::map<AVIOContext*, std::unique_ptr<Reference>> open_;
  std::map<std::string, std::string> own_;
  struct Whole {
    std::string text, place;
  };
  std::map<std::string, Whole> whole_;  // playlists that have ended
  double start_ = 0;
  std::optional<std::size_t> period_;  // nothing: all of them at once
  std::size_t periods_ = 1;
  std::exception_ptr failure_;
  struct State {
    bool continues = false;
    bool used = false;  // read since `forget_unused`
    std::size_t hash = 0;
    std::chrono::steady_clock::time_point changed{};
  };
  std::map<std::string, State> playlists_;    // of segments
  std::chrono::seconds patience_;             // with a live one that does not change
  std::uint64_t requests_ = 0, fetched_ = 0;  // counted in the source so far
};

}  // namespace sl::av

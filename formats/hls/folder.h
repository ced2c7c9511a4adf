// The folder that sl-hls writes: the playlists of an earlier run, files that appear complete, and files that are
// deleted after players have had time to load them.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "formats/hls/playlist.h"
#include "libcore/base/error.h"
#include "libcore/bytes/target.h"
#include "libcore/process/launch.h"
#include "libcore/process/sandbox.h"

namespace sl::hls {

// A name that sl-hls gives: "video-12.m4s", "video-12.3.m4s", "video-init-7.mp4", "audio-12.ts".
struct FileName {
  std::string rendition;
  std::uint64_t number = 0;
  bool part = false, map = false;
};
[[nodiscard]] std::optional<FileName> parse_file_name(const std::string& name);

class Folder {
 public:
  // Open the folder, or create it, and delete what a killed run left. Read the old playlists now: in the sandbox the
  // folder can only be written to. `mirror`: a URL to copy all files to; may be empty. Throws CannotCreate, also if
  // another process writes into the folder, and NotPermitted.
  Folder(const std::string& path, const std::string& mirror, SandboxPlan& plan);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  // The playlists of the earlier run, by their rendition.
  [[nodiscard]] const std::map<std::string, MediaPlaylist>& old() const { return old_; }
  // Return the first number that no file of this rendition has.
  [[nodiscard]] std::uint64_t first_free(const std::string& rendition) const;

  // Create a file that appears under its name at appear().
  [[nodiscard]] Target create(const std::string& name) const { return Target::file(name, Sync::Never, fd_); }
  void appear(Target target, const std::string& name);
  void write(const std::string& name, std::span<const std::byte> bytes);
  void write(const std::string& name, const std::string& text);
  // Return whether one more complete file may wait for its name: nothing else needs the files before the end, and
  // there are descriptors for it.
  [[nodiscard]] bool may_hold();
  void remove(const std::string& name) const;

  // Delete a file once that much more of the stream (microseconds) was listed: players may still be loading it.
  void remove_after(const std::string& name, std::int64_t later);
  // Set how much was listed so far, of any rendition.
  void advance_to(std::int64_t listed);
  // Delete all files of remove_after() now.
  void remove_expired();
  // Delete old playlists of other renditions than these, and their files, like remove_after().
  void retire_others(const std::vector<std::string>& renditions, std::int64_t later);

  // Throw the mirror's failure. Call between two records of the stream, where a failure can be handled.
  void check_mirror() const;
  // Block until the mirror has all files. Throws its failure.
  void finish();

  // Warn of a failure to write after which the stream continues; only the first in a row is reported.
  void trouble(const Error& error, const std::string& consequence);
  void trouble_is_over() { in_trouble_ = false; }
  [[nodiscard]] const std::optional<Error>& last_trouble() const { return last_trouble_; }

 private:
  void open(SandboxPlan& plan);
  void read_old();
  void complete_parts(const std::string& rendition, MediaPlaylist& playlist);
  void clear_away();
  [[nodiscard]] std::int64_t retention(const FileName& file, const MediaPlaylist& old) const;
  void start_mirror(const std::string& url);
  void order_mirror(char what, const std::string& name) const;
  [[noreturn]] void mirror_failed() const;
  [[nodiscard]] std::string text_of_file(const std::string& name) const;

  std::string path_;
  int fd_ = -1;
  std::vector<std::string> names_;
  std::map<std::string, MediaPlaylist> old_;
  std::map<std::string, std::uint64_t> first_free_;
  std::multimap<std::int64_t, std::string> expiring_;  // by the listed_ to delete them at
  std::int64_t listed_ = 0;
  std::size_t held_ = 0, max_held_ = 0;
  bool in_trouble_ = false, marked_ = false;
  std::optional<Error> last_trouble_;
  mutable std::optional<Helper> mirror_;
  mutable int mirror_orders_ = -1;  // the socket to it; -1 after it has ended
};

// Return every file that a playlist names.
[[nodiscard]] std::vector<std::string> files_of(const MediaPlaylist& playlist);

}  // namespace sl::hls

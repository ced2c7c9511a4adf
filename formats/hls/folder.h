// The folder that sl-hls writes: what an earlier run left in it, files that appear whole, and files that go when nobody
// can want them any more.

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

// "video-12.m4s", "video-12.3.m4s", "video-init-7.mp4", "audio-12.ts": names that this program gives.
struct FileName {
  std::string rendition;
  std::uint64_t number = 0;
  bool part = false, map = false;
};
[[nodiscard]] std::optional<FileName> parse_file_name(const std::string& name);

class Folder {
 public:
  // Opens the folder, which is made where it is not there, and clears away what a killed run left. Another process that
  // writes into it is an error. All that is read is read now: behind the sandbox the folder can only be written to.
  // Throws CannotCreate, NotPermitted. `mirror`: a URL that everything is put to, too; may be empty.
  Folder(const std::string& path, const std::string& mirror, SandboxPlan& plan);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  // The playlists that were there, by their rendition.
  [[nodiscard]] const std::map<std::string, MediaPlaylist>& old() const { return old_; }
  // The number after all that files of this rendition have.
  [[nodiscard]] std::uint64_t first_free(const std::string& rendition) const;

  // A file that appears under its name at finish(), after which appeared() is to be called.
  [[nodiscard]] Target create(const std::string& name) const;
  void appeared(const std::string& name) const { tell_mirror('+', name); }
  void write(const std::string& name, std::span<const std::byte> bytes) const;
  void write(const std::string& name, const std::string& text) const;
  void remove(const std::string& name) const;

  // To be removed once that much more of the stream (microseconds) was listed: players may still be loading it.
  void remove_after(const std::string& name, std::int64_t later);
  // How much was listed so far, of any rendition.
  void advance_to(std::int64_t listed);
  // Nobody waits: they go now.
  void remove_doomed();
  // Old playlists of other renditions than these, and their files, go.
  void retire_others(const std::vector<std::string>& renditions, std::int64_t later);

  // Throws what the mirror failed of: between two records of the stream, as a file appears in the midst of much.
  void check_mirror() const;
  // No more files: waits until the mirror has them all. Throws what it failed of.
  void finish();

  // Something could not be written, and it goes on: the first failure in a row is told.
  void trouble(const Error& error, const std::string& consequence);
  void trouble_is_over() { in_trouble_ = false; }

 private:
  void open(SandboxPlan& plan);
  void read_old();
  void complete_parts(const std::string& rendition, MediaPlaylist& playlist) const;
  void clear_away();
  [[nodiscard]] std::int64_t still_wanted(const FileName& file, const MediaPlaylist& old) const;
  void start_mirror(const std::string& url);
  void tell_mirror(char what, const std::string& name) const;
  [[noreturn]] void mirror_failed() const;
  [[nodiscard]] std::string text_of_file(const std::string& name) const;

  std::string path_;
  int fd_ = -1;
  std::vector<std::string> names_;
  std::map<std::string, MediaPlaylist> old_;
  std::map<std::string, std::uint64_t> first_free_;
  std::multimap<std::int64_t, std::string> doomed_;  // by how much was listed then
  std::int64_t listed_ = 0;
  bool in_trouble_ = false, marked_ = false;
  mutable std::optional<Helper> mirror_;
  mutable int mirror_orders_ = -1;  // the socket to it; gone when it is
};

// Every file that a playlist names.
[[nodiscard]] std::vector<std::string> files_of(const MediaPlaylist& playlist);

}  // namespace sl::hls

// One folder, locked by one process.

#include "formats/hls/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <regex>
#include <set>
#include <utility>

#include "libcore/base/report.h"
#include "libcore/process/signals.h"

namespace sl::hls {

namespace {

constexpr const char* marker = ".sl-hls";  // in a folder of sl-hls: files with its names there are its own
constexpr std::uint64_t max_playlist_bytes = 256 << 20;

bool names_rendition(const std::string& name) {
  static const std::regex form("video|audio[0-9]*|[0-9]+x[0-9]+-[0-9.]+[kKmM]?");
  return std::regex_match(name, form);
}

// Return the name in OutputFile's temporary name, which file systems without O_TMPFILE need.
std::optional<std::string> temporary_of(const std::string& name) {
  static const std::regex form("\\.(.+)\\.[0-9]+\\.tmp");
  std::smatch match;
  if (!std::regex_match(name, match, form)) return std::nullopt;
  return match[1].str();
}

std::string rendition_of_playlist(const std::string& name) {
  return name.ends_with(".m3u8") ? name.substr(0, name.size() - 5) : "";
}

// Raise the limit of descriptors as far as is permitted, and return how many files may wait for their names: a Target
// has two descriptors.
std::size_t raise_max_held() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  getrlimit(RLIMIT_NOFILE, &files);
  constexpr rlim_t reserved = 256, max_files = 200'000;
  return static_cast<std::size_t>((std::min(files.rlim_cur, max_files) - std::min(files.rlim_cur, reserved)) / 2);
}

}  // namespace

std::optional<FileName> parse_file_name(const std::string& name) {
  static const std::regex form("(.+?)-(?:([0-9]{1,19})(\\.[0-9]+)?\\.(?:m4s|ts)|init-([0-9]{1,19})\\.mp4)");
  std::smatch match;
  if (!std::regex_match(name, match, form) || !names_rendition(match[1].str())) return std::nullopt;
  const bool map = match[4].matched;
  return FileName{match[1].str(), std::stoull(match[map ? 4 : 2].str()), match[3].matched, map};
}

std::vector<std::string> files_of(const MediaPlaylist& playlist) {
  std::vector<std::string> names;
  const auto take = [&](const Segment& segment) {
    if (!segment.uri.empty() && !segment.gap) names.push_back(segment.uri);
    if (!segment.map.empty() && (names.empty() || names.back() != segment.map)) names.push_back(segment.map);
    for (const Part& part : segment.parts) names.push_back(part.uri);
  };
  for (const Segment& segment : playlist.segments) take(segment);
  if (playlist.open) take(*playlist.open);
  return names;
}

Folder::Folder(const std::string& path, const std::string& mirror, SandboxPlan& plan) : path_(path) {
  while (path_.size() > 1 && path_.ends_with('/')) path_.pop_back();
  open(plan);
  read_old();
  if (!mirror.empty()) start_mirror(mirror);  // before clear_away(), which sends it orders
  if (mirror.empty()) max_held_ = raise_max_held();
  clear_away();
}

Folder::~Folder() {
  if (mirror_orders_ >= 0) close(mirror_orders_);
  if (fd_ >= 0) close(fd_);
}

void Folder::open(SandboxPlan& plan) {
  const auto failure = [this] {
    return system_error(errno == EACCES || errno == EPERM ? Status::NotPermitted : Status::CannotCreate, path_);
  };
  if (mkdir(path_.c_str(), 0777) != 0 && errno != EEXIST) throw failure();
  fd_ = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd_ < 0 || faccessat(fd_, ".", W_OK | X_OK, 0) != 0) throw failure();
  if (flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      throw Error(Status::CannotCreate, path_ + ": another sl-hls writes into this folder");
    }
    throw failure();
  }
  plan.output_folders.push_back(fd_);
  DIR* const listing = fdopendir(dup(fd_));
  if (listing == nullptr) throw failure();
  while (const dirent* entry = readdir(listing)) names_.emplace_back(entry->d_name);
  closedir(listing);
  marked_ = std::ranges::find(names_, marker) != names_.end();
}

std::string Folder::text_of_file(const std::string& name) const {
  const int fd = openat(fd_, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return {};
  struct stat info {};
  std::string text;
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
      static_cast<std::uint64_t>(info.st_size) <= max_playlist_bytes) {
    text.resize(static_cast<std::size_t>(info.st_size));
    std::size_t done = 0;
    while (done < text.size()) {
      const ssize_t count = ::read(fd, text.data() + done, text.size() - done);
      if (count <= 0) break;
      done += static_cast<std::size_t>(count);
    }
    text.resize(done);
  }
  close(fd);
  return text;
}

void Folder::read_old() {
  for (const std::string& name : names_) {
    const std::string rendition = rendition_of_playlist(name);
    if (!names_rendition(rendition)) continue;
    auto playlist = parse_media_playlist(text_of_file(name));
    if (!playlist) continue;
    // A playlist of sl-hls names only files of sl-hls.
    const auto files = files_of(*playlist);
    const bool ours = std::ranges::all_of(files, [&](const std::string& file) {
      const auto parts = parse_file_name(file);
      return parts && parts->rendition == rendition;
    });
    if (!ours) continue;
    if (playlist->open) complete_parts(rendition, *playlist);
    playlist->hint.clear();
    old_[rendition] = std::move(*playlist);
  }
}

// A killed run has listed parts of an incomplete segment. Make a segment of them: players wait for it.
void Folder::complete_parts(const std::string& rendition, MediaPlaylist& playlist) {
  Segment segment = std::move(*playlist.open);
  playlist.open.reset();
  segment.uri = rendition + "-" + std::to_string(playlist.next()) + ".m4s";
  std::string bytes;
  for (const Part& part : segment.parts) {
    const std::string some = part.gap ? "" : text_of_file(part.uri);
    segment.gap = segment.gap || some.empty();
    segment.duration += part.duration;
    bytes += some;
  }
  if (!segment.gap) write(segment.uri, bytes);
  playlist.segments.push_back(std::move(segment));
}

void Folder::clear_away() {
  std::set<std::string> named;
  for (const auto& [rendition, playlist] : old_) {
    for (std::string& file : files_of(playlist)) named.insert(std::move(file));
    first_free_[rendition] = playlist.next();
  }
  for (const std::string& name : names_) {
    const std::optional<std::string> temporary = temporary_of(name);
    if (temporary && (parse_file_name(*temporary) || temporary->ends_with(".m3u8"))) remove(name);
    const std::optional<FileName> file = parse_file_name(name);
    if (!file || named.contains(name)) continue;
    const auto old = old_.find(file->rendition);
    // In a folder without a trace of sl-hls, the file belongs to another program.
    if (old == old_.end() && !marked_) continue;
    const std::int64_t wait = old == old_.end() ? 0 : retention(*file, old->second);
    if (wait == 0) {
      remove(name);
    } else {
      remove_after(name, wait);
    }
  }
  names_.clear();
}

// How long to keep a file that no playlist lists any more. Short runs never reach that length, so delete a file once a
// full playlist's worth of segments follows it.
std::int64_t Folder::retention(const FileName& file, const MediaPlaylist& old) const {
  const std::uint64_t kept = old.segments.size() + 1;
  const std::uint64_t oldest = old.sequence - std::min(old.sequence, kept);
  if (file.number >= old.next()) return 0;  // never listed
  if (file.part && file.number >= old.sequence) return old.target * 3000000;
  if (file.number >= oldest) return file.number < old.sequence || file.map ? old.duration() : 0;
  if (!file.map) return 0;
  // Keep an initialization section until the segments of the next one have expired too.
  const bool replaced = std::ranges::any_of(names_, [&](const std::string& name) {
    const std::optional<FileName> other = parse_file_name(name);
    return other && other->map && other->rendition == file.rendition && other->number > file.number &&
           other->number <= oldest;
  });
  return replaced ? 0 : old.duration();
}

std::uint64_t Folder::first_free(const std::string& rendition) const {
  const auto found = first_free_.find(rendition);
  return found == first_free_.end() ? 0 : found->second;
}

void Folder::appear(Target target, const std::string& name) {
  if (!marked_) {
    const int mark = openat(fd_, marker, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (mark >= 0) close(mark);
    marked_ = true;
  }
  target.finish();
  order_mirror('+', name);
}

bool Folder::may_hold() { return held_ < max_held_ && ++held_ != 0; }

void Folder::write(const std::string& name, std::span<const std::byte> bytes) {
  Target target = create(name);
  target.write(bytes);
  appear(std::move(target), name);
}

void Folder::write(const std::string& name, const std::string& text) { write(name, std::as_bytes(std::span(text))); }

void Folder::remove(const std::string& name) const {
  unlinkat(fd_, name.c_str(), 0);
  order_mirror('-', name);
}

// ---- The mirror: sl-put, a process with access to the network and this folder only ----

void Folder::start_mirror(const std::string& url) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) throw system_error(Status::Resources, url);
  const std::vector<std::string> arguments{find_part("sl-put"), std::to_string(getpid()), url};
  // It gets the folder as the first descriptor after the standard ones.
  const int place = STDERR_FILENO + 1;
  const int held = fcntl(place, F_DUPFD_CLOEXEC, 0);
  if (fd_ != place && dup2(fd_, place) < 0) throw system_error(Status::Resources, url);
  if (fd_ == place) fcntl(fd_, F_SETFD, 0);
  mirror_ = Helper::start(arguments, ends[1], -1);
  if (fd_ == place) {
    fcntl(fd_, F_SETFD, FD_CLOEXEC);
  } else if (held >= 0) {
    dup3(held, place, O_CLOEXEC);
  } else {
    close(place);
  }
  if (held >= 0) close(held);
  close(ends[1]);
  mirror_orders_ = ends[0];
  // Send the last files again: a killed run may not have sent them.
  constexpr std::size_t max_files = 20;
  for (const auto& [rendition, playlist] : old_) {
    if (playlist.ended) continue;
    const std::vector<std::string> files = files_of(playlist);
    for (std::size_t i = files.size() - std::min(files.size(), max_files); i < files.size(); ++i) {
      order_mirror('+', files[i]);
    }
  }
}

void Folder::order_mirror(char what, const std::string& name) const {
  if (mirror_orders_ < 0) return;
  const std::string order = what + name + "\n";
  for (std::size_t done = 0; done < order.size();) {
    const ssize_t count = send(mirror_orders_, order.data() + done, order.size() - done, MSG_NOSIGNAL);
    if (count > 0) done += static_cast<std::size_t>(count);
    if (count < 0 && errno != EINTR) {
      close(std::exchange(mirror_orders_, -1));
      return;
    }
    if (count < 0) check_interrupt();
  }
}

// sl-put has reported its failure.
void Folder::mirror_failed() const {
  const Ending& ending = mirror_->wait();
  const Status status = ending.code.value_or(0) > 0 ? static_cast<Status>(*ending.code) : Status::Unavailable;
  throw Error::upstream(status, {"sl-put", "", ending.code, ending.signal, "the web server does not accept it"}, true);
}

void Folder::check_mirror() const {
  if (mirror_ && mirror_orders_ < 0) mirror_failed();
}

void Folder::finish() {
  check_mirror();
  if (mirror_orders_ < 0) return;
  close(std::exchange(mirror_orders_, -1));
  if (!mirror_->wait().good()) mirror_failed();
}

void Folder::remove_after(const std::string& name, std::int64_t later) { expiring_.emplace(listed_ + later, name); }

void Folder::advance_to(std::int64_t listed) {
  listed_ = std::max(listed_, listed);
  while (!expiring_.empty() && expiring_.begin()->first <= listed_) {
    remove(expiring_.begin()->second);
    expiring_.erase(expiring_.begin());
  }
}

void Folder::remove_expired() {
  for (const auto& [when, name] : std::exchange(expiring_, {})) remove(name);
}

void Folder::retire_others(const std::vector<std::string>& renditions, std::int64_t later) {
  for (const auto& [rendition, playlist] : old_) {
    if (std::ranges::find(renditions, rendition) != renditions.end()) continue;
    remove_after(rendition + ".m3u8", later);
    for (const std::string& file : files_of(playlist)) remove_after(file, later);
  }
}

void Folder::trouble(const Error& error, const std::string& consequence) {
  if (!in_trouble_) warn(path_ + "/" + error.what() + ": " + consequence);
  in_trouble_ = true;
  last_trouble_ = error;
}

}  // namespace sl::hls

// Output files: made without a name (O_TMPFILE), so that even SIGKILL leaves nothing, and linked at the end.
//
// link() replaces no file. Over an older file, the new one gets a hidden temporary name (".out.png.1.tmp") and is then
// renamed, so that a file has the final name at every moment. The hidden name exists for microseconds;
// if the file system has no O_TMPFILE or the system forbids links (AppArmor, Android), it exists while the file is
// written, or while it is copied. A signal removes it. A process holds the file of its temporary name by flock(), so
// that the next process that writes the same file recognises what a killed one has left, and removes it.

#include "libcore/bytes/output_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <utility>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/report.h"
#include "libcore/process/signals.h"

namespace sl {

namespace {

constexpr const char* acl = "system.posix_acl_access";

std::string path_of_descriptor(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

Error creation_error(const std::string& path) {
  return system_error(errno == EACCES || errno == EPERM ? Status::NotPermitted : Status::CannotCreate, path);
}

bool is_same_file(int fd, int folder, const std::string& name) {
  struct stat own {};
  struct stat named {};
  return fstat(fd, &own) == 0 && fstatat(folder, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         own.st_dev == named.st_dev && own.st_ino == named.st_ino;
}

bool lock(int fd) { return flock(fd, LOCK_EX | LOCK_NB) == 0; }

// Return whether this process may link unnamed files, by doing it once, in the first folder that it asks for.
bool may_link(int folder) {
  static const bool may = [folder] {
    const int fd = openat(folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    const std::string name = ".streamlib." + std::to_string(getpid()) + ".tmp";
    const bool linked = linkat(AT_FDCWD, path_of_descriptor(fd).c_str(), folder, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
    if (linked) unlinkat(folder, name.c_str(), 0);
    close(fd);
    return linked;
  }();
  return may;
}

// Return the names of the extended attributes of a file.
std::vector<std::string> attribute_names(const std::string& path) {
  std::vector<char> list(XATTR_LIST_MAX);
  const ssize_t size = llistxattr(path.c_str(), list.data(), list.size());
  std::vector<std::string> names;
  for (const char* at = list.data(); at < list.data() + size; at += names.back().size() + 1) names.emplace_back(at);
  return names;
}

// ACL, SELinux label and the user's own ones. Others (capabilities, checksums of the system) belong to the old content.
bool is_kept(const std::string& attribute) {
  return attribute == acl || attribute == "security.selinux" || attribute.starts_with("user.");
}

}  // namespace

std::string follow_links(const std::string& path, int directory) {
  constexpr int most_links = 40;  // as the kernel follows
  std::string at = path;
  for (int i = 0; i < most_links; ++i) {
    std::array<char, PATH_MAX> text{};
    const ssize_t length = readlinkat(directory, at.c_str(), text.data(), text.size());
    if (length <= 0) return at;
    const std::string to(text.data(), static_cast<std::size_t>(length));
    at = to[0] == '/' ? to : at.substr(0, at.rfind('/') + 1) + to;
  }
  return at;
}

OutputFile::OutputFile(const std::string& path, int directory, Sync sync) : OutputFile() {
  path_ = follow_links(path, directory);
  readable_ = directory == AT_FDCWD;
  sync_ = sync;
  const std::size_t slash = path_.rfind('/');
  name_ = path_.substr(slash + 1);
  if (name_.empty()) throw Error(Status::CannotCreate, path + ": is a folder's name");
  const std::string folder = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
  folder_ = openat(directory, folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder_ < 0) throw system_error(Status::CannotCreate, path);
  struct stat old {};
  const bool replaces = fstatat(folder_, name_.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
  const mode_t mode = replaces ? 0600 : 0666;
  if (access("/proc/self/fd", X_OK) == 0 && (readable_ || may_link(folder_))) {
    fd_ = openat(folder_, ".", O_TMPFILE | (readable_ ? O_RDWR : O_WRONLY) | O_CLOEXEC, mode);
  }
  if (fd_ < 0) create_named(mode);
  if (replaces) take_attributes(old);
}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) {
    unlinkat(folder_, temporary_.c_str(), 0);
    unlink_when_killed(AT_FDCWD, nullptr);
  }
  close(fd_);
  close(folder_);
}

// Remove a temporary file that no process holds. Return whether its name is free.
bool OutputFile::remove_stale(const std::string& temporary) const {
  int fd = openat(folder_, temporary.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 && errno == EACCES) {
    fd = openat(folder_, temporary.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  }
  if (fd < 0) return errno == ENOENT;
  const bool stale = lock(fd) && is_same_file(fd, folder_, temporary) && unlinkat(folder_, temporary.c_str(), 0) == 0;
  close(fd);
  return stale;
}

// Find a temporary name for which `make`, which must create a file of the name, returns true. On failure return false
// and leave errno.
template <class Make>
bool OutputFile::claim_temporary(Make make) {
  constexpr int most = 1000;  // processes that write the same file
  for (int i = 1; i <= most; ++i) {
    // The name is cut: even the longest one that the file system allows needs a temporary one.
    temporary_ = "." + name_.substr(0, 200) + "." + std::to_string(i) + ".tmp";
    unlink_when_killed(folder_, nullptr);
    do {
      if (make(temporary_)) {
        unlink_when_killed(folder_, temporary_.c_str());
        return true;
      }
      if (errno != EEXIST) {
        temporary_.clear();
        return false;
      }
    } while (remove_stale(temporary_));  // else a living process has it
  }
  errno = EEXIST;
  temporary_.clear();
  return false;
}

void OutputFile::create_named(mode_t mode) {
  const bool made = claim_temporary([this, mode](const std::string& name) {
    const int flags = (readable_ ? O_RDWR : O_WRONLY) | O_CREAT | O_EXCL | O_CLOEXEC;
    fd_ = openat(folder_, name.c_str(), flags, mode);
    if (fd_ < 0) return false;
    if (lock(fd_) && is_same_file(fd_, folder_, name)) return true;
    close(std::exchange(fd_, -1));  // another process has just taken it for a stale one
    errno = EEXIST;
    return false;
  });
  if (!made) throw creation_error(path_);
}

// ---- The file that is replaced ----

void OutputFile::lose(const std::string& attribute) { lost_ += (lost_.empty() ? "" : ", ") + attribute; }

void OutputFile::take_attributes(const struct stat& old) {
  lost_.clear();
  struct stat own {};
  mode_t mode = old.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO);
  if (fstat(fd_, &own) != 0) throw system_error(Status::CannotCreate, path_);
  if (old.st_gid != own.st_gid && fchown(fd_, static_cast<uid_t>(-1), old.st_gid) != 0) {
    mode &= ~static_cast<mode_t>(S_IRWXG) | (mode & S_IRWXO) << 3;  // another group gets no more than all others
    lose("group");
  }
  take_extended_attributes(mode);
  if (fchmod(fd_, mode) != 0) lose("mode");
  if (old.st_uid != own.st_uid && fchown(fd_, old.st_uid, static_cast<gid_t>(-1)) != 0) lose("owner");
}

void OutputFile::take_extended_attributes(mode_t& mode) {
  const std::string old = path_of_descriptor(folder_) + "/" + name_;
  fremovexattr(fd_, acl);  // inherited from the folder
  std::vector<char> value(XATTR_SIZE_MAX);
  for (const std::string& name : attribute_names(old)) {
    if (!is_kept(name)) continue;
    const ssize_t size = lgetxattr(old.c_str(), name.c_str(), value.data(), value.size());
    if (size >= 0 && fsetxattr(fd_, name.c_str(), value.data(), static_cast<std::size_t>(size), 0) == 0) continue;
    if (name == acl) mode &= ~static_cast<mode_t>(S_IRWXG);  // these bits were the ACL's mask
    lose("attribute " + name);
  }
}

// ---- The end ----

void OutputFile::sync_to_disk() const {
  while (fsync(fd_) != 0) {
    if (errno == EINVAL || errno == ENOSYS) return;  // a file system that has none
    if (errno != EINTR) throw system_error(Status::Io, path_);
    check_interrupt();
  }
}

// A network file system reports a full disk in close(). A copy is closed: an unnamed file would vanish with its last.
void OutputFile::close_checked() const {
  const int copy = dup(fd_);
  if (copy >= 0 && close(copy) != 0) throw system_error(Status::Io, path_);
}

bool OutputFile::link_as(const std::string& as) const {
  return linkat(AT_FDCWD, path_of_descriptor(fd_).c_str(), folder_, as.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

void OutputFile::copy_from(int fd) {
  std::vector<std::byte> bytes(std::size_t{1} << 20);
  for (off_t position = 0;;) {
    const ssize_t count = pread(fd, bytes.data(), bytes.size(), position);
    if (count == 0) return;
    for (ssize_t done = 0; done < count;) {
      const ssize_t some = pwrite(fd_, bytes.data() + done, static_cast<std::size_t>(count - done), position + done);
      if (some < 0) throw system_error(Status::Io, path_);
      done += some;
    }
    if (count < 0) throw system_error(Status::Io, path_);
    check_interrupt();
    position += count;
  }
}

// Continue with a copy that has a temporary name: the unnamed file cannot be linked.
void OutputFile::copy_to_named() {
  struct stat own {};
  struct stat old {};
  fstat(fd_, &own);
  const int unnamed = std::exchange(fd_, -1);
  readable_ = false;  // the sandbox is in force
  try {
    create_named(own.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO));
    if (fstatat(folder_, name_.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0) take_attributes(old);
    copy_from(unnamed);
  } catch (const Error&) {
    close(unnamed);
    throw;
  }
  close(unnamed);
}

void OutputFile::name_as(const std::string& as) {
  if (temporary_.empty()) {
    if (link_as(as)) return;
    const auto link = [this](const std::string& name) { return link_as(name); };
    if (errno != EEXIST || !(lock(fd_) && claim_temporary(link))) {
      if (!readable_) throw system_error(Status::CannotCreate, path_);
      copy_to_named();
    }
  }
  if (renameat(folder_, temporary_.c_str(), folder_, as.c_str()) != 0) throw system_error(Status::CannotCreate, path_);
  unlink_when_killed(AT_FDCWD, nullptr);
  temporary_.clear();
}

void OutputFile::give_name() {
  struct stat old {};
  const bool replaces = fstatat(folder_, name_.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
  if (sync_ == Sync::Always || (sync_ == Sync::IfReplacing && replaces)) sync_to_disk();
  close_checked();
  name_as(name_);
  if (replaces && old.st_nlink > 1)
    warn(path_ + ": other names of the replaced file (hard links) keep its old content");
  if (!lost_.empty()) warn(path_ + ": the replaced file's " + lost_ + " could not be kept");
}

std::string OutputFile::give_part_name() {
  if (sync_ == Sync::Always && fsync(fd_) != 0) errno = 0;  // the disk may be full: keep what is there
  name_as(name_ + ".part");
  return path_ + ".part";
}

}  // namespace sl

// A folder that is read and never left: its files, and word of what changes in it.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sl::serve {

// An open regular file.
class File {
 public:
  File() = default;
  explicit File(int fd) : fd_(fd) {}
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  // The descriptor, from now on the caller's.
  [[nodiscard]] int release();
  [[nodiscard]] int fd() const { return fd_; }

  std::uint64_t size = 0;
  std::int64_t modified = 0;  // unix seconds
  std::string tag;            // another one whenever the file is another one: an entity tag with its quotes

 private:
  int fd_ = -1;
};

class Folder {
 public:
  // Throws NoInput, NotPermitted.
  explicit Folder(const std::string& path);
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();

  // A regular file beneath it, by a way without symbolic links. Nothing where there is none that may be read.
  [[nodiscard]] std::optional<File> open(const std::string& name) const;

  // Has `changes` tell of what happens beside the file `name`, which need not be there. False where the kernel cannot:
  // then one has to look again and again.
  [[nodiscard]] bool watch_beside(const std::string& name);
  // To be polled, or -1.
  [[nodiscard]] int changes() const { return changes_; }
  void take_changes();

 private:
  int folder_, changes_;
  std::map<std::string, int, std::less<>> watched_;  // folders, and their watches
};

}  // namespace sl::serve

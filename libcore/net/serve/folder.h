// The served folder: files beneath it and nothing else, and notice of changes in it.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace sl::serve {

// An open regular file.
class File {
 public:
  File() = default;
  explicit File(int fd) : fd_(fd) {}
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  // Pass the descriptor's ownership to the caller.
  [[nodiscard]] int release();
  [[nodiscard]] int fd() const { return fd_; }

  std::uint64_t size = 0;
  std::int64_t modified = 0;  // unix seconds
  std::string tag;            // an entity tag with its quotes, different for each state of the file

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

  // Open a regular file beneath the folder, by a path without symbolic links. Return nothing if that is impossible.
  [[nodiscard]] std::optional<File> open(const std::string& name) const;

  // Make `changes` readable after changes in the folder of the file `name`, which may be missing. Return false if the
  // kernel cannot: then the caller has to poll the file.
  [[nodiscard]] bool watch_beside(const std::string& name);
  // A descriptor to poll, or -1.
  [[nodiscard]] int changes() const { return changes_; }
  void take_changes();

 private:
  int folder_, changes_;
  std::map<std::string, int, std::less<>> watched_;  // folders, and their watches
};

}  // namespace sl::serve

// A file that appears under its name only when it is complete, and that replaces an older one with that one's mode,
// owner, ACL and extended attributes.

#pragma once

#include <sys/types.h>

#include <string>

struct stat;

namespace sl {

// When to wait until a file is on the disk before it gets its name, so that after a loss of power the name leads to the
// old file or to the whole new one. It costs 5 to 8 ms for a picture on ext4, 40 ms for 100 MB.
enum class Sync {
  IfReplacing,  // pictures: a new one is made again as quickly
  Always,       // film and recordings, which took long to make
  Never,        // files of a live stream, which has no use after the machine has stopped
};

class OutputFile {
 public:
  // Create the file, without a name if the file system can. `path` may lead through symbolic links, also to a file that
  // does not exist yet. `directory` is a descriptor of the folder that `path` is relative to, or AT_FDCWD. Throw
  // CannotCreate or NotPermitted.
  OutputFile(const std::string& path, int directory, Sync sync);
  ~OutputFile();  // remove the file if it has no name yet
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  [[nodiscard]] int fd() const { return fd_; }          // may change in give_name()
  [[nodiscard]] int folder() const { return folder_; }  // O_PATH
  // Whether `fd` is open for reading too: the sandbox may forbid that in a folder given by descriptor.
  [[nodiscard]] bool readable() const { return readable_; }

  // Give the complete file its name, or "NAME.part". Throw Io or CannotCreate.
  void give_name();
  // Return the path of the new name.
  std::string give_part_name();

 private:
  OutputFile() = default;
  void create_named(mode_t mode);
  void take_attributes(const struct stat& old);
  void take_extended_attributes(mode_t& mode);
  void lose(const std::string& attribute);
  void sync_to_disk() const;
  void close_checked() const;
  void name_as(const std::string& as);
  bool link_as(const std::string& as) const;
  void copy_to_named();
  void copy_from(int fd);
  bool remove_stale(const std::string& temporary) const;
  template <class Make>
  bool claim_temporary(Make make);

  std::string path_;  // for messages, after symbolic links
  std::string name_;  // in folder_
  int folder_ = -1, fd_ = -1;
  bool readable_ = false;
  Sync sync_ = Sync::Never;
  std::string temporary_;  // its name in folder_ until it has its own; empty if it has none
  std::string lost_;       // attributes of the replaced file that could not be kept
};

// Return `path` after the symbolic links of its last component. They may lead to no file.
[[nodiscard]] std::string follow_links(const std::string& path, int directory);

}  // namespace sl

// All that sl-fetch reads for a stage, by number: the URL of the command line is 0, what something from outside refers
// to is opened and closed on the way. Together they stay within one limit of bytes, on connections that all share.

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/bytes/remote.h"
#include "libcore/net/fetch/gate.h"
#include "libcore/net/fetch/resource.h"

namespace sl::fetch {

class Library {
 public:
  // `url` may be empty: then there is no resource 0. Throws Usage and NoInput.
  Library(const std::string& url, const std::vector<std::string>& allowed, std::uint64_t max_bytes,
          std::chrono::seconds timeout);

  // Throws NotPermitted, NoInput, Limit.
  void open(std::uint32_t number, const std::string& reference, std::uint64_t start, std::uint64_t stop);
  void close(std::uint32_t number) { entries_.erase(number); }
  [[nodiscard]] bool has(std::uint32_t number) const { return entries_.contains(number); }

  // As Resource::read; fills in what `reply` tells of the resource. Throws its failure.
  [[nodiscard]] std::optional<std::size_t> read(std::uint32_t number, std::uint64_t offset, std::span<std::byte> into,
                                                std::uint64_t until, remote_wire::Reply& reply);
  // Where it was found, after redirects; without user and password.
  [[nodiscard]] std::string place(std::uint32_t number) const;
  void count(remote_wire::Reply& reply) const;

  // Works on all of them: how long at most until the next time.
  [[nodiscard]] std::chrono::milliseconds work();
  // Whether `socket` has something.
  [[nodiscard]] bool wait(int socket, std::chrono::milliseconds time) {
    return household_.connections.wait(socket, static_cast<int>(time.count()));
  }
  [[nodiscard]] std::vector<std::string> folders() const { return gate_.folders(); }

 private:
  // A file of a folder that is allowed.
  struct File {
    explicit File(int descriptor, std::string path) : fd(descriptor), name(std::move(path)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File();
    int fd;
    std::string name;
  };
  struct Entry {
    std::unique_ptr<Resource> resource;
    std::unique_ptr<File> file;
  };
  std::size_t read_file(const File& file, std::uint64_t offset, std::span<std::byte> into, remote_wire::Reply& reply);

  Gate gate_;
  Household household_;
  std::string origin_, user_, password_;  // of the URL that the user named
  std::map<std::uint32_t, Entry> entries_;
};

}  // namespace sl::fetch

// All resources that sl-fetch reads for a stage, by number: 0 is the URL of the command line; references of untrusted
// content are opened and closed later. They share one limit of bytes and the connections.

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
  // An empty `url` makes no resource 0. Throws Usage and NoInput.
  Library(const std::string& url, const std::vector<std::string>& allowed, std::uint64_t max_bytes,
          std::chrono::seconds timeout);

  // Throws NotPermitted, NoInput, Limit.
  void open(std::uint32_t number, const std::string& reference, std::uint64_t start, std::uint64_t stop);
  void close(std::uint32_t number) { entries_.erase(number); }
  [[nodiscard]] bool has(std::uint32_t number) const { return entries_.contains(number); }

  // As Resource::read, and fill in the resource's members of `reply`. Throws the resource's failure.
  [[nodiscard]] std::optional<std::size_t> read(std::uint32_t number, std::uint64_t offset, std::span<std::byte> into,
                                                std::uint64_t until, remote_wire::Reply& reply);
  // Return the URL after redirects, without user and password.
  [[nodiscard]] std::string place(std::uint32_t number) const;
  void count(remote_wire::Reply& reply) const;

  // Advance all resources. Return the longest time until the next call.
  [[nodiscard]] std::chrono::milliseconds work();
  // Block until the network or `socket` is readable, at most so long. Return whether `socket` is.
  [[nodiscard]] bool wait(int socket, std::chrono::milliseconds time) {
    return household_.connections.wait(socket, static_cast<int>(time.count()));
  }
  [[nodiscard]] std::vector<std::string> folders() const { return gate_.folders(); }

 private:
  // A file in an allowed folder.
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
  std::string origin_, user_, password_;  // of the user's URL
  std::map<std::uint32_t, Entry> entries_;
};

}  // namespace sl::fetch

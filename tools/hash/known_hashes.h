// Hashes that sl-hash has printed before, to find pictures that look alike.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sl::hash {

class KnownHashes {
 public:
  // Read lines of sl-hash from a file. Throws NoInput, NotPermitted, and Data for other lines.
  explicit KnownHashes(const std::string& file);
  struct Match {
    int bits;  // apart
    const std::string* line;
  };
  // Return those at most `most` bits apart, the nearest first.
  [[nodiscard]] std::vector<Match> near(std::uint64_t hash, int most) const;

 private:
  struct Known {
    std::uint64_t hash;
    std::string line;
  };
  std::vector<Known> known_;
};

}  // namespace sl::hash

// The second word of each line.

#include "tools/hash/known_hashes.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/bytes/name_list.h"
#include "libcore/pixels/perceptual_hash.h"

namespace sl::hash {

KnownHashes::KnownHashes(const std::string& file) {
  constexpr std::size_t exact = 64, perceptual = 16;
  for (std::string& line : read_names(file, false)) {
    const bool fits = line.size() > exact + 1 + perceptual && line[exact] == ' ' && line[exact + 1 + perceptual] == ' ';
    const auto hash = fits ? to_number<std::uint64_t>(line.substr(exact + 1, perceptual), 16) : std::nullopt;
    if (!hash) throw Error(Status::Data, file + ": line " + std::to_string(known_.size() + 1) + " is not of sl-hash");
    known_.push_back({*hash, std::move(line)});
  }
}

std::vector<KnownHashes::Match> KnownHashes::near(std::uint64_t hash, int most) const {
  std::vector<Match> matches;
  for (const Known& known : known_) {
    const int bits = bits_apart(hash, known.hash);
    if (bits <= most) matches.push_back({bits, &known.line});
  }
  std::ranges::stable_sort(matches, {}, &Match::bits);
  return matches;
}

}  // namespace sl::hash

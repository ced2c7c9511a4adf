// Cutting a list into names.

#include "libcore/bytes/name_list.h"

#include <unistd.h>

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/bytes/source.h"

namespace sl {

std::vector<std::string> read_names(const std::string& file, bool by_zero) {
  constexpr std::size_t most = 1 << 20;
  Source source = file == "-" ? Source::descriptor(dup(STDIN_FILENO), "standard input") : Source::file(file);
  const std::byte end{by_zero ? std::uint8_t{0} : std::uint8_t{'\n'}};
  std::vector<std::string> names(1);
  for (auto bytes = source.peek(1); !bytes.empty(); bytes = source.peek(1)) {
    const auto length = static_cast<std::size_t>(std::ranges::find(bytes, end) - bytes.begin());
    names.back().append(reinterpret_cast<const char*>(bytes.data()), length);
    if (length < bytes.size() && !names.back().empty()) names.emplace_back();
    if (names.size() > most)
      throw Error(Status::Limit, source.name() + ": has over a million names (nothing raises the limit)");
    source.consume(std::min(length + 1, bytes.size()));
  }
  if (names.back().empty()) names.pop_back();
  return names;
}

}  // namespace sl

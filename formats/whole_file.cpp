// Reading to the end.

#include "formats/whole_file.h"

#include <algorithm>
#include <span>

#include "libcore/base/limits.h"

namespace sl {

std::vector<std::byte> read_whole(Source& source, std::string_view what, std::uint64_t most) {
  constexpr std::size_t piece = 1 << 20;
  std::vector<std::byte> file;
  const auto size = source.size();
  const std::uint64_t left = size ? std::min(*size - std::min(*size, source.position()), most) : 0;
  check_memory(source.name(), left, what);
  file.reserve(left + 1);
  for (std::size_t count = 1; count != 0 && file.size() < most;) {
    const std::size_t have = file.size(), room = std::max<std::size_t>(file.capacity() - have, size ? 1 : piece);
    const std::size_t more = static_cast<std::size_t>(std::min<std::uint64_t>(room, most - have));
    check_memory(source.name(), have + more, what);
    file.resize(have + more);
    count = source.read(std::span(file).subspan(have));
    file.resize(have + count);
  }
  return file;
}

}  // namespace sl

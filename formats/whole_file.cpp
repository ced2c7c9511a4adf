// Reading to the end.

#include "formats/whole_file.h"

#include <algorithm>
#include <span>

#include "libcore/base/limits.h"

namespace sl {

std::vector<std::byte> read_whole(Source& source, std::string_view what) {
  constexpr std::size_t piece = 1 << 20;
  std::vector<std::byte> file;
  const auto size = source.size();
  const std::uint64_t left = size ? *size - std::min(*size, source.position()) : 0;
  check_memory(source.name(), left, what);
  file.reserve(left + 1);
  for (std::size_t count = 1; count != 0;) {
    const std::size_t have = file.size(), more = std::max<std::size_t>(file.capacity() - have, size ? 1 : piece);
    check_memory(source.name(), have + more, what);
    file.resize(have + more);
    count = source.read(std::span(file).subspan(have));
    file.resize(have + count);
  }
  return file;
}

}  // namespace sl

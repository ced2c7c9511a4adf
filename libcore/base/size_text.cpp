// Parsing and printing of sizes.

#include "libcore/base/size_text.h"

#include "libcore/base/parse.h"

namespace sl {

std::optional<Size> read_size(std::string_view text, std::uint32_t max) {
  const std::size_t cross = text.find('x');
  if (cross == std::string_view::npos) return std::nullopt;
  const auto read = [max](std::string_view digits, std::uint32_t& number) {
    number = to_number<std::uint32_t>(digits).value_or(0);
    return number >= 1 && number <= max;
  };
  Size size;
  if (!read(text.substr(0, cross), size.width) || !read(text.substr(cross + 1), size.height)) return std::nullopt;
  return size;
}

void parse_value(std::string_view option, std::string_view text, Size& size) {
  const auto read = read_size(text);
  if (!read) bad_value(option, text, "is not WIDTHxHEIGHT, as 1280x720");
  size = *read;
}

std::string size_text(const Size& size) { return std::to_string(size.width) + "x" + std::to_string(size.height); }

}  // namespace sl

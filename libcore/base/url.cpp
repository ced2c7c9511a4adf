// Recognise http and https, and cut secrets out.

#include "libcore/base/url.h"

#include <algorithm>

namespace sl {

bool is_url(std::string_view input) {
  const auto starts_with = [&](std::string_view scheme) {
    return std::ranges::equal(scheme, input.substr(0, scheme.size()), {}, {},
                              [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  };
  return starts_with("http://") || starts_with("https://");
}

std::string without_secrets(std::string_view input) {
  std::string text(input);
  const std::size_t scheme = text.find("://");
  if (scheme == std::string::npos) return text;
  text.erase(std::min(text.find_first_of("?#", scheme), text.size()));
  const std::size_t path = std::min(text.find('/', scheme + 3), text.size());
  const std::size_t at = text.rfind('@', path);
  if (at != std::string::npos && at > scheme) text.erase(scheme + 3, at - scheme - 2);
  return text;
}

}  // namespace sl

// What a URL is to a command line.

#pragma once

#include <string>
#include <string_view>

namespace sl {

// Whether INPUT is for sl-fetch.
[[nodiscard]] bool is_url(std::string_view input);
// A URL without user, password, query and fragment, for messages and streams; anything else as it is.
[[nodiscard]] std::string without_secrets(std::string_view input);

}  // namespace sl

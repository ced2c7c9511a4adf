// URLs on command lines and in messages.

#pragma once

#include <string>
#include <string_view>

namespace sl {

// Return whether `input` is a URL for sl-fetch: http or https.
[[nodiscard]] bool is_url(std::string_view input);
// Return a URL without user, password, query and fragment, for messages and streams; other text unchanged.
[[nodiscard]] std::string without_secrets(std::string_view input);

}  // namespace sl

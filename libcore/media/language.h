// Names of languages (RFC 5646, "Tags for Identifying Languages").

#pragma once

#include <string>
#include <string_view>

namespace sl {

// Return the tag in its shortest form and usual case: "de" for "deu", "ger" and "DE", "pt-BR" for "por_br". Return ""
// for "und" and for a text that is no tag.
[[nodiscard]] std::string language_tag(std::string_view text);

}  // namespace sl

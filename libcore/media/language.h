// Names of languages (RFC 5646, "Tags for Identifying Languages").

#pragma once

#include <string>
#include <string_view>

namespace sl {

// Return the tag in its shortest form and usual case: "de" for "deu", "ger" and "DE", "pt-BR" for "por_br". Return ""
// for "und" and for a text that is no tag.
[[nodiscard]] std::string language_tag(std::string_view text);

// Return the language's code of three letters (ISO 639-2): "deu" for "de", "ger" and "de-AT"; "" if it has none. And
// the bibliographic one of such a code, which few languages have ("ger").
[[nodiscard]] std::string language_code(std::string_view text);
[[nodiscard]] std::string bibliographic_code(const std::string& code);

}  // namespace sl

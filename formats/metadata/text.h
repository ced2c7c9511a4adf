// Texts of a picture, each under a keyword: comments of JPEG and GIF ("Comment"), and PNG's tEXt, zTXt and iTXt.
//
// On the wire they are `meta.text` of the track as long as the TRACK has room for them, and beyond that members of the
// attachment `text`, a JSON object like it.

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sl {

struct Picture;

inline constexpr std::string_view comment_keyword = "Comment";

// Gathers the texts of a header. Texts of one keyword become one, in lines.
class Texts {
 public:
  // Take a text in UTF-8; other bytes are replaced. Return false, and take nothing, for one keyword too many.
  bool add(const std::string& keyword, std::string_view text);
  // Add them to the picture.
  void put(Picture& picture) const;

 private:
  std::vector<std::pair<std::string, std::string>> texts_;  // in the order of the file
  std::map<std::string, std::size_t> places_;               // in it, by keyword
};

// Return keywords and texts of the picture. Throw Wire if its JSON is broken.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> texts_of(const Picture& picture);

// Return the text in UTF-8, taken for Latin-1; and in Latin-1, nothing for characters that it lacks or control
// characters other than the end of a line.
[[nodiscard]] std::string utf8_of_latin1(std::string_view latin1);
[[nodiscard]] std::optional<std::string> latin1_of_utf8(std::string_view utf8);
// Whether the bytes are valid UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace sl

// XML (https://www.w3.org/TR/xml/) as far as manifests need it: elements, attributes and text. No document types, and
// so no entities but the five of its own: nothing in it can refer to a file, or grow.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sl::av {

struct XmlElement {
  std::string name;  // without its namespace's prefix
  std::vector<std::pair<std::string, std::string>> attributes;
  std::string text;  // of this element itself, joined and trimmed
  std::vector<XmlElement> children;

  [[nodiscard]] const std::string* attribute(std::string_view wanted) const;  // null where there is none
  [[nodiscard]] const XmlElement* child(std::string_view wanted) const;       // the first of that name; null
};

// The root element. Throws Data, saying at which byte; Limit beyond a depth of 64.
[[nodiscard]] XmlElement parse_xml(std::string_view text);

}  // namespace sl::av

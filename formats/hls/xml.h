// XML (https://www.w3.org/TR/xml/) as far as manifests need it: elements, attributes and text. Without document types
// there are only the five predefined entities: nothing can refer to a file, or grow.

#pragma once

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

  [[nodiscard]] const std::string* attribute(std::string_view sought) const;  // or null
  [[nodiscard]] const XmlElement* child(std::string_view sought) const;       // the first of that name, or null
};

// Return the root element. Throws Data with the byte's offset; Limit beyond a depth of 64.
[[nodiscard]] XmlElement parse_xml(std::string_view text);

}  // namespace sl::av

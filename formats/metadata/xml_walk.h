// A walk over the tags of an XMP packet. Specification: ISO 16684-1 (XMP part 1), 7; its RDF/XML needs no document
// types, so tags, attributes and the text after a tag are all there is to find.

#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace sl::xml {

// A property of the picture itself (as opposed to one of something that is described further in), or an attribute
// anywhere else, such as xmlns:tiff.
struct Item {
  std::string_view name, value;  // of an element: the text that begins it
  bool is_property;
  bool is_element = false;
};

// The end of a comment and its like; empty for a tag that opens an element.
[[nodiscard]] inline std::string_view end_of_other(std::string_view markup) {
  if (markup.starts_with("<!--")) return "-->";
  if (markup.starts_with("<![CDATA[")) return "]]>";
  if (markup.starts_with("<?")) return "?>";
  return markup.starts_with("<!") || markup.starts_with("</") ? ">" : "";
}

// Visit the tags of a packet, up to its end or the first bytes that are not XML.
class Walk {
 public:
  explicit Walk(std::string_view xml) : xml_(xml) {}

  // Call visit(Item) for all attributes, and for the elements that are properties.
  template <class Visit>
  void run(const Visit& visit) {
    for (at_ = xml_.find('<'); at_ != std::string_view::npos; at_ = xml_.find('<', at_)) {
      const std::string_view end = end_of_other(xml_.substr(at_));
      if (end.empty()) {
        if (!tag(visit)) return;
        continue;
      }
      if (xml_.substr(at_, 2) == "</") --depth_;
      at_ = xml_.find(end, at_);
    }
  }

 private:
  // The characters from here to one of `ends`.
  std::string_view word(std::string_view ends) {
    const std::size_t begin = at_;
    at_ = std::min(xml_.find_first_of(ends, at_), xml_.size());
    return xml_.substr(begin, at_ - begin);
  }

  // False: it is no tag.
  template <class Visit>
  bool tag(const Visit& visit) {
    ++at_;
    const std::string_view name = word("/> \t\r\n");
    if (depth_ <= 1 && (name == "RDF" || name.ends_with(":RDF"))) rdf_ = depth_;
    while (true) {
      at_ = xml_.find_first_not_of(" \t\r\n", at_);
      if (at_ == std::string_view::npos) return false;
      if (xml_.substr(at_, 2) == "/>") return true;
      if (xml_[at_] == '>') break;
      const std::string_view attribute = word("=/> \t\r\n");
      const std::size_t quote = xml_.find_first_not_of("= \t\r\n", at_);
      if (attribute.empty() || quote == std::string_view::npos || (xml_[quote] != '"' && xml_[quote] != '\''))
        return false;
      at_ = quote + 1;
      const std::string_view value = word(xml_.substr(quote, 1));
      if (at_ == xml_.size()) return false;
      ++at_;
      visit(Item{attribute, value, rdf_ >= 0 && depth_ == rdf_ + 1});
    }
    const std::size_t text = at_ + 1;
    if (rdf_ >= 0 && depth_ == rdf_ + 2) visit(Item{name, xml_.substr(text, xml_.find('<', text) - text), true, true});
    ++depth_;
    return true;
  }

  std::string_view xml_;
  std::size_t at_ = 0;
  int depth_ = 0, rdf_ = -1;  // elements around this place; those around rdf:RDF, once it has come
};

}  // namespace sl::xml

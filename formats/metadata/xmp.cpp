// The orientation in an XMP packet. Specification: ISO 16684-1 (XMP part 1), 7; its RDF/XML needs no document types, so
// tags, attributes and the text after a tag are all there is to find.

#include "formats/metadata/xmp.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <set>
#include <string_view>

namespace sl {
namespace {

constexpr std::string_view tiff_namespace = "http://ns.adobe.com/tiff/1.0/", spaces = " \t\r\n";
constexpr std::size_t none = std::string_view::npos;

// A property of the picture itself (as opposed to one of something that is described further in), or an attribute
// anywhere else, such as xmlns:tiff.
struct Item {
  std::string_view name, value;  // of an element: the text that begins it
  bool is_property;
};

// The end of a comment and its like; empty for a tag that opens an element.
std::string_view end_of_other(std::string_view markup) {
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
    for (at_ = xml_.find('<'); at_ != none; at_ = xml_.find('<', at_)) {
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
      at_ = xml_.find_first_not_of(spaces, at_);
      if (at_ == none) return false;
      if (xml_.substr(at_, 2) == "/>") return true;
      if (xml_[at_] == '>') break;
      const std::string_view attribute = word("=/> \t\r\n");
      const std::size_t quote = xml_.find_first_not_of("= \t\r\n", at_);
      if (attribute.empty() || quote == none || (xml_[quote] != '"' && xml_[quote] != '\'')) return false;
      at_ = quote + 1;
      const std::string_view value = word(xml_.substr(quote, 1));
      if (at_ == xml_.size()) return false;
      ++at_;
      visit(Item{attribute, value, rdf_ >= 0 && depth_ == rdf_ + 1});
    }
    const std::size_t text = at_ + 1;
    if (rdf_ >= 0 && depth_ == rdf_ + 2) visit(Item{name, xml_.substr(text, xml_.find('<', text) - text), true});
    ++depth_;
    return true;
  }

  std::string_view xml_;
  std::size_t at_ = 0;
  int depth_ = 0, rdf_ = -1;  // elements around this place; those around rdf:RDF, once it has come
};

// Return the last digit of an orientation as "6", "+6" or " 06 ", or null for any other value.
const char* digit_of(std::string_view value) {
  const std::size_t last = value.find_last_not_of(spaces);
  if (last == none || value[last] < '1' || value[last] > '8') return nullptr;
  value = value.substr(0, last);
  value.remove_prefix(std::min(value.find_first_not_of(spaces), value.size()));
  if (value.starts_with('+')) value.remove_prefix(1);
  return value.find_first_not_of('0') == none ? value.data() + value.size() : nullptr;
}

}  // namespace

void set_xmp_orientation(std::string& xmp, int orientation) {
  std::set<std::string, std::less<>> names{"tiff:Orientation"};  // the usual prefix, and those that are declared
  constexpr std::string_view declares = "xmlns:";
  Walk(xmp).run([&](const Item& item) {
    if (item.value != tiff_namespace || !item.name.starts_with(declares)) return;
    names.insert(std::string(item.name.substr(declares.size())) + ":Orientation");
  });
  Walk(xmp).run([&](const Item& item) {
    const char* digit = item.is_property && names.contains(item.name) ? digit_of(item.value) : nullptr;
    if (digit != nullptr) xmp[static_cast<std::size_t>(digit - xmp.data())] = static_cast<char>('0' + orientation);
  });
}

}  // namespace sl

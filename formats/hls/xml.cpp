// A recursive descent over the text.

#include "formats/hls/xml.h"

#include <algorithm>
#include <cstdint>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace sl::av {

namespace {

constexpr int max_depth = 64;
constexpr std::string_view blank = " \t\r\n";

void append_utf8(std::string& text, std::uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xc0 | code >> 6);
    text += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xe0 | code >> 12);
    text += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    text += static_cast<char>(0xf0 | code >> 18);
    text += static_cast<char>(0x80 | (code >> 12 & 0x3f));
    text += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (code & 0x3f));
  }
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string_view without_prefix(std::string_view name) { return name.substr(name.find(':') + 1); }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  XmlElement root() {
    if (text_.starts_with("\xef\xbb\xbf")) at_ += 3;
    skip_other();
    XmlElement element = parse_element(0);
    skip_other();
    if (at_ != text_.size()) fail("more after the root element");
    return element;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(Status::Data, "XML, byte " + std::to_string(at_) + ": " + what);
  }

  [[nodiscard]] bool take(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }
  void skip_blank() { at_ = std::min(text_.find_first_not_of(blank, at_), text_.size()); }

  std::string_view up_to(std::string_view end) {
    const std::size_t found = text_.find(end, at_);
    if (found == std::string_view::npos) fail("is cut off");
    const std::string_view part = text_.substr(at_, found - at_);
    at_ = found + end.size();
    return part;
  }

  // Skip comments and processing instructions.
  void skip_other() {
    while (true) {
      skip_blank();
      if (take("<!--")) {
        (void)up_to("-->");
      } else if (take("<?")) {
        (void)up_to("?>");
      } else if (take("<!DOCTYPE")) {
        fail("document types are not supported");
      } else {
        return;
      }
    }
  }

  std::string_view name() {
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n=/>\"'<", at_), text_.size());
    const std::string_view result = text_.substr(at_, end - at_);
    if (result.empty()) fail("a name is missing");
    at_ = end;
    return result;
  }

  std::string decoded(std::string_view raw) const {
    std::string result;
    while (!raw.empty()) {
      const std::size_t ampersand = std::min(raw.find('&'), raw.size());
      result += raw.substr(0, ampersand);
      raw.remove_prefix(ampersand);
      if (raw.empty()) break;
      const std::size_t end = raw.find(';');
      if (end == std::string_view::npos) fail("an entity without end");
      append_entity(result, raw.substr(1, end - 1));
      raw.remove_prefix(end + 1);
    }
    return result;
  }

  void append_entity(std::string& result, std::string_view entity) const {
    constexpr std::pair<std::string_view, char> known[] = {
        {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    for (const auto& [name, letter] : known) {
      if (entity == name) {
        result += letter;
        return;
      }
    }
    const bool hexadecimal = entity.starts_with("#x");
    const std::string_view digits = entity.substr(std::min<std::size_t>(hexadecimal ? 2 : 1, entity.size()));
    const auto code = to_number<std::uint32_t>(digits, hexadecimal ? 16 : 10).value_or(0);
    if (!entity.starts_with('#') || code == 0 || code >= 0x110000) fail("an unknown entity");
    append_utf8(result, code);
  }

  XmlElement parse_element(int depth) {
    if (depth > max_depth) throw Error(Status::Limit, "XML of more than " + std::to_string(max_depth) + " levels");
    if (!take("<")) fail("an element is missing");
    const std::string_view full_name = name();
    XmlElement element;
    element.name = without_prefix(full_name);
    while (true) {
      skip_blank();
      if (take("/>")) return element;
      if (take(">")) break;
      const std::string_view attribute = name();
      skip_blank();
      if (!take("=")) fail("an attribute without a value");
      skip_blank();
      const std::string_view quote = take("\"") ? "\"" : take("'") ? "'" : "";
      if (quote.empty()) fail("an attribute without quotes");
      element.attributes.emplace_back(without_prefix(attribute), decoded(up_to(quote)));
    }
    while (true) {
      const std::size_t bracket = std::min(text_.find('<', at_), text_.size());
      element.text += decoded(text_.substr(at_, bracket - at_));
      at_ = bracket;
      if (at_ == text_.size()) fail("is cut off");
      if (take("</")) {
        if (name() != full_name) fail("another element ends than began");
        skip_blank();
        if (!take(">")) fail("an end without end");
        element.text = trimmed(element.text);
        return element;
      }
      if (take("<![CDATA[")) {
        element.text += up_to("]]>");
      } else if (take("<!--")) {
        (void)up_to("-->");
      } else if (take("<?")) {
        (void)up_to("?>");
      } else {
        element.children.push_back(parse_element(depth + 1));
      }
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

const std::string* XmlElement::attribute(std::string_view sought) const {
  const auto found = std::ranges::find(attributes, sought, &std::pair<std::string, std::string>::first);
  return found == attributes.end() ? nullptr : &found->second;
}

const XmlElement* XmlElement::child(std::string_view sought) const {
  const auto found = std::ranges::find(children, sought, &XmlElement::name);
  return found == children.end() ? nullptr : &*found;
}

XmlElement parse_xml(std::string_view text) { return Parser(text).root(); }

}  // namespace sl::av

// SubRip has no specification: this follows what players take. WebVTT: https://www.w3.org/TR/webvtt1/

#include "subtitle_text.h"

#include <algorithm>
#include <cctype>

#include "libcore/base/color_text.h"

namespace sl::subtitles {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string hex_color(const Rgba& color) {
  const auto part = [](float value) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned>(value * 255 + 0.5F);
    return std::string{digits[byte >> 4], digits[byte & 15]};
  };
  return "{\\c&H" + part(color.blue) + part(color.green) + part(color.red) + "&}";
}

// The value of an attribute: color="red".
std::string attribute(const std::string& tag, std::string_view name) {
  const auto at = tag.find(std::string(name) + "=");
  if (at == std::string::npos) return {};
  std::string value = tag.substr(at + name.size() + 1);
  if (value.starts_with('"') || value.starts_with('\'')) {
    value = value.substr(1, value.find(value[0], 1) - 1);
  } else {
    value.resize(std::min(value.size(), value.find_first_of(" \t/")));
  }
  return value;
}

// The codes for a tag without its brackets.
std::string codes_of(const std::string& tag) {
  for (const char kind : {'b', 'i', 'u', 's'}) {
    if (tag == std::string(1, kind) || tag.starts_with(std::string(1, kind) + "."))
      return std::string("{\\") + kind + "1}";
    if (tag == std::string("/") + kind) return std::string("{\\") + kind + "0}";
  }
  if (tag == "/font") return "{\\c}";
  if (!tag.starts_with("font")) return {};
  Rgba color;
  const std::string value = attribute(tag, "color");
  return !value.empty() && read_color(value, color) ? hex_color(color) : std::string();
}

struct Entity {
  std::string_view name, text;
};
constexpr Entity entities[] = {{"&amp;", "&"},    {"&lt;", "<"},       {"&gt;", ">"},
                               {"&nbsp;", "\\h"}, {"&lrm;", "\u200e"}, {"&rlm;", "\u200f"}};

bool is_tag(std::string_view inside) {
  if (inside.empty()) return false;
  const char first = inside[0] == '/' && inside.size() > 1 ? inside[1] : inside[0];
  return std::isalpha(static_cast<unsigned char>(first)) != 0;
}

}  // namespace

std::string ass_text(std::string_view text, Markup markup) {
  std::string out;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == '\0')) text.remove_suffix(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const std::string_view rest = text.substr(i);
    const auto end = rest.find('>');
    const bool timed =
        markup == Markup::WebVtt && rest.size() > 1 && std::isdigit(static_cast<unsigned char>(rest[1])) != 0;
    if (c == '<' && end != std::string_view::npos && (timed || is_tag(rest.substr(1, end - 1)))) {
      out += codes_of(lower(rest.substr(1, end - 1)));
      i += end;
    } else if (c == '\n') {
      out += "\\N";
    } else if (c == '\r') {
      continue;
    } else if (c == '{' && !rest.starts_with("{\\")) {
      out += "\\{";
    } else if (const auto* entity =
                   std::ranges::find_if(entities, [&](const Entity& e) { return rest.starts_with(e.name); });
               c == '&' && markup == Markup::WebVtt && entity != std::end(entities)) {
      out += entity->text;
      i += entity->name.size() - 1;
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace sl::subtitles

// Headers of the PNM family: three or four numbers with comments between them, or PAM's lines of keyword and value.

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "formats/pnm/pnm.h"
#include "libcore/base/limits.h"

namespace sl {

namespace {

constexpr std::uint64_t max_header = 1u << 20;  // the source keeps all of it, comments included

std::string quoted(std::string_view text) {
  std::string quoted = "\"";
  quoted += printable(text);
  return quoted += '"';
}

// Reads headers byte by byte.
class HeaderParser {
 public:
  explicit HeaderParser(Source& source) : source_(source) {}

  PnmHeader parse() {
    byte();  // 'P', the sniffer has seen it
    const int kind = byte();
    constexpr std::array<std::string_view, 7> families{"PBM", "PGM", "PPM", "PBM", "PGM", "PPM", "PAM"};
    header_.family = pnm_is_digit(kind) ? families[static_cast<std::size_t>(kind - '1')] : "PFM";
    if (kind == '7') {
      pam();
    } else if (pnm_is_digit(kind)) {
      numbers(kind);
    } else {
      pfm(kind);
    }
    for (const auto& [what, value] : {std::pair{"width", header_.width}, std::pair{"height", header_.height}}) {
      if (value == 0 || value > wire_limit::number) fail(std::string(what) + " " + std::to_string(value));
    }
    if (header_.maximum == 0 || header_.maximum > 65535) fail("maxval " + std::to_string(header_.maximum));
    if (header_.depth == 0 || header_.depth > 4) fail("DEPTH " + std::to_string(header_.depth));
    return header_;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(Status::Data, source_.name() + ": " + std::string(header_.family) + ": " + what);
  }

  int byte() {
    const auto head = source_.peek(1);
    if (head.empty()) fail("truncated in the header");
    if (++length_ > max_header) fail("the header is longer than 1 MiB");
    const int c = std::to_integer<int>(head[0]);
    source_.consume(1);
    return c;
  }

  // The next byte outside of comments; a comment counts as the end of line that ends it.
  int significant() {
    int c = byte();
    if (c != '#') return c;
    std::string text;
    for (c = byte(); c != '\n' && c != '\r'; c = byte()) text += static_cast<char>(c);
    comment(text);
    return c;
  }

  void comment(std::string_view text) {
    if (text.starts_with(' ')) text.remove_prefix(1);
    if (!header_.comments.empty()) header_.comments += '\n';
    header_.comments += text;
  }

  // Take the next token, and the one white space after it.
  std::string token() {
    int c = significant();
    while (pnm_is_space(c)) c = significant();
    std::string token;
    for (; !pnm_is_space(c); c = significant()) {
      if (token.size() == 100) fail("more than 100 characters in a row in the header");
      token += static_cast<char>(c);
    }
    return token;
  }

  std::uint64_t number(const std::string& text, std::string_view what) const {
    if (text.empty() || !std::ranges::all_of(text, pnm_is_digit)) {
      fail(quoted(text) + " for the " + std::string(what));
    }
    std::uint64_t value = 0;  // saturates above the maximum of any field
    for (const char c : text) value = std::min<std::uint64_t>(value * 10 + static_cast<unsigned>(c - '0'), 1ull << 50);
    return value;
  }

  void numbers(int kind) {
    header_.width = number(token(), "width");
    header_.height = number(token(), "height");
    const bool bitmap = kind == '1' || kind == '4';
    if (!bitmap) header_.maximum = number(token(), "maxval");
    header_.depth = kind == '3' || kind == '6' ? 3 : 1;
    header_.ascii = kind <= '3';
    header_.packed_bits = kind == '4';
    header_.white_is_zero = bitmap;
  }

  void pfm(int kind) {
    header_.depth = kind == 'f' ? 1 : 3;
    if (const auto next = source_.peek(1); !next.empty() && next[0] == std::byte{'4'}) {  // "PF4", of ImageMagick
      byte();
      header_.depth = 4;
    }
    header_.width = number(token(), "width");
    header_.height = number(token(), "height");
    header_.scale = token();
    header_.real = true;
    char* end = nullptr;
    const double scale = std::strtod(header_.scale.c_str(), &end);
    if (*end != 0 || !(scale != 0) || !(scale - scale == 0)) fail(quoted(header_.scale) + " for the scale");
    header_.big_endian = scale > 0;
    if (scale == 1 || scale == -1) header_.scale.clear();
  }

  std::string line() {
    std::string line;
    for (int c = byte(); c != '\n'; c = byte()) {
      if (line.size() < 4096) line += static_cast<char>(c);
    }
    while (!line.empty() && pnm_is_space(static_cast<unsigned char>(line.back()))) line.pop_back();
    return line;
  }

  void pam() {
    line();
    std::string type;
    bool maximum = false, depth = false;
    while (true) {
      const std::string text = line();
      const std::size_t begin = text.find_first_not_of(" \t");
      if (begin == std::string::npos) continue;
      if (text[begin] == '#') {
        comment(std::string_view(text).substr(begin + 1));
        continue;
      }
      const std::size_t end = std::min(text.find_first_of(" \t", begin), text.size());
      const std::string key = text.substr(begin, end - begin);
      const std::string value = text.substr(std::min(text.find_first_not_of(" \t", end), text.size()));
      if (key == "ENDHDR") break;
      if (key == "WIDTH") {
        header_.width = number(value, key);
      } else if (key == "HEIGHT") {
        header_.height = number(value, key);
      } else if (key == "DEPTH") {
        header_.depth = number(value, key);
        depth = true;
      } else if (key == "MAXVAL") {
        header_.maximum = number(value, key);
        maximum = true;
      } else if (key == "TUPLTYPE") {
        type += (type.empty() ? "" : " ") + value;
      } else {
        fail("unknown keyword " + quoted(key) + " in the header");
      }
    }
    if (!maximum || !depth) fail(maximum ? "the header has no DEPTH" : "the header has no MAXVAL");
    check_type(type);
  }

  // Types that are not in the specification are taken by their depth, save the one in use that means other colours.
  void check_type(const std::string& type) const {
    constexpr std::array<std::pair<std::string_view, std::uint64_t>, 6> types{{{"BLACKANDWHITE", 1},
                                                                               {"GRAYSCALE", 1},
                                                                               {"RGB", 3},
                                                                               {"BLACKANDWHITE_ALPHA", 2},
                                                                               {"GRAYSCALE_ALPHA", 2},
                                                                               {"RGB_ALPHA", 4}}};
    const auto found = std::ranges::find(types, type, &std::pair<std::string_view, std::uint64_t>::first);
    if (found != types.end() && found->second != header_.depth) {
      fail("TUPLTYPE " + type + " with DEPTH " + std::to_string(header_.depth));
    }
    if (type.starts_with("CMYK")) fail("TUPLTYPE " + printable(type, 60) + " is not supported");
  }

  Source& source_;
  PnmHeader header_;
  std::uint64_t length_ = 0;
};

}  // namespace

PnmHeader read_pnm_header(Source& source) { return HeaderParser(source).parse(); }

}  // namespace sl

// PNM's names, options and first bytes.

#include <algorithm>
#include <array>

#include "formats/pnm/pnm.h"

namespace sl {

namespace {

constexpr std::array<FormatOption, 2> encode_options{{
    {"variant", "", FormatOption::Kind::Choice, 0, 0, "auto|pbm|pgm|ppm|pam|pfm", "auto",
     "what to write; auto: PGM for gray, PPM for colour, PAM with alpha, PFM for float"},
    {"ascii", "", FormatOption::Kind::Flag, 0, 0, "", "", "numbers as text: P1, P2, P3"},
}};

bool sniff(std::span<const std::byte> head) {
  if (head.size() < 3 || head[0] != std::byte{'P'}) return false;
  const int kind = std::to_integer<int>(head[1]), next = std::to_integer<int>(head[2]);
  if (kind == '7') return next == '\n' || next == '\r';
  if (kind == 'F' && next == '4') return head.size() > 3 && pnm_is_space(std::to_integer<int>(head[3]));
  return ((kind >= '1' && kind <= '6') || kind == 'F' || kind == 'f') && (pnm_is_space(next) || next == '#');
}

// A whole header, or of PAM a first line of one.
bool sniff_surely(std::span<const std::byte> head) {
  std::string_view text(reinterpret_cast<const char*>(head.data()), std::min<std::size_t>(head.size(), 512));
  const char kind = text[1];
  if (kind == '7') {
    const std::string_view line = text.substr(3);
    return std::ranges::any_of(std::array{"WIDTH ", "HEIGHT ", "DEPTH ", "MAXVAL ", "TUPLTYPE ", "# "},
                               [line](const char* word) { return line.starts_with(word); });
  }
  const bool real = kind == 'F' || kind == 'f';
  text.remove_prefix(text[2] == '4' ? 3 : 2);
  const auto number = [&text](std::string_view characters) {
    while (!text.empty() && (text[0] == '#' || pnm_is_space(static_cast<unsigned char>(text[0])))) {
      text.remove_prefix(text[0] == '#' ? std::min(text.find('\n'), text.size()) : 1);
    }
    const std::size_t length = std::min(text.find_first_not_of(characters), text.size());
    const bool good =
        length > 0 && length < 10 && length < text.size() && pnm_is_space(static_cast<unsigned char>(text[length]));
    text.remove_prefix(length);
    return good;
  };
  if (!number("0123456789") || !number("0123456789")) return false;
  return kind == '1' || kind == '4' || number(real ? "-+.0123456789e" : "0123456789");
}

bool is_pfm(std::span<const std::byte> head) {
  return head.size() > 1 && head[0] == std::byte{'P'} && (head[1] == std::byte{'F'} || head[1] == std::byte{'f'});
}

}  // namespace

const FormatInfo pnm_info{
    .name = "PNM",
    .extensions = "ppm pgm pbm pnm pam pfm",
    .note = "PFM has its lowest row first: in a pipe a whole frame is kept in memory, then in an unnamed file",
    .animation = false,
    .sniff = sniff,
    .sniff_surely = sniff_surely,
    .carries = {.comment = true},
    .encode_options = encode_options,
    .keeps_codes = true,
    .ends_first = is_pfm,
};

}  // namespace sl

// Control sequences as ECMA-48 and xterm have them: CSI ... letter; APC, DCS, OSC ... ST.

#include "devices/display/terminal/replies.h"

#include <vector>

namespace sl::terminal {

namespace {

constexpr std::size_t longest = 4096;

// "?62;4;22" as numbers; anything else counts as 0.
std::vector<int> numbers_of(std::string_view text) {
  std::vector<int> numbers(1, 0);
  for (const char character : text) {
    if (character == ';') numbers.push_back(0);
    if (character >= '0' && character <= '9' && numbers.back() < 100000) {
      numbers.back() = numbers.back() * 10 + (character - '0');
    }
  }
  return numbers;
}

Reply csi(std::string_view parameters, char last) {
  Reply reply;
  const std::vector<int> numbers = numbers_of(parameters);
  if (last == 'C') reply.kind = Reply::Kind::Right;
  if (last == 'D') reply.kind = Reply::Kind::Left;
  if (last == 'n' && numbers[0] == 0) reply.kind = Reply::Kind::Ready;
  if (last == 'c' && parameters.starts_with("?")) {
    reply.kind = Reply::Kind::Attributes;
    for (std::size_t i = 1; i < numbers.size(); ++i) reply.sixel = reply.sixel || numbers[i] == 4;
  }
  if (last == 't' && numbers.size() == 3 && numbers[0] == 6) {
    reply.kind = Reply::Kind::CellSize;
    reply.cell_height = numbers[1];
    reply.cell_width = numbers[2];
  }
  return reply;
}

}  // namespace

void ReplyReader::add(std::string_view bytes) {
  bytes_ += bytes;
  if (bytes_.size() > longest) bytes_.erase(0, bytes_.size() - longest);
}

std::optional<Reply> ReplyReader::next(bool quiet) {
  if (bytes_.empty()) return std::nullopt;
  Reply reply;
  std::size_t used = 1;
  if (bytes_[0] != '\033') {
    reply.kind = Reply::Kind::Key;
    reply.key = bytes_[0];
  } else if (bytes_.size() == 1) {
    if (!quiet) return std::nullopt;
    reply.kind = Reply::Kind::Escape;
  } else if (bytes_[1] == '[' || bytes_[1] == 'O') {
    const std::size_t last = bytes_.find_first_not_of("0123456789;:<=>? !\"#$%&'()*+,-./", 2);
    if (last == std::string::npos) return std::nullopt;
    used = last + 1;
    reply = csi(std::string_view(bytes_).substr(2, last - 2), bytes_[last]);
  } else if (bytes_[1] == '_' || bytes_[1] == 'P' || bytes_[1] == ']') {
    const std::size_t end = bytes_.find("\033\\", 2);
    if (end == std::string::npos) return std::nullopt;
    used = end + 2;
    if (bytes_[1] == '_' && bytes_[2] == 'G') {
      reply.kind = Reply::Kind::KittyGraphics;
      reply.good = std::string_view(bytes_).substr(0, end).ends_with(";OK");
    }
  } else {
    used = 2;  // a key with Alt
  }
  bytes_.erase(0, used);
  return reply;
}

}  // namespace sl::terminal

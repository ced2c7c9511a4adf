// Small parsers for the parts of HTTP requests.

#include "libcore/net/serve/request.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "libcore/base/parse.h"

namespace sl::serve {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

bool starts_with_word(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() &&
         std::ranges::equal(text.substr(0, lower_case.size()), lower_case, {},
                            [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
}

// Names of files that packagers and editors have not finished.
bool is_hidden(std::string_view name) {
  return name.starts_with('.') || name.ends_with('~') || name.ends_with(".tmp") || name.ends_with(".part");
}

constexpr std::string_view unknown_type = "application/octet-stream";
struct Type {
  std::string_view ending, type;
};
constexpr Type types[] = {
    {".m3u8", "application/vnd.apple.mpegurl"},
    {".m4s", "video/iso.segment"},
    {".ts", "video/mp2t"},
    {".mp4", "video/mp4"},
    {".m4v", "video/mp4"},
    {".cmfv", "video/mp4"},
    {".m4a", "audio/mp4"},
    {".cmfa", "audio/mp4"},
    {".aac", "audio/aac"},
    {".mp3", "audio/mpeg"},
    {".vtt", "text/vtt"},
    {".mpd", "application/dash+xml"},
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".txt", "text/plain; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
};

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == 0) return std::nullopt;
    result += c;
  }
  return result;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    result += plain ? std::string(1, c) : std::string{'%', digits[byte >> 4], digits[byte & 15]};
  }
  return result;
}

std::optional<std::string> name_in_folder(std::string_view url_path) {
  if (!url_path.starts_with('/')) return std::nullopt;
  auto path = percent_decoded(url_path.substr(1));
  constexpr std::size_t longest = 1024;
  if (!path || path->empty() || path->size() > longest) return std::nullopt;
  for (std::size_t start = 0; start <= path->size();) {
    const std::size_t end = std::min(path->find('/', start), path->size());
    const std::string_view name = std::string_view(*path).substr(start, end - start);
    if (name.empty() || is_hidden(name)) return std::nullopt;
    start = end + 1;
  }
  return path;
}

std::string_view content_type(std::string_view name) {
  const auto found = std::ranges::find_if(types, [&](const Type& type) { return name.ends_with(type.ending); });
  return found == std::end(types) ? unknown_type : found->type;
}

bool is_segment(std::string_view name) {
  return std::ranges::any_of(std::array{".m4s", ".ts", ".cmfv", ".cmfa", ".aac", ".vtt", ".mp4", ".m4a", ".m4v"},
                             [&](const char* end) { return name.ends_with(end); });
}

bool is_same_secret(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char other = b.empty() ? '\0' : b[i % b.size()];
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(other);
    __asm__ volatile("" : "+r"(difference));  // keep compilers from leaving the loop early
  }
  return difference == 0;
}

std::string_view bearer(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  return starts_with_word(authorization, scheme) ? trimmed(authorization.substr(scheme.size())) : std::string_view();
}

RangeKind read_range(std::string_view header, std::uint64_t size, Range& range) {
  constexpr std::string_view unit = "bytes=";
  if (!starts_with_word(header, unit)) return RangeKind::None;
  header = trimmed(header.substr(unit.size()));
  const std::size_t dash = header.find('-');
  if (dash == std::string_view::npos || header.find(',') != std::string_view::npos) return RangeKind::None;
  const std::string_view from = header.substr(0, dash), to = header.substr(dash + 1);
  const auto first = to_number<std::uint64_t>(from), last = to_number<std::uint64_t>(to);
  if (from.empty()) {
    if (!last) return RangeKind::None;
    range = {size - std::min(size, *last), std::min(size, *last)};
    return range.count == 0 ? RangeKind::Unsatisfiable : RangeKind::One;
  }
  if (!first || (!last && !to.empty()) || (last && *last < *first)) return RangeKind::None;
  if (*first >= size) return RangeKind::Unsatisfiable;
  range = {*first, (last ? std::min(*last, size - 1) : size - 1) - *first + 1};
  return RangeKind::One;
}

bool has_entity_tag(std::string_view list, std::string_view tag) {
  while (!list.empty()) {
    std::string_view one = trimmed(list.substr(0, list.find(',')));
    list.remove_prefix(
        std::min(list.size(), list.find(',') == std::string_view::npos ? list.size() : list.find(',') + 1));
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == tag || one == "*") return true;
  }
  return false;
}

std::string http_date(std::int64_t unix_seconds) {
  const std::time_t time = unix_seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 40> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), length};
}

bool is_loopback(std::string_view host_or_origin) {
  const std::size_t scheme = host_or_origin.find("://");
  if (scheme != std::string_view::npos) host_or_origin.remove_prefix(scheme + 3);
  const bool has_brackets = host_or_origin.starts_with('[');
  const std::size_t end = has_brackets ? host_or_origin.find(']') : host_or_origin.find(':');
  const std::string_view host = host_or_origin.substr(has_brackets ? 1 : 0, end - (has_brackets ? 1 : 0));
  const bool is_numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || host.ends_with(".localhost") || host == "::1" ||
         (host.starts_with("127.") && is_numeric);
}

}  // namespace sl::serve

// Lines and attributes.

#include "formats/hls/reading.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>

#include "libcore/base/size_text.h"

namespace sl::av {

namespace {

// The next line without its end; false at the end of the text.
bool take_line(std::string_view& text, std::string_view& line) {
  if (text.empty()) return false;
  const std::size_t end = std::min(text.find('\n'), text.size());
  line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  return true;
}

// The value of NAME=value or NAME="value, with a comma"; nothing where there is none.
std::optional<std::string_view> attribute(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const std::size_t equals = list.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    std::string_view key = list.substr(0, equals);
    while (!key.empty() && (key.front() == ' ' || key.front() == ',')) key.remove_prefix(1);
    list.remove_prefix(equals + 1);
    const bool quoted = list.starts_with('"');
    if (quoted) list.remove_prefix(1);
    const std::size_t end = std::min(list.find(quoted ? '"' : ','), list.size());
    if (key == name) return list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return std::nullopt;
}

bool take_tag(std::string_view& line, std::string_view tag) {
  if (!line.starts_with(tag)) return false;
  line.remove_prefix(tag.size());
  return true;
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

struct Variant {
  std::uint64_t pixels = 0, bandwidth = 0;
  std::string_view tag, reference;  // the tag's line

  [[nodiscard]] bool is_better_than(const Variant& other) const {
    return pixels != other.pixels ? pixels > other.pixels : bandwidth > other.bandwidth;
  }
};

Variant read_variant(std::string_view line) {
  Variant variant;
  variant.tag = line;
  const Size size = read_size(attribute(line, "RESOLUTION").value_or("")).value_or(Size{});
  variant.pixels = std::uint64_t{size.width} * size.height;
  variant.bandwidth = number(attribute(line, "BANDWIDTH").value_or(""));
  return variant;
}

constexpr std::string_view variant_tag = "#EXT-X-STREAM-INF:", rendition_tag = "#EXT-X-MEDIA:";

std::optional<Variant> find_best(std::string_view text) {
  std::optional<Variant> best, current;
  for (std::string_view line; take_line(text, line);) {
    std::string_view list = line;
    if (take_tag(list, variant_tag)) {
      current = read_variant(list);
      current->tag = line;
    } else if (current && !line.empty() && !line.starts_with('#')) {
      current->reference = line;
      if (!best || current->is_better_than(*best)) best = current;
      current.reset();
    }
  }
  return best;
}

}  // namespace

bool looks_like_hls(std::string_view start) { return start.starts_with("#EXTM3U"); }

HlsPlaylist::HlsPlaylist(std::string_view text) {
  for (std::string_view line; take_line(text, line);) {
    if (line.empty()) continue;
    if (!line.starts_with('#')) {
      references.emplace_back(line);
      continue;
    }
    if (line == "#EXT-X-ENDLIST") ended = true;
    if (line.starts_with(variant_tag)) is_master = true;
    if (std::string_view target = line; take_tag(target, "#EXT-X-TARGETDURATION:")) {
      target_seconds = static_cast<double>(number(target));
    }
    if (!line.starts_with("#EXT-X-")) continue;
    const std::string_view list = line.substr(std::min(line.find(':'), line.size() - 1) + 1);
    if (const auto reference = attribute(list, "URI")) references.emplace_back(*reference);
    if (!line.starts_with("#EXT-X-KEY:") && !line.starts_with("#EXT-X-SESSION-KEY:")) continue;
    const std::string_view method = attribute(list, "METHOD").value_or("");
    if (method != "NONE" && method != "AES-128" && method != "SAMPLE-AES") unknown_encryption = method;
  }
}

std::string best_variant(std::string_view text) {
  const auto best = find_best(text);
  if (!best) return std::string(text);
  // One of each type: the default, else the first.
  std::map<std::string_view, std::string_view> renditions;
  for (std::string_view rest = text, line; take_line(rest, line);) {
    std::string_view list = line;
    if (!take_tag(list, rendition_tag)) continue;
    const std::string_view type = attribute(list, "TYPE").value_or("");
    const auto group = attribute(list, "GROUP-ID");
    if (!group || group != attribute(best->tag.substr(variant_tag.size()), type)) continue;
    const bool is_default = attribute(list, "DEFAULT") == "YES";
    const auto known = renditions.find(type);
    if (known == renditions.end()) {
      renditions[type] = line;
    } else if (is_default && attribute(known->second.substr(rendition_tag.size()), "DEFAULT") != "YES") {
      known->second = line;
    }
  }
  std::string result = "#EXTM3U\n";
  for (const auto& [type, line] : renditions) result += std::string(line) + "\n";
  return result + std::string(best->tag) + "\n" + std::string(best->reference) + "\n";
}

std::string from_time(std::string_view text, double seconds) {
  std::string head, pending, rest;  // what holds for all; of the next segment; what is kept
  std::uint64_t sequence = 0, offset = 0, skipped = 0;
  double end = 0;
  bool keeps = false, has_range = false;
  for (std::string_view line; take_line(text, line);) {
    std::string_view value = line;
    if (keeps) {
      rest += std::string(line) + "\n";
    } else if (take_tag(value, "#EXT-X-MEDIA-SEQUENCE:")) {
      sequence = number(value);
    } else if (take_tag(value, "#EXTINF:")) {
      end += std::strtod(std::string(value.substr(0, 40)).c_str(), nullptr);
      pending += std::string(line) + "\n";
    } else if (take_tag(value, "#EXT-X-BYTERANGE:")) {
      const std::size_t at = value.find('@');
      if (at != std::string_view::npos) offset = number(value.substr(at + 1));
      const std::uint64_t length = number(value);
      pending += "#EXT-X-BYTERANGE:" + std::to_string(length) + "@" + std::to_string(offset) + "\n";
      offset += length;
      has_range = true;
    } else if (!line.empty() && !line.starts_with('#')) {
      keeps = end > seconds;
      if (keeps) {
        rest = pending + std::string(line) + "\n";
      } else {
        ++skipped;
      }
      pending.clear();
      if (!has_range) offset = 0;
      has_range = false;
    } else {
      head += std::string(line) + "\n";
    }
  }
  // It begins with #EXTM3U, and numbers count for the keys of segments.
  const std::size_t first = std::min(head.find('\n') + 1, head.size());
  head.insert(first, "#EXT-X-MEDIA-SEQUENCE:" + std::to_string(sequence + skipped) + "\n");
  return head + rest;
}

bool has_foreign_scheme(std::string_view reference) {
  const std::size_t end = reference.find_first_of(":,/?#");
  if (end == std::string_view::npos) return false;
  // FFmpeg has options of a protocol behind commas, before the colon.
  const bool is_scheme =
      reference[end] == ':' || (reference[end] == ',' && reference.find(':', end) != std::string_view::npos);
  if (!is_scheme) return false;
  std::string scheme(reference.substr(0, end));
  for (char& c : scheme) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return reference[end] != ':' || (scheme != "http" && scheme != "https");
}

std::string needed_allowance(std::string_view base, std::string_view reference) {
  const std::size_t scheme = reference.find("://");
  if (scheme != std::string_view::npos) {
    std::string_view host = reference.substr(scheme + 3);
    host = host.substr(0, host.find_first_of("/?#"));
    return std::string(host.substr(host.rfind('@') + 1));
  }
  std::string path(reference);
  if (!path.starts_with('/')) path.insert(0, base.substr(0, base.rfind('/') + 1));
  path.erase(path.rfind('/') + 1);
  return path.empty() ? "./" : path;
}

}  // namespace sl::av

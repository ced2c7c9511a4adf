// Playlists from outside, line by line.

#include "formats/hls/reading.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>

#include "libcore/base/size_text.h"
#include "libcore/net/m3u8.h"

namespace sl::av {

namespace {

std::uint64_t number(std::string_view text) { return m3u8::integer(text).value_or(0); }

std::string_view text_attribute(std::string_view list, std::string_view name) {
  return m3u8::attribute(list, name).value_or("");
}

constexpr std::string_view variant_tag = "#EXT-X-STREAM-INF", rendition_tag = "#EXT-X-MEDIA";

struct Variant {
  std::uint64_t pixels = 0, bandwidth = 0;
  std::string_view tag, reference;  // their lines

  [[nodiscard]] bool is_better_than(const Variant& other) const {
    return pixels != other.pixels ? pixels > other.pixels : bandwidth > other.bandwidth;
  }
};

Variant read_variant(std::string_view list) {
  Variant variant;
  const Size size = read_size(text_attribute(list, "RESOLUTION")).value_or(Size{});
  variant.pixels = std::uint64_t{size.width} * size.height;
  variant.bandwidth = number(text_attribute(list, "BANDWIDTH"));
  return variant;
}

std::optional<Variant> find_best(std::string_view text) {
  std::optional<Variant> best, current;
  for (m3u8::Line line; m3u8::next_line(text, line);) {
    const auto [tag, value] = m3u8::split_tag(line.text);
    if (tag == variant_tag) {
      current = read_variant(value);
      current->tag = line.text;
    } else if (current && line.is_uri()) {
      current->reference = line.text;
      if (!best || current->is_better_than(*best)) best = current;
      current.reset();
    }
  }
  return best;
}

}  // namespace

bool looks_like_hls(std::string_view start) { return start.starts_with("#EXTM3U"); }

HlsPlaylist::HlsPlaylist(std::string_view text) {
  for (m3u8::Line line; m3u8::next_line(text, line);) {
    if (line.is_uri()) references.emplace_back(line.text);
    const auto [tag, list] = m3u8::split_tag(line.text);
    if (tag == "#EXT-X-ENDLIST") ended = true;
    if (tag == variant_tag) is_master = true;
    if (tag == "#EXT-X-TARGETDURATION") target_seconds = static_cast<double>(number(list));
    if (!tag.starts_with("#EXT-X-")) continue;
    if (const auto reference = m3u8::attribute(list, "URI")) references.emplace_back(*reference);
    if (tag != "#EXT-X-KEY" && tag != "#EXT-X-SESSION-KEY") continue;
    const std::string_view method = text_attribute(list, "METHOD");
    if (method != "NONE" && method != "AES-128" && method != "SAMPLE-AES") unknown_encryption = method;
  }
}

std::string best_variant(std::string_view text) {
  const auto best = find_best(text);
  if (!best) return std::string(text);
  // Of each type the default rendition, else the first.
  struct Rendition {
    std::string_view line;
    bool is_default;
  };
  std::map<std::string_view, Rendition> renditions;
  for (m3u8::Line line; m3u8::next_line(text, line);) {
    const auto [tag, list] = m3u8::split_tag(line.text);
    if (tag != rendition_tag) continue;
    const std::string_view type = text_attribute(list, "TYPE");
    const auto group = m3u8::attribute(list, "GROUP-ID");
    if (!group || group != m3u8::attribute(m3u8::split_tag(best->tag).value, type)) continue;
    const Rendition rendition{line.text, m3u8::attribute(list, "DEFAULT") == "YES"};
    const auto [known, is_new] = renditions.try_emplace(type, rendition);
    if (!is_new && rendition.is_default && !known->second.is_default) known->second = rendition;
  }
  std::string result = "#EXTM3U\n";
  for (const auto& [type, rendition] : renditions) result += std::string(rendition.line) + "\n";
  return result + std::string(best->tag) + "\n" + std::string(best->reference) + "\n";
}

std::string from_time(std::string_view text, double seconds) {
  std::string head, pending, rest;  // tags of the playlist; of the next segment; the segments that are kept
  std::uint64_t sequence = 0, offset = 0, skipped = 0;
  std::int64_t end = 0;  // in microseconds
  bool keeps = false, has_range = false;
  for (m3u8::Line line; m3u8::next_line(text, line);) {
    const auto [tag, value] = m3u8::split_tag(line.text);
    const std::string whole = std::string(line.text) + "\n";
    if (keeps) {
      rest += whole;
    } else if (tag == "#EXT-X-MEDIA-SEQUENCE") {
      sequence = number(value);
    } else if (tag == "#EXTINF") {
      end = std::min(end + m3u8::microseconds(value).value_or(0), m3u8::max_microseconds);
      pending += whole;
    } else if (tag == "#EXT-X-BYTERANGE") {
      const std::size_t at = value.find('@');
      if (at != std::string_view::npos) offset = number(value.substr(at + 1));
      const std::uint64_t length = number(value);
      pending += "#EXT-X-BYTERANGE:" + std::to_string(length) + "@" + std::to_string(offset) + "\n";
      offset += length;
      has_range = true;
    } else if (line.is_uri()) {
      keeps = static_cast<double>(end) / 1e6 > seconds;
      if (keeps) {
        rest = pending + whole;
      } else {
        ++skipped;
      }
      pending.clear();
      if (!has_range) offset = 0;
      has_range = false;
    } else {
      head += whole;
    }
  }
  // After #EXTM3U; segments without an IV are decrypted by their number.
  const std::size_t first = std::min(head.find('\n') + 1, head.size());
  head.insert(first, "#EXT-X-MEDIA-SEQUENCE:" + std::to_string(sequence + skipped) + "\n");
  return head + rest;
}

std::size_t count_periods(std::string_view text) {
  std::size_t count = 1;
  bool has_segment = false, ends = false;  // the period, after a segment
  for (m3u8::Line line; m3u8::next_line(text, line);) {
    ends = ends || (has_segment && m3u8::split_tag(line.text).name == "#EXT-X-DISCONTINUITY");
    if (!line.is_uri()) continue;
    count += ends ? 1 : 0;
    has_segment = true;
    ends = false;
  }
  return count;
}

std::string period_of(std::string_view text, std::size_t wanted) {
  std::string head, pending, segments, map, keys;  // pending: tags of the next segment
  std::uint64_t sequence = 0, skipped = 0, offset = 0, period = 0;
  bool has_segment = false, has_range = false, has_key = false, taken = false;
  for (m3u8::Line line; m3u8::next_line(text, line);) {
    const auto [tag, value] = m3u8::split_tag(line.text);
    const std::string whole = std::string(line.text) + "\n";
    if (tag == "#EXT-X-MEDIA-SEQUENCE") {
      sequence = number(value);
    } else if (tag == "#EXT-X-DISCONTINUITY") {
      if (has_segment) ++period;
      has_segment = false;
    } else if (tag == "#EXT-X-MAP") {
      map = whole;
      if (taken) pending += whole;
    } else if (tag == "#EXT-X-KEY") {
      keys = has_key ? keys + whole : whole;
      has_key = true;
      if (taken) pending += whole;
    } else if (tag == "#EXT-X-BYTERANGE") {
      const std::size_t at = value.find('@');
      if (at != std::string_view::npos) offset = number(value.substr(at + 1));
      pending += "#EXT-X-BYTERANGE:" + std::to_string(number(value)) + "@" + std::to_string(offset) + "\n";
      offset += number(value);
      has_range = true;
    } else if (line.is_uri()) {
      if (period == wanted) {
        if (!taken) segments = keys + map;
        segments += pending + whole;
        taken = true;
      } else if (period < wanted) {
        ++skipped;
      }
      pending.clear();
      if (!has_range) offset = 0;
      has_range = has_key = false;
      has_segment = true;
    } else if (tag == "#EXTINF" || tag == "#EXT-X-GAP" || tag == "#EXT-X-PROGRAM-DATE-TIME") {
      pending += whole;
    } else if (period == 0 && !has_segment) {
      head += whole;
    }
  }
  const std::size_t first = std::min(head.find('\n') + 1, head.size());  // after #EXTM3U
  head.insert(first, "#EXT-X-MEDIA-SEQUENCE:" + std::to_string(sequence + skipped) + "\n");
  return head + segments + "#EXT-X-ENDLIST\n";
}

std::string mark_gaps(std::string_view text) {
  std::string result;
  bool is_gap = false;
  for (m3u8::Line line; m3u8::next_line(text, line);) {
    is_gap = is_gap || m3u8::split_tag(line.text).name == "#EXT-X-GAP";
    result += std::string(line.is_uri() && is_gap ? gap_reference : line.text) + "\n";
    if (line.is_uri()) is_gap = false;
  }
  return result;
}

bool has_foreign_scheme(std::string_view reference) {
  const std::size_t end = reference.find_first_of(":,/?#");
  if (end == std::string_view::npos) return false;
  // FFmpeg has options of a protocol between commas and the colon.
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

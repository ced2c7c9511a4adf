// Periods, adaptation sets, representations, and their lists or templates of segments.

#include "formats/hls/dash_manifest.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "formats/hls/xml.h"
#include "libcore/base/error.h"
#include "libcore/base/parse.h"

namespace sl::av {

namespace {

constexpr std::size_t max_segments = 200'000, max_tracks = 64, max_text = std::size_t{64} << 20;
constexpr std::int64_t max_integer = std::int64_t{1} << 53;

[[noreturn]] void damaged(const std::string& what) { throw Error(Status::Data, "a DASH manifest " + what); }

std::int64_t integer(const std::string& text, const std::string& name) {
  const auto value = to_number<std::int64_t>(text);
  if (!value || *value < -1 || *value > max_integer) damaged("with " + name + "=\"" + printable(text, 40) + "\"");
  return *value;
}

// Return the seconds of "PT1H2M3.5S" (ISO 8601). Years and months have no fixed length: Data.
double duration(const std::string& text) {
  std::string_view rest = text;
  double seconds = 0;
  bool time = false;
  if (!rest.starts_with('P')) damaged("with the duration \"" + printable(text, 40) + "\"");
  for (rest.remove_prefix(1); !rest.empty();) {
    if (rest.front() == 'T') {
      time = true;
      rest.remove_prefix(1);
      continue;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value, std::chars_format::fixed);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const char unit = error == std::errc() && !rest.empty() ? rest.front() : '?';
    const double factor = unit == 'D' ? 86400 : unit == 'H' ? 3600 : unit == 'M' && time ? 60 : unit == 'S' ? 1 : 0;
    if (factor == 0) damaged("with the duration \"" + printable(text, 40) + "\"");
    seconds += value * factor;
    rest.remove_prefix(1);
  }
  return seconds;
}

struct Segment {
  std::string url, range;  // "FIRST-LAST", or empty
  double seconds;
};

struct Track {
  std::string kind, language;  // "video", "audio", "text"
  std::int64_t bandwidth = 0, width = 0, height = 0;
  std::string map, map_range;
  bool has_map = false;
  std::vector<Segment> segments;
};

// The levels of a manifest that may hold an element, the innermost first.
using Levels = std::array<const XmlElement*, 3>;  // representation, adaptation set, period

// Return an attribute of the element `name` at the innermost level that has it, or "".
std::string inherited(const Levels& levels, std::string_view name, std::string_view attribute) {
  for (const XmlElement* level : levels) {
    const XmlElement* element = level->child(name);
    if (element == nullptr) continue;
    if (const std::string* value = element->attribute(attribute)) return *value;
  }
  return {};
}

const XmlElement* inherited_child(const Levels& levels, std::string_view name, std::string_view child) {
  for (const XmlElement* level : levels) {
    const XmlElement* element = level->child(name);
    if (element != nullptr && element->child(child) != nullptr) return element->child(child);
  }
  return nullptr;
}

std::int64_t inherited_integer(const Levels& levels, std::string_view name, std::string_view attribute,
                               std::int64_t fallback) {
  const std::string text = inherited(levels, name, attribute);
  return text.empty() ? fallback : integer(text, std::string(attribute));
}

std::string own(const Levels& levels, std::string_view attribute) {
  for (const XmlElement* level : levels) {
    if (const std::string* value = level->attribute(attribute)) return *value;
  }
  return {};
}

// ISO 23009-1, 5.3.9.4.4: $Number%05d$ and the like.
class Template {
 public:
  Template(std::string text, std::string id, std::int64_t bandwidth)
      : text_(std::move(text)), id_(std::move(id)), bandwidth_(bandwidth) {}

  [[nodiscard]] std::string fill(std::int64_t number, std::int64_t time) const {
    std::string result;
    std::string_view rest = text_;
    while (!rest.empty()) {
      const std::size_t dollar = std::min(rest.find('$'), rest.size());
      result += rest.substr(0, dollar);
      rest.remove_prefix(std::min(dollar + 1, rest.size()));
      if (dollar == rest.size() && rest.empty()) break;
      const std::size_t end = rest.find('$');
      if (end == std::string_view::npos) {
        if (!rest.empty()) damaged("with the template \"" + printable(text_, 100) + "\"");
        break;
      }
      result += value(rest.substr(0, end), number, time);
      rest.remove_prefix(end + 1);
    }
    return result;
  }

 private:
  [[nodiscard]] std::string value(std::string_view field, std::int64_t number, std::int64_t time) const {
    if (field.empty()) return "$";
    const std::size_t percent = std::min(field.find('%'), field.size());
    const std::string_view name = field.substr(0, percent);
    if (name == "RepresentationID") return id_;
    const bool known = name == "Number" || name == "Time" || name == "Bandwidth";
    int width = 1;
    if (percent != field.size()) {
      const auto [end, error] = std::from_chars(field.data() + percent + 1, field.data() + field.size(), width);
      if (error != std::errc() || end != field.data() + field.size() - 1 || *end != 'd' || width < 0 || width > 20) {
        damaged("with the template \"" + printable(text_, 100) + "\"");
      }
    }
    if (!known) damaged("with the template \"" + printable(text_, 100) + "\"");
    std::array<char, 32> digits{};
    std::snprintf(digits.data(), digits.size(), "%0*lld", width,
                  static_cast<long long>(name == "Number" ? number
                                         : name == "Time" ? time
                                                          : bandwidth_));
    return digits.data();
  }

  std::string text_, id_;
  std::int64_t bandwidth_;
};

std::string base_of(const XmlElement& element, const std::string& base) {
  const XmlElement* own = element.child("BaseURL");
  return own == nullptr || own->text.empty() ? base : resolve_reference(base, own->text);
}

class Reader {
 public:
  Reader(const XmlElement& period, const XmlElement& set, const XmlElement& representation, std::string base,
         double seconds)
      : levels_{&representation, &set, &period}, base_(std::move(base)), seconds_(seconds) {}

  Track read() {
    const std::string type = own(levels_, "contentType") + " " + own(levels_, "mimeType");
    for (const char* kind : {"video", "audio", "text"}) {
      if (track_.kind.empty() && type.find(kind) != std::string::npos) track_.kind = kind;
    }
    const auto number = [&](const char* name) {
      const std::string text = own(levels_, name);
      return text.empty() ? 0 : integer(text, name);
    };
    track_.language = own(levels_, "lang");
    track_.bandwidth = number("bandwidth");
    track_.width = number("width");
    track_.height = number("height");
    for (const XmlElement* level : levels_) {
      if (level->child("ContentProtection") != nullptr) damaged("of an encrypted film, which is not supported");
    }
    if (has("SegmentTemplate")) {
      read_template();
    } else if (has("SegmentList")) {
      read_list();
    } else {
      track_.segments.push_back({base_, "", seconds_});  // one file that begins with its header
    }
    if (track_.segments.empty()) damaged("without segments");
    return std::move(track_);
  }

 private:
  [[nodiscard]] bool has(std::string_view name) const {
    return std::ranges::any_of(levels_, [&](const XmlElement* level) { return level->child(name) != nullptr; });
  }

  void add(const std::string& url, std::string range, double seconds) {
    if (track_.segments.size() >= max_segments) {
      throw Error(Status::Limit, "a DASH manifest of more than " + std::to_string(max_segments) + " segments");
    }
    track_.segments.push_back({resolve_reference(base_, url), std::move(range), seconds});
  }

  void read_template() {
    constexpr std::string_view name = "SegmentTemplate";
    const std::string* id = levels_[0]->attribute("id");
    const auto made = [&](std::string_view attribute) {
      return Template(inherited(levels_, name, attribute), id == nullptr ? "" : *id, track_.bandwidth);
    };
    const std::int64_t first = inherited_integer(levels_, name, "startNumber", 1);
    const auto scale = static_cast<double>(std::max<std::int64_t>(1, inherited_integer(levels_, name, "timescale", 1)));
    if (const std::string initialization = made("initialization").fill(first, 0); !initialization.empty()) {
      set_map(initialization, "");
    }
    const Template media = made("media");
    if (const XmlElement* timeline = inherited_child(levels_, name, "SegmentTimeline")) {
      return read_timeline(*timeline, media, first, scale);
    }
    const std::int64_t length = inherited_integer(levels_, name, "duration", 0);
    if (length <= 0 || seconds_ <= 0) damaged("without a number of segments");
    const double each = static_cast<double>(length) / scale;
    // Rounding must not add an empty segment.
    const double count = std::ceil(seconds_ / each - 1e-3);
    for (std::int64_t i = 0; static_cast<double>(i) < count; ++i) {
      if (i > max_integer / length) damaged("with times beyond 2^53");
      const double left = seconds_ - static_cast<double>(i) * each;
      add(media.fill(first + i, i * length), "", std::min(each, left));
    }
  }

  void read_timeline(const XmlElement& timeline, const Template& media, std::int64_t number, double scale) {
    std::int64_t time = 0;
    const std::int64_t offset = inherited_integer(levels_, "SegmentTemplate", "presentationTimeOffset", 0);
    for (const XmlElement& entry : timeline.children) {
      if (entry.name != "S") continue;
      const auto value = [&](const char* name, std::int64_t fallback) {
        const std::string* text = entry.attribute(name);
        return text == nullptr ? fallback : integer(*text, name);
      };
      time = value("t", time);
      const std::int64_t length = value("d", 0), repeat = value("r", 0);
      if (length <= 0) damaged("with a segment of length 0");
      // -1: up to the end of the period.
      const double end = seconds_ + static_cast<double>(offset) / scale;
      for (std::int64_t i = 0; repeat < 0 ? static_cast<double>(time) / scale < end - 1e-3 : i <= repeat; ++i) {
        add(media.fill(number++, time), "", static_cast<double>(length) / scale);
        time += length;
        if (time > max_integer) damaged("with times beyond 2^53");
      }
    }
  }

  void read_list() {
    constexpr std::string_view name = "SegmentList";
    if (const XmlElement* initialization = inherited_child(levels_, name, "Initialization")) {
      const std::string* source = initialization->attribute("sourceURL");
      const std::string* range = initialization->attribute("range");
      set_map(source == nullptr ? "" : *source, range == nullptr ? "" : *range);
    }
    const auto scale = static_cast<double>(std::max<std::int64_t>(1, inherited_integer(levels_, name, "timescale", 1)));
    const double each = static_cast<double>(inherited_integer(levels_, name, "duration", 0)) / scale;
    for (const XmlElement* level : levels_) {
      const XmlElement* list = level->child(name);
      if (list == nullptr || list->child("SegmentURL") == nullptr) continue;
      for (const XmlElement& segment : list->children) {
        if (segment.name != "SegmentURL") continue;
        const std::string* media = segment.attribute("media");
        const std::string* range = segment.attribute("mediaRange");
        add(media == nullptr ? "" : *media, range == nullptr ? "" : *range, each);
      }
      return;
    }
  }

  void set_map(const std::string& url, std::string range) {
    track_.has_map = true;
    track_.map = resolve_reference(base_, url);
    track_.map_range = std::move(range);
  }

  Levels levels_;
  std::string base_;
  double seconds_;
  Track track_;
};

// Convert "FIRST-LAST" to "LENGTH@FIRST", the form of HLS.
std::string byte_range(const std::string& range) {
  const std::size_t dash = range.find('-');
  if (dash == std::string::npos) damaged("with the range \"" + printable(range, 60) + "\"");
  const std::int64_t first = integer(range.substr(0, dash), "range"), last = integer(range.substr(dash + 1), "range");
  if (first < 0 || last < first) damaged("with the range \"" + printable(range, 60) + "\"");
  return std::to_string(last - first + 1) + "@" + std::to_string(first);
}

// Return a URL for a playlist. Throw Data if it would break the line or its quotes.
std::string in_line(const std::string& text) {
  if (text.find_first_of("\r\n\"") != std::string::npos) damaged("with a malformed URL");
  return text;
}

std::string playlist_of(const Track& track) {
  double longest = 1;
  for (const Segment& segment : track.segments) longest = std::max(longest, segment.seconds);
  std::string text = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-TARGETDURATION:" +
                     std::to_string(static_cast<std::int64_t>(std::min(std::ceil(longest), 1e9))) + "\n";
  if (track.has_map) {
    text += "#EXT-X-MAP:URI=\"" + in_line(track.map) + "\"";
    if (!track.map_range.empty()) text += ",BYTERANGE=\"" + byte_range(track.map_range) + "\"";
    text += "\n";
  }
  for (const Segment& segment : track.segments) {
    std::array<char, 64> seconds{};
    std::snprintf(seconds.data(), seconds.size(), "#EXTINF:%.6f,\n", std::min(segment.seconds, 1e9));
    text += seconds.data();
    if (!segment.range.empty()) text += "#EXT-X-BYTERANGE:" + byte_range(segment.range) + "\n";
    text += in_line(segment.url) + "\n";
    if (text.size() > max_text) throw Error(Status::Limit, "a DASH manifest with too many references");
  }
  return text + "#EXT-X-ENDLIST\n";
}

void write_master(const std::vector<Track>& tracks, DashAsHls& result) {
  result.master = "#EXTM3U\n";
  const bool any_video = std::ranges::any_of(tracks, [](const Track& track) { return track.kind == "video"; });
  bool any_audio = false;
  // The best sound is the default, so that best_variant() chooses it.
  const Track* best = nullptr;
  for (const Track& track : tracks) {
    if (track.kind == "audio" && (best == nullptr || track.bandwidth > best->bandwidth)) best = &track;
  }
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    const Track& track = tracks[i];
    const std::string name = "dash:" + std::to_string(i);
    if (track.kind == "audio" && any_video) {
      any_audio = true;
      result.master += "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\",NAME=\"" + std::to_string(i) + "\"";
      const std::string language = printable(track.language, 40);
      if (!language.empty() && language.find_first_of("\"\\") == std::string::npos) {
        result.master += ",LANGUAGE=\"" + language + "\"";
      }
      result.master += std::string(",DEFAULT=") + (&track == best ? "YES" : "NO") + ",URI=\"" + name + "\"\n";
    }
    result.playlists[name] = playlist_of(track);
  }
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    const Track& track = tracks[i];
    if (track.kind == "text" || (track.kind != "video" && any_video)) continue;
    result.master += "#EXT-X-STREAM-INF:BANDWIDTH=" + std::to_string(std::max<std::int64_t>(track.bandwidth, 1));
    if (track.width > 0 && track.height > 0) {
      result.master += ",RESOLUTION=" + std::to_string(track.width) + "x" + std::to_string(track.height);
    }
    if (any_audio) result.master += ",AUDIO=\"sound\"";
    result.master += "\ndash:" + std::to_string(i) + "\n";
  }
}

}  // namespace

bool looks_like_dash(std::string_view start) {
  if (start.starts_with("\xef\xbb\xbf")) start.remove_prefix(3);
  const std::size_t first = start.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && start[first] == '<' && start.find("<MPD") != std::string_view::npos;
}

std::string resolve_reference(const std::string& base, const std::string& reference) {
  const std::size_t colon = reference.find_first_of(":/?#");
  if (colon != std::string::npos && reference[colon] == ':') return reference;  // a scheme
  if (reference.empty()) return base;
  const std::size_t scheme = base.find("://");
  const std::size_t path = scheme == std::string::npos ? 0 : std::min(base.find('/', scheme + 3), base.size());
  if (reference.starts_with("//") && scheme != std::string::npos) return base.substr(0, scheme + 1) + reference;
  if (reference.starts_with('/')) return base.substr(0, path) + reference;
  const std::string place = base.substr(0, base.find_first_of("?#"));
  const std::size_t slash = place.rfind('/');
  const bool in_path = slash != std::string::npos && slash >= path;
  return (in_path ? place.substr(0, slash + 1) : place.substr(0, path) + (scheme == std::string::npos ? "" : "/")) +
         reference;
}

DashAsHls hls_of_dash(std::string_view manifest, const std::string& base) {
  const XmlElement root = parse_xml(manifest);
  if (root.name != "MPD") damaged("begins with " + printable(root.name, 40));
  const std::string* type = root.attribute("type");
  if (type != nullptr && *type == "dynamic") damaged("of a live stream: only HLS is read live");
  std::vector<const XmlElement*> periods;
  for (const XmlElement& child : root.children) {
    if (child.name == "Period") periods.push_back(&child);
  }
  if (periods.size() != 1) damaged("of " + std::to_string(periods.size()) + " periods: only one is supported");
  const XmlElement& period = *periods.front();
  const std::string *of_period = period.attribute("duration"), *of_all = root.attribute("mediaPresentationDuration");
  const double seconds = of_period != nullptr ? duration(*of_period) : of_all != nullptr ? duration(*of_all) : 0;
  const std::string period_base = base_of(period, base_of(root, base));
  std::vector<Track> tracks;
  for (const XmlElement& set : period.children) {
    if (set.name != "AdaptationSet") continue;
    const std::string set_base = base_of(set, period_base);
    for (const XmlElement& representation : set.children) {
      if (representation.name != "Representation") continue;
      Track track = Reader(period, set, representation, base_of(representation, set_base), seconds).read();
      if (track.kind == "video" || track.kind == "audio") tracks.push_back(std::move(track));
      if (tracks.size() > max_tracks) {
        throw Error(Status::Limit, "a DASH manifest of more than " + std::to_string(max_tracks) + " tracks");
      }
    }
  }
  if (tracks.empty()) damaged("without picture or sound");
  DashAsHls result;
  write_master(tracks, result);
  return result;
}

}  // namespace sl::av

// TRACK: the description of a track to and from JSON.

#include "libcore/base/json_members.h"
#include "libcore/media/track.h"
#include "libcore/wire/wire.h"

namespace sl::wire {

namespace {

constexpr std::array<std::string_view, 3> kind_words{"video", "audio", "data"};
constexpr std::array<std::string_view, 3> range_words{"unknown", "full", "limited"};
constexpr std::array<std::string_view, 4> chroma_words{"unknown", "center", "left", "topleft"};
constexpr std::array<std::string_view, 3> alpha_words{"none", "straight", "premultiplied"};
constexpr std::array<std::string_view, 4> field_words{"", "progressive", "top", "bottom"};
constexpr std::array<std::string_view, 4> sample_words{"u8", "s16le", "s32le", "f32le"};

template <class Enum, std::size_t N>
std::string word(Enum value, const std::array<std::string_view, N>& words) {
  return std::string(words.at(static_cast<std::size_t>(value)));
}

// Whether a track has all that describes samples.
bool describes_samples(const Track& track) { return track.codec == "raw" || track.is_packed(); }

Color read_color(Json& track) {
  Json json = *take(track, "color", true);
  if (!json.is_object()) bad("\"color\" is not an object");
  Color color;
  color.primaries = static_cast<int>(take_integer(json, "primaries", 0, 255));
  color.transfer = static_cast<int>(take_integer(json, "transfer", 0, 255));
  color.matrix = static_cast<int>(take_integer(json, "matrix", 0, 255));
  color.range = take_word<Range>(json, "range", range_words, true);
  color.chroma = take_word<Chroma>(json, "chroma", chroma_words, true);
  if (!json.empty()) track["color"] = json;  // unknown members, for `rest`
  return color;
}

void read_pixels(Json& json, Track& track) {
  const std::string name = take_text(json, "pixels", true);
  track.pixels = find_pixel_format(name);
  if (track.pixels == nullptr) bad("pixels \"" + printable(name, 40) + "\" are not in the list");
  track.color = read_color(json);
  track.alpha = take_word<Alpha>(json, "alpha", alpha_words, true);
  if (track.pixels->alpha != (track.alpha != Alpha::None)) {
    bad("alpha \"" + word(track.alpha, alpha_words) + "\" does not fit pixels \"" + name + "\"");
  }
}

void read_video(Json& json, Track& track) {
  const bool raw = describes_samples(track);
  if (raw) {
    read_pixels(json, track);
  } else if (json.contains("color")) {
    track.color = read_color(json);
  }
  track.width = static_cast<std::uint32_t>(
      take_integer(json, "width", 1, wire_limit::number, raw ? std::nullopt : std::optional<std::int64_t>(0)));
  track.height = static_cast<std::uint32_t>(
      take_integer(json, "height", 1, wire_limit::number, raw ? std::nullopt : std::optional<std::int64_t>(0)));
  track.bits = static_cast<int>(take_integer(json, "bits", 1, 32, 0));
  track.rate = take_rational(json, "rate", false);
  track.sample_aspect = take_rational(json, "sample_aspect", false);
  track.orientation = static_cast<int>(take_integer(json, "orientation", 1, 8, 1));
  track.fields = take_word<Fields>(json, "fields", field_words, false);
  track.loop = take_integer(json, "loop", 0, wire_limit::number, -1);
}

void read_audio(Json& json, Track& track) {
  const bool raw = describes_samples(track);
  track.samples = take_text(json, "samples", raw);
  if (raw && std::ranges::find(sample_words, track.samples) == sample_words.end()) {
    bad("samples \"" + printable(track.samples, 40) + "\" are not in the list");
  }
  const auto unknown = raw ? std::nullopt : std::optional<std::int64_t>(0);
  track.sample_rate = static_cast<std::uint32_t>(take_integer(json, "sample_rate", 1, wire_limit::number, unknown));
  track.channels = static_cast<std::uint32_t>(take_integer(json, "channels", 1, 65535, unknown));
  track.layout = take_text(json, "layout", false);
  track.bits = static_cast<int>(take_integer(json, "bits", 1, 32, 0));
}

// Check the types of members that are passed on unread.
void check_rest(const Json& json) {
  const auto check = [&](const char* name, bool (*fits)(const Json&), const char* what) {
    const auto found = json.find(name);
    if (found != json.end() && !fits(*found)) bad(quoted(name) + " is not " + what);
  };
  constexpr auto text = [](const Json& value) { return value.is_string(); };
  constexpr auto object = [](const Json& value) { return value.is_object(); };
  for (const char* name : {"source", "language", "title"}) check(name, text, "a string");
  for (const char* name : {"meta", "hdr"}) check(name, object, "an object");
  check(
      "sparse", [](const Json& value) { return value.is_boolean(); }, "true or false");
  check(
      "disposition",
      [](const Json& value) {
        return value.is_array() && std::ranges::all_of(value, [](const Json& word) { return word.is_string(); });
      },
      "a list of strings");
  check(
      "clock", [](const Json& value) { return value.is_object() && value.contains("id") && value["id"].is_string(); },
      "an object with an \"id\"");
}

Json rational(const Rational& value) { return Json::array({value.num, value.den}); }

}  // namespace

std::string write_track(const Track& track) {
  Json json;
  json["kind"] = word(track.kind, kind_words);
  json["codec"] = track.codec;
  json["time_base"] = rational(track.time_base);
  if (track.live) json["live"] = true;
  if (track.kind == Kind::Video) {
    if (track.pixels != nullptr) json["pixels"] = track.pixels->name;
    if (track.width != 0) json["width"] = track.width;
    if (track.height != 0) json["height"] = track.height;
    if (track.pixels != nullptr || track.color != Color{}) {
      json["color"] = {{"primaries", track.color.primaries},
                       {"transfer", track.color.transfer},
                       {"matrix", track.color.matrix},
                       {"range", word(track.color.range, range_words)},
                       {"chroma", word(track.color.chroma, chroma_words)}};
    }
    if (track.pixels != nullptr) json["alpha"] = word(track.alpha, alpha_words);
    if (track.bits != 0) json["bits"] = track.bits;
    if (track.rate.num != 0) json["rate"] = rational(track.rate);
    if (track.sample_aspect.num != 0) json["sample_aspect"] = rational(track.sample_aspect);
    if (track.orientation != 1) json["orientation"] = track.orientation;
    if (track.fields != Fields::Unknown) json["fields"] = word(track.fields, field_words);
    if (track.loop >= 0) json["loop"] = track.loop;
  } else if (track.kind == Kind::Audio) {
    if (!track.samples.empty()) json["samples"] = track.samples;
    if (track.sample_rate != 0) json["sample_rate"] = track.sample_rate;
    if (track.channels != 0) json["channels"] = track.channels;
    if (!track.layout.empty()) json["layout"] = track.layout;
    if (track.bits != 0) json["bits"] = track.bits;
  }
  if (!track.rest.empty()) json.update(parse_json(track.rest, wire_limit::json), true);
  return write_json(json);
}

Track read_track(std::string_view text) {
  Json json = parse_json(text, wire_limit::json);
  Track track;
  track.kind = take_word<Kind>(json, "kind", kind_words, true);
  track.codec = take_text(json, "codec", true);
  if (track.codec.empty()) bad("\"codec\" is empty");
  track.time_base = take_rational(json, "time_base", true);
  track.live = take_bool(json, "live");
  if (track.kind == Kind::Video) read_video(json, track);
  if (track.kind == Kind::Audio) read_audio(json, track);
  check_rest(json);
  if (!json.empty()) track.rest = write_json(json);
  return track;
}

}  // namespace sl::wire

// Preamble, headers and bodies to and from structs; every check of a size or of a JSON member is here.

#include "libcore/wire.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "libcore/endian.h"
#include "libcore/json.h"
#include "libcore/limits.h"

namespace sl::wire {

namespace {

[[noreturn]] void bad(const std::string& what) { throw Error(Status::Wire, what); }

// ---- Members of JSON objects: present and of the right type, or an error ----

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

// Takes a member out of the object, so that what is left at the end is what nobody knew.
std::optional<Json> take(Json& object, std::string_view name, bool required) {
  const auto found = object.find(name);
  if (found == object.end()) {
    if (required) bad(quoted(name) + " is missing");
    return std::nullopt;
  }
  Json value = std::move(*found);
  object.erase(found);
  return value;
}

std::string take_text(Json& object, std::string_view name, bool required) {
  const auto value = take(object, name, required);
  if (!value) return {};
  if (!value->is_string()) bad(quoted(name) + " is not a string");
  return value->get<std::string>();
}

bool take_bool(Json& object, std::string_view name) {
  const auto value = take(object, name, false);
  if (!value) return false;
  if (!value->is_boolean()) bad(quoted(name) + " is not true or false");
  return value->get<bool>();
}

std::int64_t to_integer(const Json& value, std::string_view name, std::int64_t minimum, std::int64_t maximum) {
  if (!value.is_number_integer()) bad(quoted(name) + " is not an integer");
  const auto number = value.get<std::int64_t>();
  if (number < minimum || number > maximum) {
    bad(quoted(name) + " is " + std::to_string(number) + ", not in " + std::to_string(minimum) + " to " +
        std::to_string(maximum));
  }
  return number;
}

std::int64_t take_integer(Json& object, std::string_view name, std::int64_t minimum, std::int64_t maximum,
                          std::optional<std::int64_t> fallback = std::nullopt) {
  const auto value = take(object, name, !fallback);
  return value ? to_integer(*value, name, minimum, maximum) : *fallback;
}

// A count: an integer, or a decimal string.
std::uint64_t take_count(Json& object, std::string_view name, bool required) {
  const auto value = take(object, name, required);
  if (!value) return 0;
  if (value->is_number_unsigned()) return value->get<std::uint64_t>();
  std::uint64_t count = 0;
  if (value->is_string()) {
    const auto text = value->get<std::string>();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error == std::errc() && end == text.data() + text.size() && !text.empty()) return count;
  }
  bad(quoted(name) + " is not a count");
}

Rational take_rational(Json& object, std::string_view name, bool required) {
  const auto value = take(object, name, required);
  if (!value) return {};
  if (!value->is_array() || value->size() != 2) bad(quoted(name) + " is not [numerator, denominator]");
  return {to_integer((*value)[0], name, 1, wire_limit::number), to_integer((*value)[1], name, 1, wire_limit::number)};
}

// A member that is one of these words; gives its index.
template <class Enum, std::size_t N>
Enum take_word(Json& object, std::string_view name, const std::array<std::string_view, N>& words, bool required) {
  if (!required && !object.contains(name)) return Enum{};
  const std::string text = take_text(object, name, true);
  const auto found = std::ranges::find(words, text);
  if (found == words.end() || text.empty())
    bad(quoted(name) + " is \"" + printable(text, 40) + "\", which is not known");
  return static_cast<Enum>(found - words.begin());
}

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

Color read_color(Json& track) {
  Json json = *take(track, "color", true);
  if (!json.is_object()) bad("\"color\" is not an object");
  Color color;
  color.primaries = static_cast<int>(take_integer(json, "primaries", 0, 255));
  color.transfer = static_cast<int>(take_integer(json, "transfer", 0, 255));
  color.matrix = static_cast<int>(take_integer(json, "matrix", 0, 255));
  color.range = take_word<Range>(json, "range", range_words, true);
  color.chroma = take_word<Chroma>(json, "chroma", chroma_words, true);
  if (!json.empty()) track["color"] = json;  // what nobody knows, for `rest`
  return color;
}

void read_raw_video(Json& json, Track& track) {
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
  const bool raw = track.codec == "raw";
  if (raw) {
    read_raw_video(json, track);
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
  const bool raw = track.codec == "raw";
  track.samples = take_text(json, "samples", raw);
  if (raw && std::ranges::find(sample_words, track.samples) == sample_words.end()) {
    bad("samples \"" + printable(track.samples, 40) + "\" are not in the list");
  }
  const auto unknown = raw ? std::nullopt : std::optional<std::int64_t>(0);
  track.sample_rate = static_cast<std::uint32_t>(take_integer(json, "sample_rate", 1, wire_limit::number, unknown));
  track.channels = static_cast<std::uint32_t>(take_integer(json, "channels", 1, 65535, unknown));
  track.layout = take_text(json, "layout", false);
}

// Members that are passed on unread still have the types that the specification gives them.
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

std::string_view text_of(std::span<const std::byte> body) {
  return {reinterpret_cast<const char*>(body.data()), body.size()};
}

}  // namespace

std::string_view type_name(Type type) {
  switch (type) {
    case Type::Start:
      return "preamble";
    case Type::Track:
      return "TRACK";
    case Type::Frame:
      return "FRAME";
    case Type::Rows:
      return "ROWS";
    case Type::Bytes:
      return "BYTES";
    case Type::End:
      return "END";
    case Type::Abort:
      return "ABORT";
    case Type::Close:
      return "CLOSE";
    case Type::Attachment:
      return "ATTACHMENT";
    case Type::Event:
      return "EVENT";
    case Type::Stage:
      return "STAGE";
  }
  return {};
}

// ---- Writing ----

std::array<std::byte, preamble_bytes> write_preamble(const Preamble& preamble) {
  std::array<std::byte, preamble_bytes> bytes{};
  std::memcpy(bytes.data(), magic.data(), magic.size());
  store_le(bytes.data() + 8, preamble.major);
  store_le(bytes.data() + 10, preamble.minor);
  store_le(bytes.data() + 12, preamble.flags);
  return bytes;
}

std::array<std::byte, header_bytes> write_header(const Header& header) {
  std::array<std::byte, header_bytes> bytes{};
  store_le(bytes.data(), static_cast<std::uint8_t>(header.type));
  store_le(bytes.data() + 1, header.flags);
  store_le(bytes.data() + 2, header.track);
  store_le(bytes.data() + 4, header.length);
  return bytes;
}

std::array<std::byte, rows_prefix_bytes> write_rows_prefix(const RowsPrefix& prefix) {
  std::array<std::byte, rows_prefix_bytes> bytes{};
  store_le(bytes.data(), prefix.first);
  store_le(bytes.data() + 4, prefix.rows);
  return bytes;
}

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
  }
  if (!track.rest.empty()) json.update(parse_json(track.rest, wire_limit::json), true);
  return write_json(json);
}

std::string write_frame(const Frame& frame) {
  std::string body(frame_bytes, '\0');
  auto* bytes = reinterpret_cast<std::byte*>(body.data());
  store_le(bytes, frame.number);
  store_le(bytes + 8, frame.pts);
  store_le(bytes + 16, frame.duration);
  store_le(bytes + 24, frame.dts);
  store_le(bytes + 32, frame.capture);
  store_le(bytes + 40, frame.wall);
  store_le(bytes + 48, frame.flags);
  store_le(bytes + 52, static_cast<std::uint32_t>(frame_bytes));
  return body + frame.metadata;
}

std::string write_attachment(const Attachment& attachment) { return attachment.name + '\0' + attachment.bytes; }

std::string write_stage(const StageInfo& stage) {
  Json json{{"tool", stage.tool}, {"version", stage.version}, {"host", stage.host}};
  if (!stage.input.empty()) json["input"] = stage.input;
  return write_json(json);
}

std::string write_end(const End& end) {
  Json json;
  json["tracks"] = Json::object();
  for (const TrackCount& count : end.tracks) {
    json["tracks"][std::to_string(count.track)] = {{"frames", json_count(count.frames)},
                                                   {"bytes", json_count(count.bytes)},
                                                   {"damaged", json_count(count.damaged)}};
  }
  json["stages"] = Json::array();
  for (const StageReport& stage : end.stages) {
    json["stages"].push_back({{"tool", stage.tool},
                              {"host", stage.host},
                              {"command", stage.command},
                              {"cpu_seconds", stage.cpu_seconds},
                              {"peak_memory", json_count(stage.peak_memory)},
                              {"bytes_in", json_count(stage.bytes_in)},
                              {"bytes_out", json_count(stage.bytes_out)}});
  }
  if (end.stopped) json["stopped"] = true;
  return write_json(json);
}

std::string write_abort(const Cause& cause) {
  Json json{{"tool", cause.tool}, {"host", cause.host}, {"code", cause.code ? Json(*cause.code) : Json(nullptr)}};
  if (cause.signal) json["signal"] = *cause.signal;
  json["message"] = cause.message.substr(0, 4000);
  return write_json(json);
}

// ---- Reading ----

bool looks_like_wire(std::span<const std::byte> head) {
  const std::string_view text = text_of(head);
  return text.starts_with("\x89S") || text.starts_with("\xc2\x89") || text.starts_with("\xef\xbf\xbdS") ||
         text.starts_with("\tSLW");
}

std::optional<std::string> name_damage(std::span<const std::byte> head) {
  using namespace std::string_view_literals;
  const std::string_view text = text_of(head);
  const std::string_view good(reinterpret_cast<const char*>(magic.data()), magic.size());
  if (text.starts_with(good)) return std::nullopt;
  if (text.starts_with("\x89SLW\r\r\n")) return "a terminal changed its line ends (ssh -t?)";
  if (text.starts_with("\x89SLW\n")) return "a text filter changed its line ends";
  if (text.starts_with("\xc2\x89SLW") || text.starts_with("\xef\xbf\xbdSLW")) {
    return "a text encoding changed its bytes (PowerShell?)";
  }
  if (text.starts_with("\xff\xfe") && text.substr(2).find("S\0L\0W\0"sv) < 8) {
    return "a text encoding changed its bytes (UTF-16: PowerShell?)";
  }
  if (text.starts_with("\tSLW")) return "something cut its bytes to seven bits";
  const std::size_t at = std::min(text.find(good), text.find("\x89SLW\r\r\n"sv));
  if (at != std::string_view::npos) {
    return "text stands before it (a .bashrc or a login message that prints?): \"" + printable(text.substr(0, at), 60) +
           "\"";
  }
  return std::nullopt;
}

Preamble read_preamble(std::span<const std::byte> bytes) {
  const bool good = std::memcmp(bytes.data(), magic.data(), std::min(bytes.size(), magic.size())) == 0;
  if (!good) {
    if (const auto damage = name_damage(bytes)) bad("the wire is damaged: " + *damage);
    bad("not the wire: it starts with \"" + printable(text_of(bytes.first(std::min<std::size_t>(bytes.size(), 16)))) +
        "\"");
  }
  Preamble preamble;
  preamble.major = load_le<std::uint16_t>(bytes.data() + 8);
  preamble.minor = load_le<std::uint16_t>(bytes.data() + 10);
  preamble.flags = load_le<std::uint32_t>(bytes.data() + 12);
  if (preamble.major != major_version) {
    bad("wire version " + std::to_string(preamble.major) + "." + std::to_string(preamble.minor) +
        "; this program reads version " + std::to_string(major_version));
  }
  return preamble;
}

Header read_header(std::span<const std::byte> bytes) {
  Header header;
  const auto type = load_le<std::uint8_t>(bytes.data());
  header.type = static_cast<Type>(type);
  header.flags = load_le<std::uint8_t>(bytes.data() + 1);
  header.track = load_le<std::uint16_t>(bytes.data() + 2);
  header.length = load_le<std::uint32_t>(bytes.data() + 4);
  const std::string_view name = type == 0 ? std::string_view() : type_name(header.type);
  if (name.empty() && !is_ancillary(header.type)) {
    bad("a record of type " + std::to_string(type) + ", which this version does not know");
  }
  const bool whole_stream = header.type == Type::Stage || header.type == Type::End || header.type == Type::Abort ||
                            header.type == Type::Close;
  if (whole_stream && header.track != 0) {
    bad(std::string(name) + " on track " + std::to_string(header.track) + "; it is about the whole stream");
  }
  std::uint32_t longest = wire_limit::body;
  if (header.type == Type::Track || header.type == Type::Abort || header.type == Type::Event ||
      header.type == Type::Stage) {
    longest = wire_limit::json;
  } else if (header.type == Type::End || header.type == Type::Frame) {
    longest = wire_limit::long_json + (header.type == Type::Frame ? frame_bytes : 0);
  } else if (header.type == Type::Close) {
    longest = 0;
  }
  if (header.length > longest) {
    const std::string what =
        std::string(name.empty() ? "an ancillary record" : name) + " of " + std::to_string(header.length) + " bytes";
    if (header.type == Type::Close) bad(what + "; it has to be empty");
    throw Error(Status::Limit, what + " is over the limit of " + std::to_string(longest) + " (nothing raises it)");
  }
  return header;
}

RowsPrefix read_rows_prefix(std::span<const std::byte> bytes) {
  return {load_le<std::uint32_t>(bytes.data()), load_le<std::uint32_t>(bytes.data() + 4)};
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

Frame read_frame(std::span<const std::byte> body) {
  if (body.size() < frame_bytes) bad("FRAME of " + std::to_string(body.size()) + " bytes");
  Frame frame;
  frame.number = load_le<std::uint64_t>(body.data());
  frame.pts = load_le<std::int64_t>(body.data() + 8);
  frame.duration = load_le<std::int64_t>(body.data() + 16);
  frame.dts = load_le<std::int64_t>(body.data() + 24);
  frame.capture = load_le<std::int64_t>(body.data() + 32);
  frame.wall = load_le<std::int64_t>(body.data() + 40);
  frame.flags = load_le<std::uint32_t>(body.data() + 48);
  const auto offset = load_le<std::uint32_t>(body.data() + 52);
  if (offset < frame_bytes || offset > body.size()) bad("FRAME with its metadata at " + std::to_string(offset));
  frame.metadata = text_of(body.subspan(offset));
  if (!frame.metadata.empty()) (void)parse_json(frame.metadata, wire_limit::long_json);
  return frame;
}

Attachment read_attachment(const Header& header, std::span<const std::byte> body) {
  const std::string_view text = text_of(body);
  const std::size_t zero = text.substr(0, 65).find('\0');
  const auto legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  if (zero == std::string_view::npos || zero == 0 || !std::ranges::all_of(text.substr(0, zero), legal)) {
    bad("ATTACHMENT without a proper name: \"" + printable(text.substr(0, 64), 100) + "\"");
  }
  return {std::string(text.substr(0, zero)), std::string(text.substr(zero + 1)), header.flags};
}

StageInfo read_stage(std::string_view text) {
  Json json = parse_json(text, wire_limit::json);
  return {take_text(json, "tool", true), take_text(json, "version", true), take_text(json, "host", true),
          take_text(json, "input", false)};
}

End read_end(std::string_view text) {
  Json json = parse_json(text, wire_limit::long_json);
  End end;
  Json tracks = *take(json, "tracks", true);
  if (!tracks.is_object()) bad("\"tracks\" is not an object");
  for (auto& [name, value] : tracks.items()) {
    TrackCount count;
    const auto [stop, error] = std::from_chars(name.data(), name.data() + name.size(), count.track);
    if (error != std::errc() || stop != name.data() + name.size() || count.track == 0 || !value.is_object()) {
      bad("END counts a track \"" + printable(name, 40) + "\"");
    }
    count.frames = take_count(value, "frames", true);
    count.bytes = take_count(value, "bytes", true);
    count.damaged = take_count(value, "damaged", true);
    end.tracks.push_back(count);
  }
  Json stages = *take(json, "stages", true);
  if (!stages.is_array() || stages.size() > wire_limit::stages) bad("\"stages\" is not a list of at most 64");
  for (Json& stage : stages) {
    if (!stage.is_object()) bad("\"stages\" holds something else than objects");
    StageReport report;
    report.tool = take_text(stage, "tool", true);
    report.host = take_text(stage, "host", true);
    report.command = take_text(stage, "command", false);
    const auto cpu = take(stage, "cpu_seconds", false);
    if (cpu && !cpu->is_number()) bad("\"cpu_seconds\" is not a number");
    report.cpu_seconds = cpu ? cpu->get<double>() : 0;
    report.peak_memory = take_count(stage, "peak_memory", false);
    report.bytes_in = take_count(stage, "bytes_in", false);
    report.bytes_out = take_count(stage, "bytes_out", false);
    end.stages.push_back(std::move(report));
  }
  end.stopped = take_bool(json, "stopped");
  return end;
}

Cause read_abort(std::string_view text) {
  Json json = parse_json(text, wire_limit::json);
  Cause cause;
  cause.tool = take_text(json, "tool", true);
  cause.host = take_text(json, "host", true);
  const auto found = json.find("code");
  if (found == json.end()) bad("\"code\" is missing");
  if (!found->is_null()) cause.code = static_cast<int>(to_integer(*found, "code", 0, 255));
  if (json.contains("signal")) cause.signal = static_cast<int>(take_integer(json, "signal", 1, 64));
  cause.message = take_text(json, "message", true);
  return cause;
}

void check_event(std::string_view text) {
  Json json = parse_json(text, wire_limit::json);
  (void)take_text(json, "event", true);
}

}  // namespace sl::wire

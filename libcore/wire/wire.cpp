// Preamble, headers and bodies to and from structs, with all checks of sizes (track_json.cpp has TRACK).

#include "libcore/wire/wire.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "libcore/base/endian.h"
#include "libcore/base/error.h"
#include "libcore/base/json_members.h"
#include "libcore/base/limits.h"
#include "libcore/base/parse.h"
#include "libcore/bytes/shared_slots.h"
#include "libcore/media/attachment.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"

namespace sl::wire {

namespace {

std::string_view text_of(std::span<const std::byte> body) {
  return {reinterpret_cast<const char*>(body.data()), body.size()};
}

}  // namespace

std::string_view type_name(Type type) {
  using Name = std::pair<Type, std::string_view>;
  constexpr Name names[] = {{Type::Start, "preamble"}, {Type::Track, "TRACK"},
                            {Type::Frame, "FRAME"},    {Type::Rows, "ROWS"},
                            {Type::Bytes, "BYTES"},    {Type::End, "END"},
                            {Type::Abort, "ABORT"},    {Type::Close, "CLOSE"},
                            {Type::Slot, "SLOT"},      {Type::Attachment, "ATTACHMENT"},
                            {Type::Event, "EVENT"},    {Type::Stage, "STAGE"}};
  const auto* const known = std::ranges::find(names, type, &Name::first);
  return known == std::end(names) ? std::string_view() : known->second;
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

std::array<std::byte, slot_body_bytes> write_slot_body(const SlotBody& body) {
  std::array<std::byte, slot_body_bytes> bytes{};
  std::ranges::copy(write_rows_prefix(body.rows), bytes.begin());
  store_le(bytes.data() + rows_prefix_bytes, body.slot);
  return bytes;
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
  if (!stage.does.empty()) json["does"] = stage.does;
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

std::uint32_t preamble_flags(std::span<const std::byte> head) {
  const bool is_preamble = head.size() >= preamble_bytes && std::memcmp(head.data(), magic.data(), magic.size()) == 0;
  return is_preamble ? load_le<std::uint32_t>(head.data() + 12) : 0;
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
    return "text precedes it (a .bashrc or a login message that prints?): \"" + printable(text.substr(0, at), 60) +
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
  std::uint32_t max_length = wire_limit::body;
  if (header.type == Type::Track || header.type == Type::Abort || header.type == Type::Event ||
      header.type == Type::Stage) {
    max_length = wire_limit::json;
  } else if (header.type == Type::End || header.type == Type::Frame) {
    max_length = wire_limit::long_json + (header.type == Type::Frame ? frame_bytes : 0);
  } else if (header.type == Type::Close) {
    max_length = 0;
  } else if (header.type == Type::Slot && header.length != slot_body_bytes) {
    bad("SLOT of " + std::to_string(header.length) + " bytes");
  }
  if (header.length > max_length) {
    const std::string what =
        std::string(name.empty() ? "an ancillary record" : name) + " of " + std::to_string(header.length) + " bytes";
    if (header.type == Type::Close) bad(what + "; it must be empty");
    throw Error(Status::Limit, what + " is over the limit of " + std::to_string(max_length) + " (nothing raises it)");
  }
  return header;
}

RowsPrefix read_rows_prefix(std::span<const std::byte> bytes) {
  return {load_le<std::uint32_t>(bytes.data()), load_le<std::uint32_t>(bytes.data() + 4)};
}

SlotBody read_slot_body(std::span<const std::byte> bytes) {
  const SlotBody body{read_rows_prefix(bytes), load_le<std::uint32_t>(bytes.data() + rows_prefix_bytes)};
  if (body.slot >= slots::count)
    bad("SLOT " + std::to_string(body.slot) + "; the last one is " + std::to_string(slots::count - 1));
  return body;
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
          take_text(json, "input", false), take_text(json, "does", false)};
}

End read_end(std::string_view text) {
  Json json = parse_json(text, wire_limit::long_json);
  End end;
  Json tracks = *take(json, "tracks", true);
  if (!tracks.is_object()) bad("\"tracks\" is not an object");
  for (auto& [name, value] : tracks.items()) {
    TrackCount count;
    count.track = to_number<std::uint16_t>(name).value_or(0);
    if (count.track == 0 || !value.is_object()) bad("END counts a track \"" + printable(name, 40) + "\"");
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

}  // namespace sl::wire

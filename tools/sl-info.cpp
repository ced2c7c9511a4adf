// sl-info: what a file, a foreign stream or a wire holds, for people or as JSON lines.

#include <iostream>

#include "libcore/color_names.h"
#include "libcore/json.h"
#include "libcore/limits.h"
#include "libcore/remote.h"
#include "libcore/tool.h"

namespace {

using sl::Json;
using sl::wire::Type;

Json describe_stages(const sl::Reader& in) {
  Json stages = Json::array();
  for (const auto& stage : in.stages())
    stages.push_back(sl::parse_json(sl::wire::write_stage(stage), sl::wire_limit::json));
  return stages;
}

Json describe_tracks(const sl::Reader& in) {
  Json tracks = Json::array();
  for (const std::uint16_t number : in.tracks()) {
    Json track{{"track", number}};
    track.update(sl::parse_json(sl::wire::write_track(in.track(number)), sl::wire_limit::json));
    for (const sl::Attachment& attachment : in.attachments(number)) {
      track["attachments"].push_back({{"name", attachment.name}, {"bytes", attachment.bytes.size()}});
    }
    tracks.push_back(track);
  }
  return tracks;
}

Json describe_frame(const sl::Reader& in, std::uint16_t number) {
  const sl::Frame& frame = in.frame(number);
  Json json{{"track", number}, {"number", sl::json_count(frame.number)}};
  const auto time = [&](const char* name, std::int64_t value) {
    if (value != sl::no_time)
      json[name] = std::abs(value) < (std::int64_t{1} << 53) ? Json(value) : Json(std::to_string(value));
  };
  time("pts", frame.pts);
  time("duration", frame.duration);
  time("dts", frame.dts);
  time("capture", frame.capture);
  time("wall", frame.wall);
  json["key"] = (frame.flags & sl::frame_flag::key) != 0;
  if ((frame.flags & sl::frame_flag::damaged) != 0) json["damaged"] = true;
  if (!frame.metadata.empty()) json["metadata"] = sl::parse_json(frame.metadata, sl::wire_limit::long_json);
  return json;
}

// Prints members of an object on lines of their own, nested ones on one line; text from outside made harmless.
void print_members(const Json& object, const std::string& indent) {
  for (const auto& [name, value] : object.items()) {
    const std::string text = value.is_string() ? value.get<std::string>() : sl::write_json(value);
    std::cout << indent << sl::printable(name, 60) << ": " << sl::printable(text) << "\n";
  }
}

class Info {
 public:
  Info(bool json, bool frames, std::string name) : json_(json), frames_(frames), name_(std::move(name)) {}

  void run(sl::Reader& in) {
    bool told = false;
    while (const auto record = in.next()) {
      if (record->type == Type::Start) told = false;
      const bool header_ends = record->type == Type::Frame || record->type == Type::End;
      if (header_ends && !told) {
        header(in);
        told = true;
        if (!frames_) return;
      }
      if (record->type == Type::Frame) print("frame", describe_frame(in, record->track));
      if (record->type == Type::Event) {
        print("event", sl::parse_json({reinterpret_cast<const char*>(in.body().data()), in.body().size()},
                                      sl::wire_limit::json));
      }
      if (record->type == Type::End)
        print("end", sl::parse_json(sl::wire::write_end(in.end()), sl::wire_limit::long_json));
    }
  }

 private:
  void header(const sl::Reader& in) {
    const Json tracks = describe_tracks(in), stages = describe_stages(in);
    if (json_) {
      Json line{{"input", name_}, {"stream", in.streams()}, {"tracks", tracks}, {"stages", stages}};
      std::cout << sl::write_json(line) << "\n" << std::flush;
      return;
    }
    std::cout << sl::printable(name_) << (in.streams() > 1 ? ", stream " + std::to_string(in.streams()) : "") << "\n";
    for (const std::uint16_t number : in.tracks()) print_track(in, number);
    for (const Json& stage : stages) {
      std::cout << "  through " << sl::printable(stage["tool"].get<std::string>()) << " "
                << sl::printable(stage["version"].get<std::string>()) << " on "
                << sl::printable(stage["host"].get<std::string>()) << "\n";
    }
    std::cout << std::flush;
  }

  // A track in a few lines, the most asked for first.
  static void print_track(const sl::Reader& in, std::uint16_t number) {
    const sl::Track& track = in.track(number);
    const Json json = sl::parse_json(sl::wire::write_track(track), sl::wire_limit::json);
    const auto text = [&](const char* name) {
      return sl::printable(json.contains(name) ? json[name].get<std::string>() : "", 60);
    };
    std::cout << "  " << text("kind") << " " << number << ": ";
    if (track.is_raw_video()) {
      std::cout << track.width << "x" << track.height << " " << track.pixels->name;
    } else {
      std::cout << text("codec") << " " << text("samples");
      if (track.sample_rate != 0) std::cout << ", " << track.sample_rate << " Hz, " << track.channels << " channels";
    }
    if (track.alpha != sl::Alpha::None) std::cout << ", " << text("alpha") << " alpha";
    if (track.rate.num != 0) std::cout << ", " << track.rate.num << "/" << track.rate.den << " frames a second";
    if (track.live) std::cout << ", live";
    std::cout << "\n";
    if (json.contains("color")) {
      const sl::Color& color = track.color;
      std::cout << "    colour: primaries " << sl::primaries_name(color.primaries) << ", transfer "
                << sl::transfer_name(color.transfer) << ", matrix " << sl::matrix_name(color.matrix) << ", range "
                << json["color"]["range"].get<std::string>() << ", chroma "
                << json["color"]["chroma"].get<std::string>() << "\n";
    }
    if (track.sample_aspect.num != 0) {
      std::cout << "    sample aspect: " << track.sample_aspect.num << ":" << track.sample_aspect.den << "\n";
    }
    if (track.orientation != 1) std::cout << "    orientation: " << track.orientation << " (EXIF)\n";
    if (track.loop >= 0)
      std::cout << "    loop: " << (track.loop == 0 ? "for ever" : std::to_string(track.loop)) << "\n";
    for (const sl::Attachment& attachment : in.attachments(number)) {
      std::cout << "    " << attachment.name << ": " << attachment.bytes.size() << " bytes\n";
    }
    if (!track.rest.empty()) print_members(sl::parse_json(track.rest, sl::wire_limit::json), "    ");
  }

  void print(const std::string& what, const Json& json) const {
    if (json_) {
      std::cout << sl::write_json({{what, json}}) << "\n";
    } else {
      std::cout << "  " << what << ":\n";
      print_members(json, "    ");
    }
  }

  bool json_, frames_;
  std::string name_;
};

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-info", "Tell what a file, a picture on a pipe, or a wire holds.");
  tool.example("sl-info in.jpg");
  tool.example("sl-info --json in.jpg", "one JSON object on a line");
  tool.example("sl-decode in.jpg | sl-invert | sl-info --frames",
               "also the stages it came through, each frame, and how it ended");
  tool.describe("Reads the header of the first stream only, unless --frames asks for everything.");
  bool json = false, frames = false;
  tool.option("--json", json, "JSON lines: one for a header and, with --frames, one for each frame, event and end");
  tool.option("--frames", frames, "read all streams to their end, and list frames, events and what each stage took");
  tool.accept_compressed();
  tool.before_wait([] { std::cout.flush(); });
  return tool.run(argc, argv, [&](sl::Reader& in) {
    Info(json, frames, tool.input() == "-" ? "standard input" : sl::without_secrets(tool.input())).run(in);
    if (!std::cout.flush()) throw sl::Error(sl::Status::Io, "standard output cannot be written");
  });
}

// Describe a wire, as text or as JSON lines.

#include "formats/commands/info.h"

#include <iostream>

#include "formats/commands/info_each.h"
#include "formats/commands/info_value.h"
#include "formats/metadata/exif.h"
#include "formats/metadata/exif_facts.h"
#include "formats/metadata/words.h"
#include "libcore/base/error.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/base/url.h"
#include "libcore/media/attachment.h"
#include "libcore/media/color_names.h"
#include "libcore/media/frame.h"
#include "libcore/media/track.h"
#include "libcore/wire/reader.h"

namespace sl {

namespace {

using wire::Type;

Json describe_stages(const Reader& in) {
  Json stages = Json::array();
  for (const auto& stage : in.stages()) stages.push_back(parse_json(wire::write_stage(stage), wire_limit::json));
  return stages;
}

Json describe_tracks(const Reader& in) {
  Json tracks = Json::array();
  for (const std::uint16_t number : in.tracks()) {
    Json track{{"track", number}};
    track.update(parse_json(wire::write_track(in.track(number)), wire_limit::json));
    for (const Attachment& attachment : in.attachments(number)) {
      track["attachments"].push_back({{"name", attachment.name}, {"bytes", attachment.bytes.size()}});
      if (attachment.name != "exif") continue;
      if (Json facts = exif_facts(exif_without_prefix(attachment.bytes)); !facts.empty()) track["exif"] = facts;
    }
    tracks.push_back(track);
  }
  return tracks;
}

Json describe_frame(const Reader& in, std::uint16_t number) {
  const Frame& frame = in.frame(number);
  Json json{{"track", number}, {"number", json_count(frame.number)}};
  const auto time = [&](const char* name, std::int64_t value) {
    if (value != no_time)
      json[name] = std::abs(value) < (std::int64_t{1} << 53) ? Json(value) : Json(std::to_string(value));
  };
  time("pts", frame.pts);
  time("duration", frame.duration);
  time("dts", frame.dts);
  time("capture", frame.capture);
  time("wall", frame.wall);
  json["key"] = (frame.flags & frame_flag::key) != 0;
  if ((frame.flags & frame_flag::damaged) != 0) json["damaged"] = true;
  if (!frame.metadata.empty()) json["metadata"] = parse_json(frame.metadata, wire_limit::long_json);
  return json;
}

// Print each member of an object on a line, and of the free text (`meta`) too.
void print_members(const Json& object) {
  for (const auto& [name, value] : object.items()) {
    if (name == "meta" && value.is_object()) {
      print_members(value);
    } else {
      std::cout << "    " << printable(name, 60) << ": " << (name == "hdr" ? hdr_in_words(value) : in_words(value))
                << "\n";
    }
  }
}

class Info {
 public:
  explicit Info(const InfoCommand& command)
      : json_(command.json),
        frames_(command.frames),
        to_the_end_(command.frames || command.scan),
        get_(command.get),
        name_(command.input_name()),
        bytes_(command.bytes) {}

  void run(Reader& in) {
    bool printed = false;
    while (const auto record = in.next()) {
      if (record->type == Type::Start) printed = false;
      const bool header_ends = record->type == Type::Frame || record->type == Type::End;
      if (header_ends && !printed) {
        header(in);
        printed = true;
        if (!to_the_end_) return;
      }
      if (record->type == Type::Frame && frames_) print("frame", describe_frame(in, record->track));
      if (record->type == Type::Event && frames_) {
        print("event", parse_json(in.text(), wire_limit::json));
      }
      if (record->type == Type::End && get_.empty())
        print("end", parse_json(wire::write_end(in.end()), wire_limit::long_json));
    }
  }

 private:
  void header(const Reader& in) {
    const Json tracks = describe_tracks(in), stages = describe_stages(in);
    if (json_ || !get_.empty()) {
      Json line{{"input", name_}, {"stream", in.streams()}, {"tracks", tracks}, {"stages", stages}};
      if (bytes_) line["size"] = *bytes_;
      std::cout << (get_.empty() ? write_json(line) : described_value(line, get_, name_)) << "\n" << std::flush;
      return;
    }
    std::cout << printable(name_) << (in.streams() > 1 ? ", stream " + std::to_string(in.streams()) : "");
    std::cout << "\n";
    if (bytes_) std::cout << "  size: " << *bytes_ << " bytes\n";
    for (const std::uint16_t number : in.tracks()) print_track(in, number);
    for (const Json& stage : stages) {
      std::cout << "  through " << printable(stage["tool"].get<std::string>()) << " "
                << printable(stage["version"].get<std::string>()) << " on "
                << printable(stage["host"].get<std::string>()) << "\n";
    }
    std::cout << std::flush;
  }

  // A track in a few lines, the most asked for first.
  static void print_track(const Reader& in, std::uint16_t number) {
    const Track& track = in.track(number);
    const Json json = parse_json(wire::write_track(track), wire_limit::json);
    const auto text = [&](const char* name) {
      return printable(json.contains(name) ? json[name].get<std::string>() : "", 60);
    };
    std::cout << "  " << text("kind") << " " << number << ":";
    if (!track.is_raw_video()) std::cout << " " << text("codec");
    if (track.width != 0) std::cout << " " << track.width << "x" << track.height;
    if (track.pixels != nullptr) std::cout << " " << track.pixels->name;
    if (track.kind == Kind::Audio) {
      std::cout << " " << text("samples") << ", " << track.sample_rate << " Hz, " << track.channels
                << (track.channels == 1 ? " channel" : " channels");
    }
    if (track.alpha != Alpha::None) std::cout << ", " << text("alpha") << " alpha";
    if (track.rate.num != 0) {
      const double rate = static_cast<double>(track.rate.num) / static_cast<double>(track.rate.den);
      std::cout << ", " << in_words(rate) << " frames/s";
    }
    if (track.live) std::cout << ", live";
    std::cout << "\n";
    if (json.contains("color")) {
      const Color& color = track.color;
      std::cout << "    colour: primaries " << primaries_name(color.primaries) << ", transfer "
                << transfer_name(color.transfer) << ", matrix " << matrix_name(color.matrix) << ", range "
                << json["color"]["range"].get<std::string>() << ", chroma "
                << json["color"]["chroma"].get<std::string>() << "\n";
    }
    if (track.sample_aspect.num != 0) {
      std::cout << "    sample aspect: " << track.sample_aspect.num << ":" << track.sample_aspect.den << "\n";
    }
    if (track.orientation != 1) std::cout << "    orientation: " << track.orientation << " (EXIF)\n";
    if (track.loop >= 0)
      std::cout << "    loop: " << (track.loop == 0 ? "for ever" : std::to_string(track.loop)) << "\n";
    for (const Attachment& attachment : in.attachments(number)) {
      if (attachment.name == "exif") print_exif(std::cout, exif_facts(exif_without_prefix(attachment.bytes)));
      std::cout << "    " << attachment.name << ": " << attachment.bytes.size() << " bytes\n";
    }
    if (!track.rest.empty()) print_members(parse_json(track.rest, wire_limit::json));
  }

  void print(const std::string& what, const Json& json) const {
    if (json_) {
      std::cout << write_json({{what, json}}) << "\n";
    } else {
      std::cout << "  " << what << ":\n";
      print_members(json);
    }
  }

  bool json_, frames_, to_the_end_;
  std::string get_, name_;
  std::optional<std::uint64_t> bytes_;
};

}  // namespace

InfoCommand::InfoCommand() {
  tool.example("sl-info in.jpg");
  tool.example("sl-info film.mp4", "container, and each track");
  tool.example("sl-info --scan film.mp4", "also facts that need the whole file, and errors of its header");
  tool.example("sl-info --json in.jpg", "one JSON object on a line");
  tool.example("sl-info --get width in.jpg", "one bare value, for scripts");
  tool.example("sl-info a.jpg b.jpg", "a line about each file, or about each of a folder");
  tool.example("sl-decode in.jpg | sl-invert | sl-info --frames",
               "also the stages it came through, each frame, and how it ended");
  tool.example("sl-info --index film.index film.mp4", "for sl-decode --seek-mode index=film.index");
  tool.describe(
      "Reads headers only, unless something asks for more. Tracks are counted from 1, as on the wire; for a film their "
      "number for sl-decode --stream stands beside, which counts from 0, as ffprobe does. Frames are listed in the order they are shown. Frames that are never shown (cut off by an "
      "edit list, hidden references) are not counted. If header and content disagree, both are reported.");
  tool.describe(
      "An index has the times, the key frames and the places of all packets of the video tracks. It is refused if the "
      "film's size or time of change is different.");
  tool.option("--json", json, "JSON lines: one for a header and, with --frames, one for each frame, event and end");
  tool.option("--get", get, "NAME",
              "one value of --json: width, rate, duration, exif.DateTimeOriginal, tracks.2.codec, any name of a tag");
  tool.option("--frames", frames, "read everything, and list all frames (of a wire also events and what stages took)");
  tool.option("--scan", scan, "read everything: true numbers of frames, times, rates, distances of key frames");
  tool.option("--index", index, "FILE", "read everything, and write an index of the film's frames to FILE");
  tool.manage_many(
      "a file, a URL (http or https), a folder, or - for standard input (the default); NAME[shrink=2] "
      "gives options to its decoder",
      [this] { return describe_each(*this); });
  tool.check([this] {
    if (tool.manages_many() && (frames || !index.empty()))
      throw Error(Status::Usage, std::string(frames ? "--frames" : "--index") + " is for one input");
    if (!get.empty() && (json || frames))
      throw Error(Status::Usage, "--get prints one value: without --json and --frames");
  });
  tool.accept_compressed();
  tool.before_wait([] { std::cout.flush(); });
}

std::string InfoCommand::input_name() const {
  return tool.input() == "-" ? "standard input" : without_secrets(tool.input());
}

void InfoCommand::describe_wire(Reader& in) const {
  if (!index.empty()) throw Error(Status::Usage, "--index: " + input_name() + " is no film in a container");
  Info(*this).run(in);
}

void InfoCommand::finish() {
  if (!std::cout.flush()) throw Error(Status::Io, "standard output cannot be written");
}

}  // namespace sl

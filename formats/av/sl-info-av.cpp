// sl-info becomes this program unless the input is a wire or clearly a picture.

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>

#include "formats/av/decode/film_info.h"
#include "formats/av/decode/light_look.h"
#include "formats/av/decode/picture_types.h"
#include "formats/av/read/spool.h"
#include "formats/commands/info.h"
#include "formats/commands/info_value.h"
#include "formats/format.h"
#include "formats/output/plugin.h"
#include "libcore/base/json.h"
#include "libcore/base/report.h"
#include "libcore/base/time_text.h"
#include "libcore/bytes/target.h"
#include "libcore/process/sandbox.h"
#include "libcore/stage/options.h"
#include "libcore/wire/reader.h"

namespace {

using sl::Json;

class FilmInfo {
 public:
  FilmInfo(const sl::InfoCommand& command, sl::Source& source, sl::av::References& references)
      : command_(command),
        source_(source),
        version_(sl::av::version_of(source)),
        film_(source, references, {.salvage = false, .all_variants = true}) {}

  // Write --index to `index`.
  void report(std::optional<sl::Target>& index) {
    Json container = sl::av::container_facts(film_);
    std::vector<Json> tracks;
    for (int i = 0; i < film_.streams(); ++i) tracks.push_back(sl::av::track_facts(film_, i));
    const bool whole = command_.scan || command_.frames || index;
    std::vector<sl::av::FrameIndex> frames;
    for (int i = 0; i < film_.streams(); ++i) {
      if (sl::av::LightLook::is_worth(film_.stream(i))) lights_.try_emplace(i, film_.stream(i), film_.name());
    }
    if (whole) {
      frames = scan();
    } else {
      look_at_lights();
    }
    for (const auto& [stream, light] : lights_) {
      if (const Json hdr = light.found(); !hdr.is_null()) tracks[static_cast<std::size_t>(stream)]["hdr"] = hdr;
    }
    // If the size is unknown, only reading to the end finds a truncation.
    const auto truncation = whole || source_.size() ? film_.truncation() : std::nullopt;
    const bool shows_scan = command_.scan || command_.frames;
    if (command_.json || !command_.get.empty()) {
      for (std::size_t i = 0; shows_scan && i < tracks.size(); ++i) {
        tracks[i]["scan"] = sl::av::scan_facts(frames[i], tracks[i]);
      }
      if (truncation) container["damage"] = *truncation;
      const Json all{{"input", command_.input_name()}, {"container", container}, {"tracks", tracks}};
      const bool whole_json = command_.get.empty();
      std::cout << (whole_json ? sl::write_json(all) : sl::described_value(all, command_.get, command_.input_name()))
                << "\n";
    } else {
      sl::av::print_container(std::cout, command_.input_name(), container);
      for (std::size_t i = 0; i < tracks.size(); ++i) {
        sl::av::print_track(std::cout, tracks[i]);
        if (shows_scan) sl::av::print_scan(std::cout, sl::av::scan_facts(frames[i], tracks[i]), tracks[i]);
      }
    }
    if (command_.frames) list(frames);
    std::cout.flush();
    if (truncation && whole) throw sl::Error(sl::Status::Data, film_.name() + ": " + *truncation);
    if (truncation) sl::warn(film_.name() + ": " + *truncation);
    if (whole && film_.find_next()) sl::warn(film_.name() + ": another film follows, which is not described");
    if (index) write(*index, frames);
  }

 private:
  // Read on to the first picture of each film of high dynamic range.
  void look_at_lights() {
    constexpr int most_packets = 256;
    const sl::av::PacketPtr packet = sl::av::new_packet();
    const auto done = [](const auto& light) { return light.second.done(); };
    for (int i = 0; i < most_packets && !std::ranges::all_of(lights_, done) && film_.read(*packet); ++i) {
      look_at_light(*packet);
      av_packet_unref(packet.get());
    }
  }

  void look_at_light(const AVPacket& packet) {
    const auto found = lights_.find(packet.stream_index);
    if (found != lights_.end() && !found->second.done()) found->second.look(packet);
  }

  std::vector<sl::av::FrameIndex> scan() {
    std::vector<int> all;
    for (int i = 0; i < film_.streams(); ++i) {
      all.push_back(i);
      if (!command_.frames || film_.stream(i).codecpar->codec_type != AVMEDIA_TYPE_VIDEO) continue;
      types_.try_emplace(i, film_.stream(i), film_.name());
    }
    if (!command_.frames && lights_.empty()) return sl::av::scan_frames(film_, all);
    auto indices = sl::av::scan_frames(film_, all, [this](const AVPacket& packet) {
      look_at_light(packet);
      const auto found = types_.find(packet.stream_index);
      if (found != types_.end()) found->second.look(packet);
    });
    for (auto& [stream, types] : types_) types.finish();
    return indices;
  }

  void list(const std::vector<sl::av::FrameIndex>& indices) const {
    for (const sl::av::FrameIndex& index : indices) {
      const auto types = types_.find(index.stream);
      for (std::size_t i = 0; i < index.shown.size(); ++i) {
        const sl::av::IndexedPacket& packet = index.packets[index.shown[i]];
        const char type = types == types_.end() ? '\0' : types->second.type_at(packet.pts);
        if (command_.json) {
          std::cout << sl::write_json({{"frame", frame_json(index, i, packet, type)}}) << "\n";
        } else {
          std::cout << "  track " << index.stream + 1 << " frame " << i << ": "
                    << sl::seconds_text(packet.pts, index.time_base) << ", pts " << packet.pts;
          if (packet.duration > 0) std::cout << " for " << packet.duration;
          if (type != '\0') std::cout << ", " << type;
          if (packet.key && type != '\0') std::cout << " key";
          std::cout << ", " << packet.size << " bytes\n";
        }
      }
    }
  }

  static Json frame_json(const sl::av::FrameIndex& index, std::size_t number, const sl::av::IndexedPacket& packet,
                         char type) {
    Json frame{{"track", index.stream + 1}, {"stream", index.stream}, {"number", number}, {"pts", packet.pts}};
    if (packet.duration > 0) frame["duration"] = packet.duration;
    if (packet.dts != sl::no_time) frame["dts"] = packet.dts;
    frame["key"] = packet.key;
    if (type != '\0' && type != '?') frame["type"] = std::string(1, type);
    frame["size"] = packet.size;
    if (packet.position >= 0) frame["position"] = packet.position;
    return frame;
  }

  void write(sl::Target& target, std::vector<sl::av::FrameIndex>& indices) {
    std::erase_if(indices, [this](const sl::av::FrameIndex& index) {
      return film_.stream(index.stream).codecpar->codec_type != AVMEDIA_TYPE_VIDEO;
    });
    if (indices.empty()) throw sl::Error(sl::Status::Usage, "--index: " + film_.name() + " has no video");
    sl::av::write_index(target, version_, indices);
    target.finish();
  }

  const sl::InfoCommand& command_;
  sl::Source& source_;
  sl::av::SourceVersion version_;
  sl::av::Demuxer film_;
  std::map<int, sl::av::PictureTypes> types_;
  std::map<int, sl::av::LightLook> lights_;
};

// Whether sl-decode must make a wire of the input: pictures, formats of plug-ins, and options for a decoder.
bool is_for_decoder(const sl::InfoCommand& command, sl::Source& source) {
  if (!sl::split_options(command.tool.input()).options.empty()) return true;
  return sl::recognise_format(source) != nullptr ||
         sl::find_plugin_by_content(source.peek(sl::plugin_magic_bytes)).has_value();
}

}  // namespace

int main(int argc, char** argv) {
  sl::InfoCommand command;
  std::int64_t max_spool = std::int64_t{8} << 30;
  sl::av::Spool spool(max_spool);
  std::optional<sl::Target> index;
  bool is_film = false;
  std::optional<sl::av::References> references;
  command.tool.prepare([&](sl::SandboxPlan& plan) {
    if (command.index.empty()) return;
    index.emplace(sl::Target::file(command.index));
    if (index->directory() >= 0) plan.output_folders.push_back(index->directory());
  });
  command.tool.before_decoder([&](sl::Source& source) {
    command.bytes = source.size();
    is_film = !is_for_decoder(command, source);
    if (is_film) spool.take_if_needed(source);
    if (is_film) {
      references.emplace(command.tool.fetch_options(), sl::split_options(command.tool.input()).name, source);
    }
    return !is_film;
  });
  return command.tool.run(argc, argv, [&](sl::Reader& in) {
    if (is_film) {
      constexpr std::size_t usual_read_ahead = 64 << 10;
      in.source().limit_read_ahead(usual_read_ahead);
      FilmInfo(command, in.source(), *references).report(index);
    } else {
      command.describe_wire(in);
    }
    sl::InfoCommand::finish();
  });
}

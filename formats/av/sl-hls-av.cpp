// sl-hls becomes this program after it has checked its command line.

#include <fcntl.h>

#include <cstdlib>
#include <memory>

#include "formats/av/av_log.h"
#include "formats/av/hls/hls_sink.h"
#include "formats/commands/hls.h"
#include "formats/hls/folder.h"
#include "libcore/base/report.h"

int main(int argc, char** argv) {
  sl::HlsCommand command;
  sl::Tool& tool = command.tool;
  sl::av::HlsEncoders encoders;
  std::optional<sl::hls::Folder> folder;
  std::optional<sl::av::HlsSink> sink;
  std::optional<sl::FolderServer> server;
  tool.check([&] {
    sl::av::ffmpeg_log().capture();
    setenv("SVT_LOG", "1", 0);  // SVT-AV1 prints by itself: errors only
    command.read();
    encoders = sl::av::make_encoders(command, "h264");
    if (!command.film.encodes() && command.rungs.front().bitrate.empty()) tool.accept_packets();
  });
  tool.prepare([&](sl::SandboxPlan& plan) {
    // x265 counts the processors; it is the default for HDR.
    if (command.film.codec.empty() || std::string_view(encoders.front()->video()->name) == "libx265") {
      plan.processors_folder = open("/sys/devices/system", O_PATH | O_DIRECTORY | O_CLOEXEC);
    }
    sink.emplace(command, encoders, folder.emplace(command.folder, command.mirror, plan));
    if (command.server.address.empty()) return;
    server.emplace(command.folder, command.server);
    sl::warn("serving " + server->url() + (server->is_open_to_all() ? " to all who reach it (--token-file)" : ""));
  });
  tool.on_failure([&](const sl::Error& error) {
    const std::string kept = sink ? sink->give_up() : std::string();
    const bool said = error.already_reported() && error.cause() && error.cause()->tool == "sl-put";  // already printed
    return said ? std::string() : kept;
  });

  return tool.run(argc, argv, [&](sl::Reader& in) {
    sink->run(in);
    if (!server) return;
    const auto time = sink->time_to_watch();
    sl::warn("the source has ended; serving " + server->url() +
             (time ? " for " + std::to_string(time->count()) + " s more" : " until an interrupt (Ctrl-C)"));
    server->keep_serving(time);
  });
}

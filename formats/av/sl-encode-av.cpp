// sl-encode becomes this program for film and sound: the same command line, with FFmpeg.

#include <fcntl.h>

#include <cstdlib>

#include "formats/av/av_log.h"
#include "formats/av/encode/film_sink.h"
#include "formats/commands/encode.h"

int main(int argc, char** argv) {
  sl::EncodeCommand command;
  sl::Tool& tool = command.tool;
  std::optional<sl::av::EncoderOptions> options;
  std::optional<sl::Output> output;
  std::optional<sl::av::FilmSink> sink;
  tool.check([&] {
    sl::av::ffmpeg_log().capture();
    setenv("SVT_LOG", "1", 0);  // SVT-AV1 prints by itself: errors only
    command.read();
    if (command.container == nullptr) {
      throw sl::Error(sl::Status::Usage, "this part of sl-encode writes film and sound only");
    }
    options.emplace(command.film, *command.container, command.tool.given_threads());
    if (!command.film.encodes()) tool.accept_packets();
  });
  tool.prepare([&](sl::SandboxPlan& plan) {
    const sl::av::FilmSettings settings{*command.container, *options, !command.no_orient, command.background_rgb(),
                                        command.keep == sl::Keep::All};
    if (options->video() != nullptr && std::string_view(options->video()->name) == "libx265") {
      plan.processors_folder = open("/sys/devices/system", O_PATH | O_DIRECTORY | O_CLOEXEC);
    }
    sink.emplace(settings, output.emplace(command.name, sl::Sync::Always, plan, tool.ledger()));
  });
  tool.before_wait([&] { sink->flush(); });
  tool.on_failure([&](const sl::Error&) { return sink ? sink->give_up() : std::string(); });

  return tool.run(argc, argv, [&](sl::Reader& in) { sink->run(in); });
}

// sl-encode: pictures from the wire to a format: to standard output, a file, or numbered files. For film and sound it
// becomes a helper that links FFmpeg (formats/av/sl-encode-av.cpp).

#include <algorithm>
#include <thread>

#include "formats/commands/encode.h"
#include "formats/output/picture_sink.h"

namespace {

// Options of the formats, and for a family of formats (PNM) which of them the suffix says.
sl::FormatOptions options_for(const sl::Format& format, const sl::EncodeCommand& command) {
  auto values = command.name.options;
  const bool family =
      std::ranges::find(format.encode_options, "variant", &sl::FormatOption::name) != format.encode_options.end();
  if (family && command.name.extension != "pnm") values.emplace_back("variant", command.name.extension);
  return command.formats->values_for(format, values);
}

}  // namespace

int main(int argc, char** argv) {
  sl::EncodeCommand command;
  sl::Tool& tool = command.tool;
  std::optional<sl::FormatOptions> options;
  std::optional<sl::Output> output;
  std::unique_ptr<sl::PictureSink> sink;
  tool.check([&] {
    command.read();
    if (command.container != nullptr) tool.become("sl-encode-av");
    if (command.threads == 0) command.threads = std::max(1u, std::thread::hardware_concurrency());
  });
  tool.prepare([&](sl::SandboxPlan& plan) {
    using sl::Keep;
    const Keep keep = command.keep == "all" ? Keep::All : command.keep == "icc" ? Keep::Icc : Keep::None;
    const std::string& extension = command.name.extension;
    if (const sl::Format* format = sl::find_format_by_extension(extension)) {
      options = options_for(*format, command);
      const sl::PictureEncoder::Settings settings{
          *format, *options, !command.no_orient, command.background, static_cast<int>(command.threads), keep};
      sink = sl::make_format_sink(settings, output.emplace(command.name, sl::Sync::IfReplacing, plan));
    } else if (extension == "slw") {
      sink = sl::make_wire_sink(output.emplace(command.name, sl::Sync::Always, plan), keep);
    } else if (const auto plugin = sl::find_plugin_by_extension(extension)) {
      sink = sl::make_plugin_sink(*plugin, output.emplace(command.name, sl::Sync::IfReplacing, plan), keep);
    } else {
      throw sl::Error(sl::Status::Usage, "." + sl::printable(extension, 20) + " is the suffix of no known format");
    }
  });
  tool.before_wait([&] { sink->flush(); });
  tool.on_failure([&](const sl::Error&) { return sink ? sink->give_up() : std::string(); });

  return tool.run(argc, argv, [&](sl::Reader& in) { sink->run(in); });
}

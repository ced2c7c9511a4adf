// sl-encode: pictures from the wire to a format: to standard output, a file, or numbered files.

#include <algorithm>
#include <charconv>
#include <thread>

#include "formats/picture_sink.h"
#include "formats/tool_options.h"
#include "libcore/tool.h"

namespace {

// "255,128,0" in 0...1.
std::array<float, 3> parse_background(const std::string& text) {
  std::array<float, 3> color{};
  const char* at = text.data();
  const char* const end = at + text.size();
  bool good = true;
  for (float& component : color) {
    int value = 0;
    const auto [stop, error] = std::from_chars(at, end, value);
    good = good && error == std::errc() && value >= 0 && value <= 255 &&
           (&component == &color.back() ? stop == end : stop != end && *stop == ',');
    component = static_cast<float>(value) / 255.0f;
    at = std::min(stop + 1, end);
  }
  if (!good)
    throw sl::Error(sl::Status::Usage, "--background: \"" + sl::printable(text, 40) + "\" is not R,G,B from 0 to 255");
  return color;
}

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-encode", "Encode pictures from the wire to a format.");
  tool.example("cat in.jpg | sl-invert | sl-encode .png > out.png");
  tool.example("cat a.jpg b.jpg | sl-invert | sl-encode -o out-%03d.png", "a file for each picture");
  tool.example("sl-encode '.jpg[Q=90,progressive]' in.jpg > out.jpg", "options of the format in brackets, or as flags");
  tool.describe(
      "A file appears under its name when it is complete, and not at all if anything failed, here or in a stage "
      "before. "
      "Pictures are turned upright. The bytes depend on the picture and the options only: not on threads, machine or "
      "timing.");
  tool.describe(
      "A name that ends in .slw records the wire itself; a recording of a live source that is cut off stays as "
      "NAME.part.");

  std::string output_argument, output_option, background = "0,0,0", keep = "all";
  bool no_orient = false;
  std::int64_t threads = 0;
  tool.argument("OUTPUT", output_argument,
                "a suffix (.png) for standard output, a file, or numbered files (out-%03d.png)", false);
  tool.option("--output,-o", output_option, "OUTPUT", "the same, and the first argument is INPUT");
  tool.option("--no-orient", no_orient,
              "keep pixels and orientation tag as they came, instead of turning pictures upright");
  tool.option("--background", background, "R,G,B",
              "what stands behind transparent pixels where the format has no alpha");
  tool.option("--keep", keep, "all|icc|none",
              "what is kept of metadata: everything, the colour profile alone, or nothing");
  tool.option("--threads,-t", threads, "N", "threads to encode with; 0: one a core", 0, 256);
  tool.group("Formats");
  const sl::ToolFormatOptions format_options(tool, sl::ToolFormatOptions::Direction::Encode);
  for (const sl::Format* format : sl::formats()) {
    if (!format->note.empty()) tool.describe(std::string(format->name) + ": " + std::string(format->note) + ".");
  }

  sl::OutputName name;
  std::optional<sl::FormatOptions> options;
  std::optional<sl::Output> output;
  std::unique_ptr<sl::PictureSink> sink;
  tool.check([&] {
    if (!output_option.empty()) {
      if (!output_argument.empty()) tool.set_input(output_argument);
      output_argument = output_option;
    }
    if (output_argument.empty()) throw sl::Error(sl::Status::Usage, "OUTPUT is missing: a suffix as .png, or a file");
    name = sl::parse_output(output_argument);
    if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  });
  tool.prepare([&](sl::SandboxPlan& plan) {
    using Keep = sl::PictureEncoder::Settings::Keep;
    const sl::Format* format = sl::find_format_by_extension(name.extension);
    if (format != nullptr) {
      auto values = name.options;
      const bool family =
          std::ranges::find(format->encode_options, "variant", &sl::FormatOption::name) != format->encode_options.end();
      if (family && name.extension != "pnm")
        values.emplace_back("variant", name.extension);  // out.pgm says which it wants
      options = format_options.values_for(*format, values);
      const sl::PictureEncoder::Settings settings{*format,
                                                  *options,
                                                  !no_orient,
                                                  parse_background(background),
                                                  static_cast<int>(threads),
                                                  keep == "all"   ? Keep::All
                                                  : keep == "icc" ? Keep::Icc
                                                                  : Keep::None};
      sink = sl::make_format_sink(settings, output.emplace(name, plan));
    } else if (name.extension == "slw") {
      sink = sl::make_wire_sink(output.emplace(name, plan));
    } else if (const auto plugin = sl::find_plugin_by_extension(name.extension)) {
      sink = sl::make_plugin_sink(*plugin, output.emplace(name, plan));
    } else {
      throw sl::Error(sl::Status::Usage, "." + sl::printable(name.extension, 20) + " is the suffix of no known format");
    }
  });
  tool.before_wait([&] { sink->flush(); });
  tool.on_failure([&](const sl::Error&) { return sink ? sink->give_up() : std::string(); });

  return tool.run(argc, argv, [&](sl::Reader& in) { sink->run(in); });
}

// sl-draw: pictures drawn by a script, over frames or as a stream of their own.

#include <fstream>
#include <memory>
#include <sstream>

#include "canvas/frames.h"
#include "canvas/own_pictures.h"
#include "draw/script.h"
#include "formats/fonts/fonts.h"
#include "libcore/base/error.h"
#include "libcore/bytes/control_lines.h"
#include "libcore/process/sandbox.h"
#include "libcore/stage/tool.h"

namespace {

using namespace sl::drawing;

std::string read_script(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || (file.peek() != std::ifstream::traits_type::eof() && !(text << file.rdbuf())))
    throw sl::system_error(sl::Status::NoInput, path);
  if (text.view().size() > (std::size_t{16} << 20))
    throw sl::Error(sl::Status::Limit, path + ": a script of more than 16 MiB");
  return text.str();
}

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-draw", "Draw over frames, or make pictures, by a script in Lua that runs for every frame.");
  tool.example("sl-draw <(echo 'function draw(c) c:drawCircle(50, 50, 30, skia.Paint()) end') in.jpg -o dot.png");
  tool.example("sl-draw <(echo 'function draw(c) c:clear(skia.ColorRED) end') --size 64x48 --duration 1s -o red.mp4",
               "a film of its own");
  tool.example("sl-draw --set x=9 <(echo 'function draw(c, ctx) c:clear(ctx.x) end') film.mp4 -o dark.mp4",
               "with a variable, which --control changes while it runs");
  tool.describe(
      "SCRIPT sets a function draw(canvas, ctx), whose names are those of Skia: docs/drawing.md lists them. ctx has time "
      "(in seconds), frame_number, width, height, pts, wall_time and capture_time (seconds), source_id, metadata, "
      "detections, level (of the sound, in dB) and the variables of --set and --control. Drawing touches only the "
      "pixels that it covers: they are blended in the frame's own format, and the rest passes. Colors are sRGB; in other "
      "color spaces they are converted, with white at 203 cd/m2 in HDR.");
  tool.describe(
      "With --size there is no input, and the output is a stream of RGBA pictures: one, or as many as --frames or "
      "--duration asks for, or without end if only --rate is given. The script has no files, no network, no modules "
      "and no other processes.");
  std::string path, control;
  std::vector<std::string> sets, image_names;
  tool.argument("SCRIPT", path, "a file in Lua 5.4");
  tool.option("--set", sets, "NAME=VALUE", "a variable: ctx.NAME is a number, true or false, or a string");
  tool.option("--control", control, "PLACE",
              "variables that change meanwhile: lines NAME=VALUE from a FIFO, a file, or the number of a descriptor");
  tool.option("--image", image_names, "NAME=FILE", "a picture for canvas:drawImage(NAME, x, y)");
  OwnPictures own;
  own.bind(tool, "make pictures of this size");
  tool.group("Limits of the script");
  Script::Limits limits;
  tool.option("--script-steps", limits.steps, "N", "instructions for one frame", 1000, std::int64_t{1} << 62);
  tool.option("--script-memory", limits.memory, "BYTES", "of its values", 1 << 20, std::int64_t{1} << 40);
  tool.option("--script-time", limits.seconds, "SECONDS", "for one frame", 0.01, 1e6);

  std::string text;
  Variables variables;
  Images images;
  std::optional<sl::ControlLines> live;
  tool.check([&] {
    own.check();
    if (own.are_wanted() && tool.input() != "-")
      throw sl::Error(sl::Status::Usage, "--size makes pictures without an INPUT");
    for (const std::string& set : sets) variables.set("--set", set);
    text = read_script(path);
  });
  tool.prepare([&](sl::SandboxPlan& plan) {
    for (const std::string& image : image_names) images.load("--image", image);
    if (!control.empty()) live.emplace(control, plan);
    sl::load_fonts(plan);
  });

  const auto run = [&](const auto& drive) {
    Texts texts;
    Script script(path.substr(path.rfind('/') + 1), text, limits, texts, images);
    drive(Artist{texts, images.surfaces(), [&](const Moment& moment, Canvas& canvas) {
                   if (live) live->take([&](std::string_view line) { variables.set("--control", line); });
                   script.draw(moment, variables, canvas);
                 }});
  };
  const auto make = [&](sl::Writer& out) {
    run([&](const Artist& artist) { draw_stream(out, own.stream(), artist); });
  };
  tool.stage_if(own.are_wanted(), sl::Tool::Generator(make));
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    run([&](const Artist& artist) { draw_over(in, out, artist); });
  });
}

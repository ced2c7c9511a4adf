// sl-text: text on frames, or pictures of text.

#include <ctime>
#include <optional>

#include "canvas/frames.h"
#include "canvas/own_pictures.h"
#include "formats/fonts/fonts.h"
#include "libcore/base/angle_text.h"
#include "libcore/base/error.h"
#include "libcore/base/report.h"
#include "libcore/bytes/watched_file.h"
#include "libcore/process/sandbox.h"
#include "libcore/stage/tool.h"
#include "text/caption.h"
#include "text/fields.h"

namespace {

using namespace sl::drawing;

// The options of the look and the place.
void bind(sl::Tool& tool, Caption& caption, sl::Angle& angle) {
  tool.group("Look");
  tool.option("--font,-f", caption.font, "NAME",
              "a font of the system: sans, \"DejaVu Sans Bold\", \"Noto Serif Italic\"");
  tool.option("--font-size,-s", caption.size, "PIXELS",
              "height of the font; 0: 1/15 of the frame, with --fit the largest", 0, 10000);
  tool.option("--pointsize", caption.size, "PIXELS", "the same, as ImageMagick names it", 0, 10000);
  tool.option("--fontsize", caption.size, "PIXELS", "the same, as FFmpeg names it", 0, 10000);
  tool.option("--color,-c", caption.color, "COLOR", "a CSS name, #rrggbb[aa] or rgb()");
  tool.option("--fill", caption.color, "COLOR", "the same, as ImageMagick names it");
  tool.option("--fontcolor", caption.color, "COLOR", "the same, as FFmpeg names it");
  tool.option("--outline", caption.outline, "COLOR", "a line around the letters");
  tool.option("--outline-width", caption.outline_width, "PIXELS", "as wide as this; 0: 1/12 of the size", 0, 1000);
  tool.option("--shadow", caption.shadow, "COLOR", "a shadow under the letters");
  tool.option("--shadow-offset", caption.shadow_offset, "X,Y", "where it falls");
  tool.option("--shadow-blur", caption.shadow_blur, "PIXELS", "its standard deviation", 0, 100);
  tool.option("--box", caption.box, "COLOR", "a box behind the text: #00000080 is half transparent");
  tool.option("--box-margin", caption.box_margin, "PIXELS", "between box and text", 0, 10000);
  tool.option("--box-radius", caption.box_radius, "PIXELS", "of its corners", 0, 10000);
  tool.option("--line-spacing", caption.spacing, "FACTOR", "times the font's own", 0.1, 10);
  tool.option("--opacity", caption.opacity, "N", "of all that is drawn", 0, 1);
  tool.group("Place");
  tool.option("--gravity,-g", caption.gravity, sl::gravity_names, "the side at which the text lies");
  tool.option("--margin,-m", caption.margin, "X,Y", "pixels between the text and the sides of the frame");
  tool.option("--at", caption.place, "X,Y", "the text's place, counted inwards from the gravity's side");
  tool.option("--align", caption.align, align_names, "lines among each other; by the gravity if it is not given");
  tool.option("--rotate", angle, "DEGREES", "clockwise about the middle of the text");
  tool.option("--fit", caption.shrinks, "make the text as large as fits the frame, or as small as it must be");
}

}  // namespace

int main(int argc, char** argv) {
  sl::Tool tool("sl-text", "Write text on frames, or make pictures of text.");
  tool.example("sl-text 'Hello' in.jpg -o hello.jpg");
  tool.example("sl-text '{time} frame {number}' --gravity northwest --box '#00000080' film.mp4 -o timed.mp4");
  tool.example("sl-text 'News ...' --scroll 100 --margin 0,10 --outline black film.mp4 -o ticker.mp4");
  tool.example("sl-text 'A title' --size 640x360 --fit --color gold -o title.png", "without input: a picture");
  tool.describe(
      "Fields of TEXT: {time} since the start, {time:0} without fractions, {wall:%H:%M:%S} of the frame (of this "
      "machine, if the frame has none), {number}, {pts}, {capture}, {name} of the input, {width}, {height}, {level} of "
      "the sound, {meta:KEY} of the frame's or the track's metadata. {{ and }} are braces. Lines are wrapped at the "
      "frame's sides.");
  tool.describe(
      "Only pixels under the text change, in the frame's own format: YCbCr stays YCbCr. Scripts that draw more are "
      "for sl-draw.");
  std::string text, file;
  Caption caption;
  sl::Angle angle;
  tool.argument("TEXT", text, "with fields in braces, and \\n for a new line; not with --file");
  tool.argument_replaced([&] { return !file.empty(); });
  tool.option("--file", file, "FILE", "the text of a file, read again when it changes");
  bind(tool, caption, angle);
  tool.group("Time");
  tool.option("--from", caption.from, "TIME", "show the text from then on");
  tool.option("--to", caption.to, "TIME", "and until then");
  tool.option("--fade-in", caption.fade_in, "TIME", "appear in so long");
  tool.option("--fade-out", caption.fade_out, "TIME", "vanish in so long before --to");
  tool.option("--scroll", caption.scroll, "PIXELS", "a second, to the left; below 0 to the right", -1e5, 1e5);
  tool.option("--scroll-up", caption.scroll_up, "PIXELS", "a second, upwards; below 0 downwards", -1e5, 1e5);
  OwnPictures own;
  own.bind(tool, "make pictures of this size, transparent around the text");

  std::optional<Fields> fields;
  std::optional<sl::WatchedFile> watched;
  std::string name;
  tool.check([&] {
    own.check();
    if (caption.fade_out && !caption.to) throw sl::Error(sl::Status::Usage, "--fade-out needs --to");
    caption.rotate = angle.degrees;
    if (file.empty()) fields.emplace("TEXT", text);
    name = tool.input().substr(tool.input().rfind('/') + 1);
  });
  const auto take = [&](std::string changed) {
    while (changed.ends_with('\n')) changed.pop_back();
    try {
      fields.emplace(file, changed);
    } catch (const sl::Error& error) {
      if (!fields) throw;
      sl::warn(std::string(error.what()) + ": the text stays as it was");
    }
  };
  tool.prepare([&](sl::SandboxPlan& plan) {
    if (!file.empty()) watched.emplace(file, plan);
    if (watched) take(watched->changed().value_or(""));
    tzset();  // reads the time zone's file
    sl::load_fonts(plan);
  });

  const auto draw = [&](const Moment& moment, Canvas& canvas) {
    if (watched) {
      if (auto changed = watched->changed()) take(std::move(*changed));
    }
    caption.draw(canvas, fields->at(moment, name), moment.time);
  };
  const auto make = [&](sl::Writer& out) {
    Texts texts;
    const std::vector<Surface> no_images;
    draw_stream(out, own.stream(), {texts, no_images, draw});
  };
  tool.stage_if(own.are_wanted(), sl::Tool::Generator(make));
  return tool.run(argc, argv, [&](sl::Reader& in, sl::Writer& out) {
    Texts texts;
    const std::vector<Surface> no_images;
    draw_over(in, out, {texts, no_images, draw});
  });
}

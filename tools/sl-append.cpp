// sl-append: pictures or films side by side, or one below another.

#include "libcore/base/color_text.h"
#include "libcore/bytes/name_list.h"
#include "libcore/combine/append.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-append", "Put pictures or films side by side, or one below another.");
  tool.example("sl-append a.jpg b.jpg | sl-encode .png > row.png");
  tool.example("sl-append --column --color white --space 8 a.jpg b.jpg | sl-encode .jpg > column.jpg");
  tool.example("ls *.jpg | sl-append --files-from - | sl-encode .webp > all.webp");
  tool.describe(
      "The row is as high as its highest picture, the column as wide as its widest; sl-resize x200 makes them equal "
      "before. Of films the nth frames go together, up to the end of the shortest; a still stays for all of them. Times, "
      "metadata and sound are those of the first film.");
  tool.describe(
      "Pictures of one pixel format keep it, unless one begins between pixels that share chroma, as 4:2:0 at an odd place: "
      "then it becomes 4:4:4. Those of different formats become R'G'B', or gray, as deep as the deepest; with alpha, if "
      "one has any.");
  sl::AppendSettings settings;
  std::string list;
  bool by_zero = false;
  std::int64_t space = 0;
  tool.option("--column", settings.column, "one below another");
  tool.option("--gravity,-g", settings.gravity, sl::gravity_names, "where smaller pictures lie across the row");
  tool.option("--color,-c", settings.color, "COLOR", "around smaller pictures: a CSS name, #rrggbb[aa] or rgb()");
  tool.option("--space", space, "N", "pixels between two pictures", 0, 1 << 20);
  tool.option("--files-from", list, "FILE", "more inputs: a name on each line of this file, or of standard input (-)");
  tool.option("--null,-0", by_zero, "the names of --files-from end with a zero byte, as find -print0 writes them");
  sl::Tool::InputRules rules;
  rules.most = 256;
  rules.help = "the pictures or films, in their order";
  rules.more = [&] { return list.empty() ? std::vector<std::string>() : sl::read_names(list, by_zero); };
  tool.inputs(std::move(rules));
  tool.check([&] { settings.space = static_cast<std::uint32_t>(space); });
  return tool.run(argc, argv, [&](sl::Inputs& inputs, sl::Writer& out) { sl::append(inputs, out, settings); });
}

// sl-join: the tracks of several inputs as one stream, picture from here and sound from there.

#include <set>
#include <string>
#include <vector>

#include "libcore/combine/join.h"
#include "libcore/stage/options.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-join", "Join the tracks of several inputs into one stream: picture from here, sound from there.");
  tool.example("sl-join film.mp4[tracks=video] sound.wav > film.slw", "another sound for a film");
  tool.example("sl-join <(sl-decode in.jpg | sl-invert) in.jpg | sl-track 1 | sl-encode .png > out.png");
  tool.describe(
      "Tracks are numbered again in the order of the inputs; their times and clocks stay. NAME[tracks=...] picks "
      "some of an input's tracks, as sl-track does but with + between them: [tracks=video+audio:de]. Frames come "
      "interleaved by time, within a second, or a tenth of one if a track is live; nothing is kept in memory for "
      "that, inputs that are ahead wait. Attachments of a whole stream come from the first input.");
  std::vector<std::string> optional;
  bool shortest = false;
  tool.option("--shortest", shortest, "end with the input that ends first; frames that begin later are left out");
  tool.option("--optional", optional, "N", "continue without input N (from 1) when it fails or cannot be opened");
  std::set<std::size_t> optional_numbers;
  sl::Tool::InputRules rules;
  rules.own_options = {"tracks"};
  rules.optional = [&](std::size_t number) { return optional_numbers.contains(number); };
  rules.help =
      "files, wires, FIFOs, or - for standard input; NAME[tracks=audio] picks tracks, other options are its "
      "decoder's";
  tool.inputs(std::move(rules));
  tool.accept_compressed();
  tool.check([&] {
    const auto count = static_cast<std::int64_t>(tool.input_names().size());
    for (const std::string& text : optional) {
      optional_numbers.insert(static_cast<std::size_t>(sl::parse_integer("--optional", text, 1, count)));
    }
  });
  return tool.run(argc, argv, [&](sl::Inputs& inputs, sl::Writer& out) { sl::join(inputs, out, shortest); });
}

// sl-mix: the sound of several inputs added, sample by sample; the rest of the first passes untouched.

#include <algorithm>
#include <string_view>
#include <vector>

#include "libcore/combine/mix.h"
#include "libcore/sound/samples.h"
#include "libcore/stage/options.h"
#include "libcore/stage/tool.h"

int main(int argc, char** argv) {
  sl::Tool tool("sl-mix", "Mix the sound of several inputs; the picture of the first passes untouched.");
  tool.example("sl-mix --first --gain 2=-12 film.mkv sound.wav > film.slw", "another sound under a film's");
  tool.describe(
      "Samples are placed by their times and added; an input is silent between them. The sum is rounded once, in the "
      "format of the first input, and saturates if that is an integer format. The inputs need the same sample rate "
      "and channels; sl-resample makes them alike. The first track of sound of each is taken, or "
      "NAME[tracks=audio:de]. The result does not depend on how the sound was cut into frames.");
  sl::MixOptions options;
  std::vector<std::string> gains;
  tool.option("--gain", gains, "N=GAIN", "of input N (from 1): decibels (2=-6), or a factor (2=x0.5)");
  tool.option("--first", options.until_first, "end with the first input, not with the longest");
  sl::Tool::InputRules rules;
  rules.own_options = {"tracks"};
  rules.help = "files, wires, FIFOs, or - for standard input; NAME[tracks=audio:2] picks another sound of it";
  tool.inputs(std::move(rules));
  tool.check([&] {
    const auto count = static_cast<std::int64_t>(tool.input_names().size());
    options.gains.assign(tool.input_names().size(), 1.0);
    for (const std::string& text : gains) {
      const std::size_t equals = std::min(text.find('='), text.size());
      const auto input = static_cast<std::size_t>(sl::parse_integer("--gain", text.substr(0, equals), 1, count));
      sl::Gain gain;
      parse_value("--gain", std::string_view(text).substr(std::min(equals + 1, text.size())), gain);
      options.gains[input - 1] = gain.factor;
    }
  });
  return tool.run(argc, argv, [&](sl::Inputs& inputs, sl::Writer& out) { sl::mix(inputs, out, options); });
}

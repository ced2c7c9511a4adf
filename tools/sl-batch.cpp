// sl-batch: one pipeline over many files.

#include <algorithm>
#include <optional>
#include <string>
#include <thread>

#include "formats/film/container.h"
#include "formats/format_info.h"
#include "formats/output/plugin.h"
#include "libcore/base/error.h"
#include "libcore/bytes/name_list.h"
#include "libcore/stage/options.h"
#include "libcore/stage/tool.h"
#include "tools/batch/batch_run.h"

int main(int argc, char** argv) {
  using namespace sl::batch;
  sl::Tool tool("sl-batch", "Send many files through one pipeline, each to a file of its own.");
  tool.example("sl-batch -o 'small/{stem}.webp' 'sl-thumbnail 256' -- *.jpg");
  tool.example("find . -name '*.jpg' -print0 | sl-batch -0 --files-from - -o '{dir}/{stem}.png' sl-encode",
               "another format alone; names of any kind");
  tool.example("sl-batch -o '{path}' --keep-time 'sl-resize 100x100> | sl-encode -Q 85' -- a.jpg b.jpg", "in place");
  tool.describe(
      "COMMAND is one or more stages of streamlib, joined by | and quoted as in a shell; nothing else is started. The "
      "options of an sl-decode at its start and of an sl-encode at its end are those of all files; sl-encode alone "
      "changes the format, which the suffix of the name says.");
  tool.describe(
      "Fields of the name: {dir} and {stem} of the input (its folder, its name without the suffix), {ext} (its suffix), "
      "{n} (its number, from 1), {path} (all of it: the file is replaced), {date:%Y-%m-%d} (when it was taken, or, if it "
      "does not say so, of its last change; as date writes it), {width} and {height} (of the picture that is written). {{ and }} are braces. Missing folders are made.");
  tool.describe(
      "A file that is not older than its input is skipped, unless its name has {width} or {height}. Many pictures run "
      "through one pipeline, one after another. One that is damaged, or that a stage refuses, is left out and its "
      "neighbours are done; failures are listed at the end, and the status is that of the first one. A file appears under "
      "its name when it is complete.");
  Settings settings;
  std::string command, output, list;
  bool by_zero = false;
  std::int64_t jobs = 0;
  tool.argument("COMMAND", command, "the stages: 'sl-thumbnail 256', 'sl-crop 16:9 | sl-resize 640x'");
  tool.option("--output,-o", output, "NAME", "the name of each file, with fields; [Q=80] after it is for the format");
  tool.option("--jobs,-j", jobs, "N", "pipelines at once; 0: one for each core", 0, 256);
  tool.option("--files-from", list, "FILE", "more inputs: a name on each line of this file, or of standard input (-)");
  tool.option("--null,-0", by_zero, "the names of --files-from end with a zero byte, as find -print0 writes them");
  tool.option("--keep-time", settings.keep_time, "give each file the times of its input");
  tool.inputs({.least = 1, .most = 1 << 20, .help = "the files, after --", .more = [&] {
                 return list.empty() ? std::vector<std::string>() : sl::read_names(list, by_zero);
               }});

  std::optional<NamePattern> pattern;
  tool.check([&] {
    if (output.empty()) throw sl::Error(sl::Status::Usage, "-o NAME is missing, as -o '{dir}/{stem}.webp'");
    const auto [name, options] = sl::split_options(output);
    settings.output_options = output.substr(name.size());
    pattern.emplace("-o", name);
    settings.line = parse_command_line(command);
    settings.pipelines = jobs != 0 ? static_cast<std::size_t>(jobs) : std::max(1U, std::thread::hardware_concurrency());
    settings.progress = tool.progress();
  });
  return tool.run(argc, argv, [&]() -> int {
    const bool has_none = list.empty() && tool.input_names() == std::vector<std::string>{"-"};
    if (has_none) throw sl::Error(sl::Status::Usage, "no files: name them after --, or use --files-from");
    std::vector<std::string> names = tool.input_names();
    if (!list.empty()) std::erase(names, "-");
    WorkList work(names, *pattern, settings.pipelines);
    const Words inherited = tool.inherited_options();
    for (Words* words : {&settings.line.decoder, &settings.line.encoder}) {
      words->insert(words->begin(), inherited.begin(), inherited.end());
    }
    for (std::size_t i = 0; i < settings.line.stages.size(); ++i) {
      Words& words = settings.line.stages[i];
      words.insert(words.begin() + 1, inherited.begin(), inherited.end());
      const Words wanted = decoder_options_of(words);
      if (i == 0) settings.line.decoder.insert(settings.line.decoder.end(), wanted.begin(), wanted.end());
    }
    if (const std::string suffix = work.first_suffix(); !suffix.empty()) {
      const bool is_known = sl::find_format_info(suffix) != nullptr || sl::find_film_container(suffix) != nullptr ||
                            suffix == "slw" || sl::find_plugin_by_extension(suffix);
      if (!is_known) throw sl::Error(sl::Status::Usage, "-o: ." + suffix + " is the suffix of no known format");
      Words encoder{"sl-encode"};
      encoder.insert(encoder.end(), settings.line.encoder.begin(), settings.line.encoder.end());
      encoder.insert(encoder.end(), {"-o", "." + suffix + settings.output_options});
      (void)decoder_options_of(encoder);
    }
    return BatchRun(work, settings).run();
  });
}

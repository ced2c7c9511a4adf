// The options that every command has.

#include <algorithm>
#include <limits>

#include "libcore/base/limits.h"
#include "libcore/stage/tool_state.h"

namespace sl {

namespace {

constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();

}  // namespace

void Tool::State::share_options() {
  spec.is_alternate = alternate->flag;
  for (OptionSpec& option : spec.options) {
    if (option.flag != nullptr && option.flag == alternate->flag) {
      spec.mode_flag = option.name;
    } else if (!alternate->own.empty()) {
      option.mode = std::ranges::count(alternate->own, option.name) != 0 ? Mode::Alternate : Mode::Default;
    }
  }
  if (alternate->own.empty()) return;
  for (ArgumentSpec& argument : spec.arguments) argument.mode = Mode::Default;
}

std::optional<Mode> Tool::State::mode_with(bool (*has)(const Stage&), const Stage& usual) const {
  const bool in_default = has(usual), in_alternate = alternate ? has(alternate->stage) : in_default;
  if (in_default && in_alternate) return Mode::Any;
  if (in_default) return Mode::Default;
  return in_alternate ? std::optional(Mode::Alternate) : std::nullopt;
}

void Tool::State::add_common_options(const Stage& usual) {
  if (alternate) share_options();
  const std::optional<Mode> input_mode = mode_with(has_input, usual), output_mode = mode_with(has_output, usual);
  if (several) {
    spec.arguments.push_back({"INPUT...", nullptr, several->help, false, &inputs});
  } else if (of_many) {
    spec.arguments.push_back({"INPUT...", nullptr, many_help, false, &inputs});
  } else if (input_mode) {
    spec.arguments.push_back({"INPUT", parse_into(input),
                              "a file, a URL (http or https), or - for standard input (the default); NAME[shrink=2] "
                              "gives options to its decoder",
                              false, nullptr, *input_mode});
  }
  spec.usage = "[OPTIONS]";
  for (const ArgumentSpec& argument : spec.arguments) {
    if (argument.mode == Mode::Alternate) continue;
    spec.usage += argument.required ? " " + argument.name : " [" + argument.name + "]";
  }
  if (output_mode && output_mode != Mode::Alternate) spec.usage += " [-o OUTPUT]";
  add_output_and_reports(input_mode, output_mode);
  add_limits(input_mode);
  if (input_mode || output_mode) {
    add("--sandbox-report", sandbox_report, "print which parts of the sandbox are in force");
  }
  handover.declare(spec.options, !has_output(usual));
}

void Tool::State::add_output_and_reports(std::optional<Mode> input_mode, std::optional<Mode> output_mode) {
  group = "Input and output";
  if (output_mode) {
    add("--output,-o", parse_into(output), "OUTPUT",
        "a file (out.png, out.jpg[Q=90], rec.slw), or a suffix alone (.png) for standard output in that format; "
        "without it the wire goes to standard output",
        "", *output_mode);
  }
  add("--quiet,-q", quiet, "print errors only, no warnings or progress");
  const bool has_stream = input_mode || output_mode;
  if (has_stream) add("--verbose,-v", verbose, "print CPU time, memory and bytes of each stage at the end");
  add("--progress", parse_choice(progress, "auto|json|never"), "auto|json|never", "progress on standard error",
      progress);
  if (input_mode) {
    add("--io-report", io_report, "print reads, seeks and bytes at the end, for a URL also requests", *input_mode);
  }
  add("--anonymous", anonymous, "leave host and command line out of the stream");
}

void Tool::State::add_limits(std::optional<Mode> input_mode) {
  group = "Limits and safety";
  max_pixels = static_cast<std::int64_t>(limits().pixels);
  max_memory = static_cast<std::int64_t>(limits().memory);
  max_metadata = static_cast<std::int64_t>(limits().metadata);
  add("--max-pixels", parse_into(max_pixels, 1, any), "N", "pixels of one picture (K, M, G are powers of 1024)",
      "512M");
  add("--max-memory", parse_into(max_memory, 1, any), "BYTES", "memory for one picture, if a stage needs a whole one",
      "2G");
  add("--max-metadata", parse_into(max_metadata, 1, any), "BYTES", "profiles, EXIF, XMP and text of one stream", "64M");
  if (input_mode) {
    add("--allow", parse_into(allowed), "HOST",
        "further servers and folders that a playlist may refer to: a HOST, HOST:PORT or https://HOST, or a "
        "folder (./) whose files may be opened; may be repeated",
        "", *input_mode)
        .repeats = true;
    add("--max-bytes", parse_into(max_bytes, 1, any), "BYTES", "fetch at most this much of a URL", "", *input_mode);
    // A stage with a connection of its own has the option for that.
    if (std::ranges::count(spec.options, "--timeout", &OptionSpec::name) == 0) {
      add("--timeout", parse_into(timeout, 1, 86400), "SECONDS",
          "give up if the server of a URL sends nothing for this long", std::to_string(timeout), *input_mode);
    }
  }
}

std::vector<std::string> Tool::State::inherited_options() const {
  std::vector<std::string> options{"--max-pixels",   std::to_string(limits().pixels),
                                   "--max-memory",   std::to_string(limits().memory),
                                   "--max-metadata", std::to_string(limits().metadata)};
  for (const std::string& each : allowed) options.insert(options.end(), {"--allow", each});
  if (timeout != default_timeout) options.insert(options.end(), {"--timeout", std::to_string(timeout)});
  // For an sl-fetch that it starts.
  if (max_bytes != 0) options.insert(options.end(), {"--max-bytes", std::to_string(max_bytes)});
  if (quiet) options.emplace_back("--quiet");
  if (anonymous) options.emplace_back("--anonymous");
  return options;
}

}  // namespace sl

// A tool's description of itself.

#include "libcore/stage/tool.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <limits>

#include "libcore/base/limits.h"
#include "libcore/net/fetcher.h"
#include "libcore/stage/tool_state.h"

namespace sl {

Tool::Tool(std::string_view name, std::string_view summary) : state_(std::make_unique<State>()) {
  state_->spec.name = name;
  state_->spec.summary = summary;
}
Tool::~Tool() = default;

void Tool::describe(std::string_view paragraph) { state_->spec.paragraphs.emplace_back(paragraph); }

void Tool::example(std::string_view command, std::string_view what) {
  state_->spec.examples.emplace_back(command, what);
}

namespace {

std::string plain(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

void add(Tool::State& state, std::string_view names, OptionValue value, std::string_view what, std::string_view help,
         std::string fallback) {
  const std::size_t comma = names.find(',');
  OptionSpec option;
  option.name = names.substr(0, comma);
  if (comma != std::string_view::npos) option.letter = names.substr(comma + 1);
  option.value = value;
  option.what = what;
  option.help = help;
  option.group = state.group;
  option.of = state.of;
  option.fallback = std::move(fallback);
  state.spec.options.push_back(std::move(option));
}

}  // namespace

void Tool::option(std::string_view names, bool& value, std::string_view help) {
  add(*state_, names, &value, "", help, "");
}

void Tool::option(std::string_view names, std::string& value, std::string_view what, std::string_view help) {
  add(*state_, names, &value, what, help, value);
}

void Tool::option(std::string_view names, std::int64_t& value, std::string_view what, std::string_view help,
                  std::int64_t minimum, std::int64_t maximum) {
  add(*state_, names, IntegerValue{&value, minimum, maximum}, what, help, std::to_string(value));
}

void Tool::option(std::string_view names, double& value, std::string_view what, std::string_view help, double minimum,
                  double maximum) {
  add(*state_, names, NumberValue{&value, minimum, maximum}, what, help, plain(value));
}

void Tool::option(std::string_view names, std::vector<std::string>& values, std::string_view what,
                  std::string_view help) {
  add(*state_, names, &values, what, help, "");
}

void Tool::argument(std::string_view name, std::string& value, std::string_view help, bool required) {
  state_->spec.arguments.push_back({std::string(name), &value, std::string(help), required});
}

void Tool::inputs(InputRules rules) { state_->several = std::move(rules); }
const std::vector<std::string>& Tool::input_names() const { return state_->inputs; }
void Tool::group(std::string_view heading) { state_->group = heading; }
void Tool::check(std::function<void()> check) { state_->check = std::move(check); }

void Tool::listing(std::string_view help, std::string_view json_help, std::function<std::string(bool)> list) {
  option("--list", state_->wants_list, help);
  if (!json_help.empty()) option("--json", state_->wants_json, "with --list: " + std::string(json_help));
  state_->list = std::move(list);
}

void Tool::prepare(std::function<void(SandboxPlan&)> prepare) { state_->prepare = std::move(prepare); }
void Tool::before_lock(std::function<void(Source&)> hook) { state_->before_lock = std::move(hook); }
void Tool::before_decoder(std::function<bool(Source&)> hook) { state_->before_decoder = std::move(hook); }
void Tool::before_wait(std::function<void()> hook) { state_->before_wait = std::move(hook); }
void Tool::on_failure(std::function<std::string(const Error&)> hook) { state_->on_failure = std::move(hook); }
void Tool::stage_if(const bool& flag, Stage stage, std::vector<std::string> own) {
  state_->other = State::Other{&flag, std::move(stage), std::move(own)};
}
void Tool::accept_compressed() { state_->takes_compressed = true; }

void Tool::become(std::string_view part, Source* source) {
  Handover handover = state_->handover;
  if (source != nullptr) {
    handover.hand_over(*source);
    if (source->fd() != STDIN_FILENO) dup2(source->fd(), STDIN_FILENO);
  }
  std::vector<std::string> words{find_part(part)};
  for (std::string& word : handover.arguments()) words.push_back(std::move(word));
  for (std::string& word : without_handover(state_->words)) words.push_back(std::move(word));
  execute(std::move(words));
}

void Tool::adopt(Helper helper) { state_->helpers.push_back(std::move(helper)); }
bool Tool::anonymous() const { return state_->anonymous; }
const std::string& Tool::input() const { return state_->input; }
void Tool::set_input(std::string input) { state_->input = std::move(input); }
FetchOptions Tool::fetch_options() const { return state_->fetch_options(); }
std::vector<std::string> Tool::inherited_options() const { return state_->inherited_options(); }

void Tool::State::share_options() {
  spec.is_other = other->flag;
  for (OptionSpec& option : spec.options) {
    const auto* flag = std::get_if<bool*>(&option.value);
    if (flag != nullptr && *flag == other->flag) {
      spec.chooser = option.name;
    } else if (!other->own.empty()) {
      option.of = std::ranges::count(other->own, option.name) != 0 ? Of::Other : Of::Usual;
    }
  }
  if (other->own.empty()) return;
  for (ArgumentSpec& argument : spec.arguments) argument.of = Of::Usual;
}

void Tool::State::add_common_options(const Stage& usual) {
  if (other) share_options();
  const auto who = [&](bool (*has)(const Stage&)) {
    const bool usual_has = has(usual);
    if (!other || has(other->stage) == usual_has) return std::pair(usual_has, Of::Both);
    return std::pair(true, usual_has ? Of::Usual : Of::Other);
  };
  const auto [with_input, input_of] = who(has_input);
  const auto [with_output, output_of] = who(has_output);
  if (several) {
    spec.arguments.push_back({"INPUT...", nullptr, several->help, false, &inputs});
  } else if (with_input) {
    spec.arguments.push_back(
        {"INPUT", &input,
         "a file, a URL (http or https), or - for standard input (the default); NAME[shrink=2] gives "
         "options to its decoder",
         false, nullptr, input_of});
  }
  spec.usage = "[OPTIONS]";
  for (const ArgumentSpec& argument : spec.arguments) {
    if (argument.of == Of::Other) continue;
    spec.usage += argument.required ? " " + argument.name : " [" + argument.name + "]";
  }
  group = "Input and output";
  if (with_output) {
    of = output_of;
    add(*this, "--output,-o", &output, "OUTPUT",
        "a file (out.png, out.jpg[Q=90], rec.slw), or a suffix alone (.png) for standard output in that format; "
        "without it the wire goes to standard output",
        "");
    if (of != Of::Other) spec.usage += " [-o OUTPUT]";
    of = Of::Both;
  }
  max_pixels = static_cast<std::int64_t>(limits().pixels);
  max_memory = static_cast<std::int64_t>(limits().memory);
  max_metadata = static_cast<std::int64_t>(limits().metadata);
  constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();
  add(*this, "--quiet,-q", &quiet, "", "print errors only, no warnings or progress", "");
  add(*this, "--verbose,-v", &verbose, "", "tell at the end what each stage took", "");
  add(*this, "--progress", &progress, "auto|json|never", "progress on standard error", "auto");
  if (with_input) {
    of = input_of;
    add(*this, "--io-report", &io_report, "", "print reads, seeks and bytes at the end, and of a URL the requests", "");
    of = Of::Both;
  }
  add(*this, "--anonymous", &anonymous, "", "leave host and command line out of the stream", "");
  group = "Limits and safety";
  add(*this, "--max-pixels", IntegerValue{&max_pixels, 1, any}, "N",
      "pixels of one picture (K, M, G are powers of 1024)", "512M");
  add(*this, "--max-memory", IntegerValue{&max_memory, 1, any}, "BYTES",
      "memory for one picture, where a whole one is needed", "2G");
  add(*this, "--max-metadata", IntegerValue{&max_metadata, 1, any}, "BYTES",
      "profiles, EXIF, XMP and text of one stream", "64M");
  if (with_input) {
    of = input_of;
    add(*this, "--allow", &allowed, "HOST",
        "what a playlist may refer to besides the server of its own URL: a HOST, HOST:PORT or https://HOST, or a "
        "folder "
        "(./) "
        "beneath which files are opened; may be repeated",
        "");
    add(*this, "--max-bytes", IntegerValue{&max_bytes, 1, any}, "BYTES", "what may be fetched of a URL in all", "");
    add(*this, "--timeout", IntegerValue{&timeout, 1, 86400}, "SECONDS", "how long the server of a URL may say nothing",
        std::to_string(timeout));
    of = Of::Both;
  }
  add(*this, "--sandbox-report", &sandbox_report, "", "print what of the sandbox is in force", "");
  handover.declare(spec.options, !has_output(usual));
}

std::vector<std::string> Tool::State::inherited_options() const {
  std::vector<std::string> options{"--max-pixels",   std::to_string(limits().pixels),
                                   "--max-memory",   std::to_string(limits().memory),
                                   "--max-metadata", std::to_string(limits().metadata)};
  for (const std::string& each : allowed) options.insert(options.end(), {"--allow", each});
  if (timeout != default_timeout) options.insert(options.end(), {"--timeout", std::to_string(timeout)});
  // Where it starts an sl-fetch of its own.
  if (max_bytes != 0) options.insert(options.end(), {"--max-bytes", std::to_string(max_bytes)});
  if (quiet) options.emplace_back("--quiet");
  if (anonymous) options.emplace_back("--anonymous");
  return options;
}

}  // namespace sl

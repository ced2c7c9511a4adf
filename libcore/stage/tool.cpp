// A tool's description of itself.

#include "libcore/stage/tool.h"

#include <unistd.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/bytes/source.h"
#include "libcore/net/fetcher.h"
#include "libcore/process/sandbox.h"
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

}  // namespace

namespace {

OptionSpec named(std::string_view names, std::string_view help, const std::string& group, Mode mode) {
  const std::size_t comma = names.find(',');
  OptionSpec option;
  option.name = names.substr(0, comma);
  if (comma != std::string_view::npos) option.letter = names.substr(comma + 1);
  option.help = help;
  option.group = group;
  option.mode = mode;
  return option;
}

}  // namespace

void Tool::State::add(std::string_view names, bool& flag, std::string_view help, Mode mode) {
  OptionSpec option = named(names, help, group, mode);
  option.flag = &flag;
  spec.options.push_back(std::move(option));
}

OptionSpec& Tool::State::add(std::string_view names, Parse parse, std::string_view what, std::string_view help,
                             std::string fallback, Mode mode) {
  OptionSpec option = named(names, help, group, mode);
  option.parse = std::move(parse);
  option.what = what;
  option.fallback = std::move(fallback);
  spec.options.push_back(std::move(option));
  return spec.options.back();
}

void Tool::option(std::string_view names, bool& value, std::string_view help) { state_->add(names, value, help); }

void Tool::option(std::string_view names, std::string& value, std::string_view what, std::string_view help) {
  const bool is_choice = what.find('|') != std::string_view::npos;
  state_->add(names, is_choice ? parse_choice(value, what) : parse_into(value), what, help, value);
}

void Tool::option(std::string_view names, std::int64_t& value, std::string_view what, std::string_view help,
                  std::int64_t minimum, std::int64_t maximum) {
  state_->add(names, parse_into(value, minimum, maximum), what, help, std::to_string(value));
}

void Tool::option(std::string_view names, double& value, std::string_view what, std::string_view help, double minimum,
                  double maximum) {
  state_->add(names, parse_into(value, minimum, maximum), what, help, plain(value));
}

void Tool::option(std::string_view names, std::vector<std::string>& values, std::string_view what,
                  std::string_view help) {
  state_->add(names, parse_into(values), what, help, "").repeats = true;
}

void Tool::add_option(std::string_view names, std::string_view what, std::string_view help, std::string fallback,
                      Parse parse) {
  state_->add(names, std::move(parse), what, help, std::move(fallback));
}

void Tool::add_argument(std::string_view name, std::string_view help, bool required, Parse parse) {
  state_->spec.arguments.push_back({std::string(name), std::move(parse), std::string(help), required});
}

void Tool::argument(std::string_view name, std::string& value, std::string_view help, bool required) {
  add_argument(name, help, required, parse_into(value));
}

void Tool::argument(std::string_view name, std::int64_t& value, std::string_view help, std::int64_t minimum,
                    std::int64_t maximum) {
  add_argument(name, help, true, parse_into(value, minimum, maximum));
}

void Tool::argument_replaced(std::function<bool()> replaced) {
  state_->spec.arguments.back().replaced = std::move(replaced);
}

void Tool::use_threads(std::string_view help) { option("--threads,-t", state_->threads, "N", help, 0, 256); }
int Tool::threads() const {
  return state_->threads != 0 ? given_threads() : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}
int Tool::given_threads() const { return static_cast<int>(state_->threads); }

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
void Tool::after_close(std::function<void()> hook) { state_->after_close = std::move(hook); }
void Tool::stage_if(const bool& flag, Stage stage, std::vector<std::string> own) {
  state_->alternate = State::Alternate{&flag, std::move(stage), std::move(own)};
}
void Tool::manage_many(std::string_view help, Manager manager) {
  state_->of_many = std::move(manager);
  state_->many_help = help;
}
bool Tool::manages_many() const { return state_->manages_many; }
void Tool::decode_with(std::function<std::vector<std::string>()> options) { state_->decode_with = std::move(options); }
void Tool::accept_compressed() { state_->takes_compressed = state_->takes_packed = true; }
void Tool::accept_packets() { state_->takes_compressed = true; }

void Tool::become(std::string_view part, Source* source, std::string_view role) {
  std::vector<std::string> words{find_part(part)};
  if (!role.empty()) words.emplace_back(role);
  Handover handover = state_->handover;
  if (source != nullptr) {
    handover.hand_over(*source);
    if (source->fd() != STDIN_FILENO) dup2(source->fd(), STDIN_FILENO);
  }
  handover.pass_slots_on();
  for (std::string& word : handover.arguments()) words.push_back(std::move(word));
  for (std::string& word : without_handover(state_->words)) words.push_back(std::move(word));
  execute(std::move(words));
}

void Tool::adopt(Helper helper) { state_->helpers.push_back(std::move(helper)); }
bool Tool::anonymous() const { return state_->anonymous; }
const std::string& Tool::input() const { return state_->input; }
const std::string& Tool::output() const { return state_->output; }
void Tool::set_input(std::string input) { state_->input = std::move(input); }
int Tool::ledger() const { return static_cast<int>(state_->handover.ledger); }
bool Tool::quiet() const { return state_->quiet; }
const std::string& Tool::progress() const { return state_->progress; }
FetchOptions Tool::fetch_options() const { return state_->fetch_options(); }
std::vector<std::string> Tool::inherited_options() const { return state_->inherited_options(); }

}  // namespace sl

// One run of a command: open, start, lock, work, report, return, in that order.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "libcore/base/caught_failure.h"
#include "libcore/base/limits.h"
#include "libcore/base/report.h"
#include "libcore/base/url.h"
#include "libcore/bytes/offered_slots.h"
#include "libcore/bytes/standard_output.h"
#include "libcore/bytes/target.h"
#include "libcore/process/sandbox.h"
#include "libcore/process/signals.h"
#include "libcore/stage/failure.h"
#include "libcore/stage/help.h"
#include "libcore/stage/identity.h"
#include "libcore/stage/inputs.h"
#include "libcore/stage/progress.h"
#include "libcore/stage/tool.h"
#include "libcore/stage/tool_state.h"
#include "libcore/wire/writer.h"

namespace sl {

namespace {

// Fill closed standard descriptors, so that no other file takes their place. Reading or writing them still fails.
void hold_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) < 0) (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

bool is_pipe_or_socket(int fd) {
  struct stat info {};
  return fstat(fd, &info) == 0 && (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode));
}

bool is_folder(const std::string& name) {
  struct stat info {};
  return stat(name.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

std::string host_name() {
  std::string name(HOST_NAME_MAX + 1, '\0');
  if (gethostname(name.data(), name.size()) != 0) return {};
  return name.c_str();
}

// The command line for END. URLs lose user, password and query.
std::string command_line(const std::vector<std::string>& arguments) {
  std::string line;
  for (const std::string& argument : without_handover(arguments)) {
    line += (line.empty() ? "" : " ") + without_secrets(argument);
  }
  return line.substr(0, 1000);
}

class Run {
 public:
  Run(Tool::State& tool, const Tool::Stage& stage) : tool_(tool), stage_(&stage) {}

  int run(int argc, char** argv) {
    set_report_name(tool_.spec.name, false);
    host_ = host_name();
    try {
      hold_standard_descriptors();
      catch_signals();
      arguments_.assign(argv + std::min(argc, 1), argv + argc);
      tool_.words = arguments_;
      identify();
      if (asked_for_help()) return 0;
      tool_.add_common_options(*stage_);
      parse();
      if (has_listed() || has_listed_decoder_options()) return 0;
      if (has_input(*stage_) && forgot_input()) return static_cast<int>(Status::Usage);
      open_output();
      if (tool_.prepare) tool_.prepare(plan_);
      if (has_input(*stage_)) open_inputs();
      if (!stage_as<Tool::Manager>()) lock();
      work();
      finish();
      if (interrupted() != 0 && !may_stop_) die_of(interrupted());
      return verdict_;
    } catch (const std::exception&) {
      return fail(caught_failure());
    }
  }

 private:
  template <class Kind>
  [[nodiscard]] const Kind* stage_as() const {
    return std::get_if<Kind>(stage_);
  }
  [[nodiscard]] bool is_sink() const { return !has_output(*stage_); }
  // Whether the input says if the stream is live, not the stage itself.
  [[nodiscard]] bool reads_wire() const { return !stage_as<Tool::SourceStage>() && !stage_as<Tool::Generator>(); }

  // ---- Set-up ----

  bool asked_for_help() {
    for (const std::string& argument : arguments_) {
      if (argument == "--") return false;
      std::string text;
      if (argument == "--version") {
        text = tool_.spec.name + " (streamlib) " + std::string(version()) + "\n";
      } else if (argument == "--help" || argument == "-h" || argument.starts_with("--help=")) {
        tool_.add_common_options(*stage_);
        text = help(tool_.spec, argument.starts_with("--help=") ? argument.substr(7) : "");
      } else {
        continue;
      }
      print(text);
      return true;
    }
    return false;
  }

  void parse() {
    parse_options(tool_.spec, arguments_);
    if (tool_.alternate && *tool_.alternate->flag) stage_ = &tool_.alternate->stage;
    if (tool_.of_many) choose_by_inputs();
    set_patience(is_sink() ? 2.4 : 2.0);  // longer for a sink, so that its filters give up first
    limits().pixels = static_cast<std::uint64_t>(tool_.max_pixels);
    limits().memory = static_cast<std::uint64_t>(tool_.max_memory);
    limits().metadata = static_cast<std::uint64_t>(tool_.max_metadata);
    set_report_name(tool_.spec.name, tool_.quiet);
    identify();
    const auto [parent, writer] = std::pair(tool_.handover.parent, tool_.handover.writer);
    if (parent != 0) die_with_parent(static_cast<int>(parent));
    tool_.handover.keep_slots();
    if (writer != 0) tool_.helpers.emplace_back(static_cast<int>(writer), "the stage in front of it");
    check_number_of_inputs();
    if (tool_.wants_json && !tool_.wants_list) throw Error(Status::Usage, "--json is for --list");
    if (tool_.check) tool_.check();
  }

  // The wire, or a report, goes to standard output.
  void open_output() {
    if (stage_as<Tool::Judge>()) target_.emplace(Target::descriptor(STDOUT_FILENO, "standard output"));
    if (is_sink()) return;
    if (tool_.output != "-" && !tool_.handover.output_open) {
      start_encoder();
    } else if (isatty(STDOUT_FILENO) == 1) {
      throw Error(Status::Usage, "standard output is a terminal: use -o FILE, or pipe it into another sl- command");
    }
    enlarge_pipe(STDOUT_FILENO);
    writes_to_stage_ = is_pipe_or_socket(STDOUT_FILENO);
    if (writes_to_stage_) inputs_.watch_output(STDOUT_FILENO);
    target_.emplace(Target::descriptor(STDOUT_FILENO, "standard output"));
    make_writer();
  }

  // Start sl-encode after this stage, for another format than the wire. The parent becomes sl-encode, so that the shell
  // waits for, and kills, the process that writes the file.
  void start_encoder() {
    std::vector<std::string> options{"-o", tool_.output};
    for (std::string& option : tool_.inherited_options()) options.push_back(std::move(option));
    if (tool_.verbose) options.emplace_back("--verbose");
    if (tool_.progress != "auto") options.insert(options.end(), {"--progress", tool_.progress});
    std::vector<std::string> arguments{find_part("sl-encode")};
    const PipeEnds pipe = make_pipe();
    const int parent = getpid();
    const int child = fork();
    if (child < 0) throw system_error(Status::Resources, "sl-encode");
    if (child > 0) {
      dup2(pipe.read, STDIN_FILENO);
      Handover handover;
      handover.writer = child;
      for (std::string& argument : handover.arguments()) arguments.push_back(std::move(argument));
      for (std::string& option : options) arguments.push_back(std::move(option));
      try {
        execute(std::move(arguments));
      } catch (const Error&) {
        kill(child, SIGKILL);
        throw;
      }
    }
    dup2(pipe.write, STDOUT_FILENO);
    tool_.handover.output_open = true;
    close(pipe.read);
    close(pipe.write);
    die_with_parent(parent);
  }

  void make_writer() { writer_.emplace(*target_, identity().stage, identity().command); }

  void identify() {
    std::vector<std::string> words{tool_.spec.name};
    words.insert(words.end(), arguments_.begin(), arguments_.end());
    set_identity({{tool_.spec.name, std::string(version()), tool_.anonymous ? "" : host_, ""},
                  tool_.anonymous ? "" : command_line(words)});
  }

  // At a terminal print the short help, instead of waiting for the keyboard.
  bool forgot_input() {
    const auto is_dash = [](const std::string& input) { return input == "-" || input.starts_with("-["); };
    const auto dashes = std::ranges::count_if(tool_.inputs, is_dash);
    const bool reads_it = tool_.several ? dashes != 0 : tool_.input == "-";
    if (dashes > 1) throw Error(Status::Usage, "standard input can be one of the inputs only");
    if (!reads_it || isatty(STDIN_FILENO) != 1) return false;
    print_line(help(tool_.spec, "short"));
    write_abort(Error(Status::Usage, "standard input is a terminal"));
    return true;
  }

  void open_inputs() {
    if (writer_) writer_->count_input([this] { return inputs_.counters().bytes; });
    Inputs::Opening opening;
    opening.decodes = stage_as<Tool::SourceStage>() == nullptr;
    opening.takes_compressed = tool_.takes_compressed;
    opening.takes_packed = tool_.takes_packed;
    opening.decoder_options = tool_.inherited_options();
    if (tool_.decode_with) std::ranges::move(tool_.decode_with(), std::back_inserter(opening.decoder_options));
    opening.io_report = tool_.io_report;
    opening.fetch = tool_.fetch_options();
    if (tool_.several) {
      opening.own = tool_.several->own_options;
      opening.starts_without = tool_.several->starts_without && tool_.several->starts_without();
      for (std::size_t i = 0; i < tool_.inputs.size(); ++i) {
        opening.optional = tool_.several->optional && tool_.several->optional(i + 1);
        inputs_.open(tool_.inputs[i], opening);
      }
      for (std::size_t i = 0; i < inputs_.size(); ++i) inputs_.recognise(i, opening);
      opening.reopens = tool_.several->reopens;
      plan_.receives_descriptors = inputs_.start_reopener(opening) || plan_.receives_descriptors;
      return;
    }
    opening.handover = tool_.handover;
    opening.before_decoder = tool_.before_decoder;
    inputs_.open(tool_.input, opening);
    inputs_.recognise(0, opening);
    if (tool_.before_lock) {
      tool_.before_lock(inputs_.source(0));
      inputs_.watch(0);
    }
  }

  bool has_listed() {
    if (!tool_.wants_list) return false;
    lists_ = true;
    print(tool_.list(tool_.wants_json));
    return true;
  }

  bool has_listed_decoder_options() {
    if (!tool_.handover.lists_decoder_options) return false;
    lists_ = true;
    std::string text;
    if (tool_.decode_with) {
      for (const std::string& option : tool_.decode_with()) text += option + '\0';
    }
    print(text);
    return true;
  }

  void choose_by_inputs() {
    const std::vector<std::string>& inputs = tool_.inputs;
    tool_.manages_many = inputs.size() > 1 || (inputs.size() == 1 && is_folder(inputs[0]));
    if (tool_.manages_many) {
      stage_ = &*tool_.of_many;
    } else if (!inputs.empty()) {
      tool_.input = inputs[0];
    }
  }

  void check_number_of_inputs() {
    if (!tool_.several) return;
    if (tool_.several->more) std::ranges::move(tool_.several->more(), std::back_inserter(tool_.inputs));
    if (tool_.inputs.empty()) tool_.inputs.emplace_back("-");
    const std::size_t count = tool_.inputs.size(), least = tool_.several->least, most = tool_.several->most;
    if (count >= least && count <= most) return;
    throw Error(Status::Usage, std::to_string(count) + " inputs, but " + std::to_string(least) + " to " +
                                   std::to_string(most) + " are taken");
  }

  void lock() {
    take_over_slots();
    tool_.inherited.close();
    inputs_.attach();
    if (writer_ && !slots_) slots_.emplace(STDOUT_FILENO);
    if (writer_) writer_->offer(*slots_);
    const auto lines = lock_in(plan_);
    if (!tool_.sandbox_report) return;
    for (const std::string& line : lines) report(line);
  }

  // Before inherited descriptors are closed: the slots may be some of them.
  void take_over_slots() {
    const auto [memory, credits] = std::pair(tool_.handover.memory, tool_.handover.credits);
    if (!writer_ || memory < 0 || credits < 0) return;
    slots_.emplace(STDOUT_FILENO, static_cast<int>(memory), static_cast<int>(credits));
  }

  void work() {
    if (const auto* filter = stage_as<Tool::Filter>()) (*filter)(reader(), *writer_);
    if (const auto* combiner = stage_as<Tool::Combiner>()) {
      if (!inputs_.lost(0)) (void)reader();  // the progress is of the first input
      (*combiner)(inputs_, *writer_);
    }
    if (const auto* sink = stage_as<Tool::Sink>()) (*sink)(reader());
    if (const auto* source = stage_as<Tool::SourceStage>()) (*source)(inputs_.source(0), *writer_);
    if (const auto* generator = stage_as<Tool::Generator>()) (*generator)(*writer_);
    if (const auto* judge = stage_as<Tool::Judge>()) verdict_ = (*judge)(inputs_, *target_);
    if (const auto* manager = stage_as<Tool::Manager>()) verdict_ = (*manager)();
  }

  Reader& reader() {
    Reader& reader = inputs_.reader(0);
    progress_.emplace(is_last() ? tool_.progress : "never");
    if (progress_->is_on()) {
      reader.on_samples([this, &reader](const wire::Header& record) { progress_->update(reader, record); });
    }
    return reader;
  }

  // ---- The end ----

  // Whether no stage after this one reads its wire: then this stage talks to the user.
  bool is_last() const { return is_sink() || !writes_to_stage_; }

  void finish() {
    may_stop_ = reads_wire() ? inputs_.may_stop() : writer_->live();
    if (tool_.verbose && reads_wire() && is_last()) report_stages();
    if (tool_.io_report) report_io();
    if (tool_.io_report || tool_.verbose) report_slots();
    close_input();
    // All records up to CLOSE are here, or as many as the stage needs: a helper may die of a signal after that
    // (SIGPIPE, its part of an interrupt).
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      Helper* helper = inputs_.helper(i);
      if (helper != nullptr && helper->wait().code.value_or(0) != 0 && !inputs_.lost(i)) {
        throw ended_badly(*helper, helper->name());
      }
    }
    for (Helper& helper : tool_.helpers) {
      if (helper.wait().code.value_or(0) != 0) throw ended_badly(helper, helper.name());
    }
    if (stage_as<Tool::Judge>()) target_->finish();
    if (!writer_) return;
    if (writer_->in_stream()) throw Error(Status::Bug, "a bug: the stage ended inside a stream");
    writer_->close();
    target_->finish();
    if (tool_.after_close) tool_.after_close();
  }

  void close_input() {
    progress_.reset();
    if (writer_) writer_->count_input({});
    inputs_.close();
  }

  // The Error for a process of this stage that ended badly.
  static Error ended_badly(Helper& helper, const std::string& tool) {
    const Ending& ending = helper.wait();
    const int signal = ending.signal.value_or(0);
    const std::string message = ending.code
                                    ? "ended with status " + std::to_string(*ending.code)
                                    : "was killed by signal " + std::to_string(signal) + " (" + strsignal(signal) + ")";
    return Error::upstream(status_of(ending), cause_of(tool, ending, message), false);
  }

  // A stage that ended before its first byte has no name in the stream: name its place.
  static Error with_place(const Error& error) {
    if (!error.cause() || !error.cause()->tool.empty()) return error;
    return Error::upstream(error.status(), cause_of(error), error.already_reported());
  }

  // A failure of a process that this stage started is a failure of this stage: take its status, and print nothing that
  // it has printed.
  Error with_own_helpers(const Error& error) {
    const std::optional<std::size_t> input = tool_.several ? inputs_.failed() : std::optional<std::size_t>(0);
    Helper* own = input && *input < inputs_.size() ? inputs_.helper(*input) : nullptr;
    if (own == nullptr && !tool_.several && !tool_.helpers.empty()) own = &tool_.helpers.back();
    if (!error.cause() || own == nullptr) return with_place(error);
    close_input();
    Helper& helper = *own;
    const Ending& ending = helper.wait();
    const bool follows = ending.signal == SIGPIPE;  // from close_input(), not the cause
    if (ending.good() || follows || ending.code == static_cast<int>(Status::Upstream)) return with_place(error);
    if (reports_itself(ending)) return Error::upstream(status_of(ending), *error.cause(), true);
    if (error.cause()->code) return error;
    return ended_badly(helper, error.cause()->tool.empty() ? helper.name() : error.cause()->tool);
  }

  int fail(const Error& first) {
    try {
      may_stop_ = reads_wire() ? inputs_.may_stop() : writer_ && writer_->live();
      return end_with(with_own_helpers(first));
    } catch (const std::exception& error) {
      report(printable(error.what()));
      return static_cast<int>(Status::Io);
    }
  }

  int end_with(const Error& error) {
    Status status = error.status();
    // After a Ctrl-C every error is a consequence of it.
    if (interrupted() != 0 && status != Status::ReaderGone) status = Status::Interrupted;
    progress_.reset();
    std::string kept;
    if (tool_.on_failure) kept = tool_.on_failure(error);
    // Print the error before writing ABORT, which may raise SIGPIPE.
    const bool silent = error.already_reported() || (error.cause() && !is_last());
    if (status == Status::Interrupted) {
      if (!kept.empty()) report("interrupted" + printable(kept));
    } else if (status != Status::ReaderGone && (!silent || !kept.empty())) {
      report(printable(error.what() + kept));
    }
    if (status != Status::ReaderGone) write_abort(status == Status::Interrupted ? Error(status, "interrupted") : error);
    if (target_) target_->discard();
    if (status == Status::ReaderGone) die_of(SIGPIPE);
    if (status == Status::Interrupted) {
      // For the sink this is a stop: it leaves out the live frame that was cut.
      if (!is_sink() && may_stop_) return 0;
      die_of(interrupted() != 0 ? interrupted() : SIGINT);
    }
    return static_cast<int>(status);
  }

  // Write ABORT, if the stream goes to another stage.
  void write_abort(const Error& error) {
    const bool names_output = !writer_ && std::ranges::any_of(arguments_, [](const std::string& argument) {
      return argument.starts_with("-o") || argument.starts_with("--output");
    });
    if (is_sink() || names_output || lists_) return;
    if (writer_ ? !writes_to_stage_ : !is_pipe_or_socket(STDOUT_FILENO)) return;
    if (!writer_) {
      target_.emplace(Target::descriptor(STDOUT_FILENO, "standard output"));
      make_writer();
    }
    try {
      writer_->abort(cause_of(error));
    } catch (const Error&) {
      // The output has failed, or is stuck. Report and return the first failure.
    }
  }

  // ---- Reports ----

  void report_io() const {
    const Source::Counters in = inputs_.counters();
    const bool remote = in.requests != 0;
    report((remote ? std::to_string(in.requests) + " requests, " : "") + std::to_string(in.reads) + " reads, " +
           std::to_string(in.seeks) + " seeks, " + (remote ? std::to_string(in.fetched) + " bytes fetched, " : "") +
           std::to_string(in.bytes) + (remote ? " bytes used" : " bytes read") +
           (target_ ? ", " + std::to_string(target_->position()) + " bytes written" : ""));
  }

  // How strips came and went.
  void report_slots() const {
    for (std::size_t i = 0; reads_wire() && i < inputs_.size(); ++i) {
      report((inputs_.size() == 1 ? "input" : inputs_.title(i)) + ": " + inputs_.account(i));
    }
    if (slots_) report("output: " + slots_->account());
  }

  void report_stages() {
    std::vector<wire::StageReport> stages;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (inputs_.lost(i)) continue;
      const auto& some = inputs_.reader(i).end().stages;
      stages.insert(stages.end(), some.begin(), some.end());
    }
    for (const wire::StageReport& stage : stages) {
      std::array<char, 160> text{};
      std::snprintf(text.data(), text.size(), "  %-12s %8.3f s CPU %8.1f MiB peak %12llu bytes in %12llu out",
                    printable(stage.tool, 40).c_str(), stage.cpu_seconds,
                    static_cast<double>(stage.peak_memory) / (1 << 20), static_cast<unsigned long long>(stage.bytes_in),
                    static_cast<unsigned long long>(stage.bytes_out));
      print_line(text.data());
    }
  }

  Tool::State& tool_;
  const Tool::Stage* stage_;
  std::vector<std::string> arguments_;
  std::string host_;
  SandboxPlan plan_;
  std::optional<Progress> progress_;
  std::optional<Target> target_;
  std::optional<OfferedSlots> slots_;
  std::optional<Writer> writer_;
  int verdict_ = 0;               // exit status after success
  bool may_stop_ = false;         // an interrupt is a proper end: of live streams
  bool lists_ = false;            // the output is a list for the user: write no ABORT
  bool writes_to_stage_ = false;  // standard output is the wire, and a pipe or socket
  Inputs inputs_{[this] {
    if (tool_.before_wait) tool_.before_wait();
    if (writer_) writer_->flush();
  }};
};

}  // namespace

int Tool::run(int argc, char** argv, const Stage& stage) { return Run(*state_, stage).run(argc, argv); }

}  // namespace sl

// The frame of every command: options, help, input and output, helpers, sandbox, signals, errors, exit status. A tool
// describes itself, binds its options and hands `run` a function; what the function takes says what kind of stage it
// is.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sl {

class Error;
class Helper;
class Inputs;
class Reader;
class Source;
class Writer;
struct FetchOptions;
struct SandboxPlan;

class Tool {
 public:
  // `summary` is one sentence.
  Tool(std::string_view name, std::string_view summary);
  ~Tool();
  Tool(const Tool&) = delete;
  Tool& operator=(const Tool&) = delete;

  // A paragraph of the manual.
  void describe(std::string_view paragraph);
  // A command line to copy; a test runs it in a folder with in.jpg, a.jpg, b.jpg.
  void example(std::string_view command, std::string_view what = {});

  // Options. `names` is "--factor" or "--factor,-f"; `value` holds the default, and the result after parsing. `what`
  // names the value in the help ("N"), or lists the choices ("yes|no"). Integers are checked to lie in [minimum,
  // maximum] and take K, M, G (powers of 1024).
  void option(std::string_view names, bool& value, std::string_view help);
  void option(std::string_view names, std::string& value, std::string_view what, std::string_view help);
  void option(std::string_view names, std::int64_t& value, std::string_view what, std::string_view help,
              std::int64_t minimum, std::int64_t maximum);
  void option(std::string_view names, double& value, std::string_view what, std::string_view help, double minimum,
              double maximum);
  // May be given several times.
  void option(std::string_view names, std::vector<std::string>& values, std::string_view what, std::string_view help);
  // A positional argument that comes before INPUT.
  void argument(std::string_view name, std::string& value, std::string_view help, bool required = true);
  // Several inputs, `least` to `most` of them, for the last run() below. What stands in brackets behind a name goes to
  // its decoder but for these names: film.mp4[tracks=audio] has Inputs::option(i, "tracks"). `optional` tells, after
  // parsing, whether input n (from 1) may fail (Inputs::lose).
  struct InputRules {
    std::size_t least = 1, most = 64;
    std::vector<std::string> own_options{};
    std::function<bool(std::size_t)> optional{};
    std::string help{};
  };
  void inputs(InputRules rules);
  [[nodiscard]] const std::vector<std::string>& input_names() const;
  // Options from here on stand under this heading in the help.
  void group(std::string_view heading);
  // Called after parsing and before anything is opened: throw Error(Status::Usage, ...) where values do not fit
  // together.
  void check(std::function<void()> check);
  // The options --list and, where `json_help` is given, --json with it: what `list` gives is printed, and nothing runs.
  // Called after the check; failures are for people only, and no stream tells of them.
  void listing(std::string_view help, std::string_view json_help, std::function<std::string(bool json)> list);

  // Hooks, in the order they are called. All may throw Error.
  // Output, while files can still be opened: `plan` takes the folders in which files are created later.
  void prepare(std::function<void(SandboxPlan& plan)> prepare);
  // The input is open and nothing is parsed yet: the last moment to start a process. May replace the source.
  void before_lock(std::function<void(Source& source)> hook);
  // The input is not the wire, and nothing is started yet: false leaves it as it is, for the sink itself to read from
  // Reader::source. Otherwise sl-decode makes the wire of it.
  void before_decoder(std::function<bool(Source& source)> hook);
  // The input would wait: write out what there is.
  void before_wait(std::function<void()> hook);
  // Called when the stage fails, before anything is printed or exited with: may add to what is told (as what was kept).
  void on_failure(std::function<std::string(const Error&)> hook);

  // This stage looks at no samples and takes compressed tracks as they are.
  void accept_compressed();
  // A process that fills this stage's input: what becomes of it counts as this stage's own.
  void adopt(Helper helper);
  // Goes on as another part of the installation (a helper in libexec that links what this command does not): the same
  // process, options and input, with the bytes that were read already. Throws Missing; does not return otherwise.
  // Without a source, as in `check`, nothing was opened yet.
  [[noreturn]] void become(std::string_view part, Source* source = nullptr);
  // Whether host and names are to be left out of the stream.
  [[nodiscard]] bool anonymous() const;
  // INPUT as it was given; in `check` another one can be set.
  [[nodiscard]] const std::string& input() const;
  void set_input(std::string input);
  // How to start an sl-fetch for what the input refers to; its `allowed` is --allow.
  [[nodiscard]] FetchOptions fetch_options() const;
  // Options for a part of the installation that is started with the same limits: --quiet, --max-pixels, ...
  [[nodiscard]] std::vector<std::string> inherited_options() const;

  using Filter = std::function<void(Reader&, Writer&)>;       // wire to wire (or foreign, by starting helpers)
  using Combiner = std::function<void(Inputs&, Writer&)>;     // several inputs to one output
  using Sink = std::function<void(Reader&)>;                  // wire to whatever the stage itself makes
  using SourceStage = std::function<void(Source&, Writer&)>;  // foreign bytes to wire
  using Generator = std::function<void(Writer&)>;             // no INPUT: what comes is made here, or by a device

  using Stage = std::variant<Filter, Combiner, Sink, SourceStage, Generator>;

  // Where `flag`, the value of an option, is set, the command is this stage and not the one that run() is given: of
  // another kind, as a sink that with --tee is a filter. Both have all options and arguments; but where `own` names
  // options, those are all that this one has, and the other has all but them.
  void stage_if(const bool& flag, Stage stage, std::vector<std::string> own = {});
  // Runs the command and gives its exit status; the only place that catches.
  int run(int argc, char** argv, const Stage& stage);

  struct State;  // the frame's own (tool.cpp, run.cpp)

 private:
  std::unique_ptr<State> state_;
};

}  // namespace sl

// The frame of every command: options, help, input and output, helpers, sandbox, signals, errors, exit status. A tool
// describes itself, binds its options and gives `run` a function, whose parameters say which kind of stage it is.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "libcore/base/parse.h"

namespace sl {

class Helper;
class Inputs;
class Reader;
class Source;
class Target;
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
  // A command line to copy. A test runs it in a folder with in.jpg, a.jpg, b.jpg.
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
  // A value of any type with a parse_value (base/parse.h): a size, a ratio, a time, a color, tracks. The default in the
  // help is its value_text; an optional value has none.
  template <class T>
  void option(std::string_view names, T& value, std::string_view what, std::string_view help) {
    add_option(names, what, help, text_of(value),
               [&value](std::string_view name, std::string_view text) { parse_value(name, text, value); });
  }
  template <class T>
  void option(std::string_view names, std::optional<T>& value, std::string_view what, std::string_view help) {
    add_option(names, what, help, "", [&value](std::string_view name, std::string_view text) {
      T read;
      parse_value(name, text, read);
      value = std::move(read);
    });
  }
  // One of the words of a constexpr table.
  template <class E, std::size_t n>
  void option(std::string_view names, E& value, const Name<E> (&words)[n], std::string_view help) {
    add_option(
        names, name_list(words), help, std::string(name_of(value, words)),
        [&value, &words](std::string_view name, std::string_view text) { value = parse_name(name, text, words); });
  }
  template <class E, std::size_t n>
  void option(std::string_view names, std::optional<E>& value, const Name<E> (&words)[n], std::string_view help) {
    add_option(names, name_list(words), help, "", [&value, &words](std::string_view name, std::string_view text) {
      value = parse_name(name, text, words);
    });
  }
  // May be given several times.
  void option(std::string_view names, std::vector<std::string>& values, std::string_view what, std::string_view help);
  // A positional argument that comes before INPUT.
  void argument(std::string_view name, std::string& value, std::string_view help, bool required = true);
  void argument(std::string_view name, std::int64_t& value, std::string_view help, std::int64_t minimum,
                std::int64_t maximum);
  template <class T>
  void argument(std::string_view name, T& value, std::string_view help, bool required = true) {
    add_argument(name, help, required,
                 [&value](std::string_view option, std::string_view text) { parse_value(option, text, value); });
  }
  template <class E, std::size_t n>
  void argument(std::string_view name, E& value, const Name<E> (&words)[n], std::string_view help,
                bool required = true) {
    add_argument(
        name, name_list(words) + ": " + std::string(help), required,
        [&value, &words](std::string_view option, std::string_view text) { value = parse_name(option, text, words); });
  }
  // After argument(): it is not there if `replaced`, called after the options were parsed, says that one stands for it.
  void argument_replaced(std::function<bool()> replaced);
  // Add the option --threads.
  void use_threads(std::string_view help = "threads to compute with; 0: one for each core");
  // After parsing: its value, or the number of cores for 0.
  [[nodiscard]] int threads() const;
  // Its value; 0 leaves the number to a library.
  [[nodiscard]] int given_threads() const;
  // Take `least` to `most` inputs, for a Combiner. Options in brackets after a name go to its decoder, except
  // `own_options`: film.mp4[tracks=audio] has Inputs::option(i, "tracks"). `optional` returns, after parsing, whether
  // input n (from 1) may fail (Inputs::lose).
  struct InputRules {
    std::size_t least = 1, most = 64;
    std::vector<std::string> own_options{};
    std::function<bool(std::size_t)> optional{};
    std::string help{};
    // FIFOs and URLs can be begun again after their end (Inputs::ask_again).
    bool reopens = false;
    // Whether the start does not wait long for the writers of optional FIFOs: these are lost then, and may come later.
    std::function<bool()> starts_without{};
    // Returns inputs that come after those of the command line, once options are parsed.
    std::function<std::vector<std::string>()> more{};
  };
  void inputs(InputRules rules);
  [[nodiscard]] const std::vector<std::string>& input_names() const;
  // Put the next options under this heading in the help.
  void group(std::string_view heading);
  // Called after parsing and before anything is opened. Throw Error(Status::Usage, ...) if values contradict each
  // other.
  void check(std::function<void()> check);
  // Add the options --list and, with a `json_help`, --json: print the text that `list` returns, and run nothing.
  // Called after the check. Failures are printed only, not written to the stream.
  void listing(std::string_view help, std::string_view json_help, std::function<std::string(bool json)> list);

  // Hooks, in the order they are called. All may throw Error.
  // Open outputs, while files can still be opened, and add the folders in which files are created later to `plan`.
  void prepare(std::function<void(SandboxPlan& plan)> prepare);
  // The input is open and not parsed yet: the last moment to start a process. May replace the source.
  void before_lock(std::function<void(Source& source)> hook);
  // The input is not the wire, and no decoder is started yet. Return false to read the foreign bytes from
  // Reader::source in the sink itself; otherwise sl-decode makes the wire of them.
  void before_decoder(std::function<bool(Source& source)> hook);
  // The input would wait: write out the finished part.
  void before_wait(std::function<void()> hook);
  // The stage has failed, and has printed nothing yet. Return an addition to the message, as which files are kept.
  void on_failure(std::function<std::string(const Error&)> hook);

  // CLOSE is written, and the output is closed.
  void after_close(std::function<void()> hook);

  // Give a decoder that this stage starts the options that `options` returns, called after the check: what the stage
  // needs of the input (sl-decode --help, "For the stage that follows").
  void decode_with(std::function<std::vector<std::string>()> options);
  // Take compressed tracks: this stage looks at no samples.
  void accept_compressed();
  // Take packets of codecs that others know too; tracks that are packed without loss come as samples.
  void accept_packets();
  // Add a process that fills this stage's input: its failure is this stage's failure.
  void adopt(Helper helper);
  // Continue as another part of the installation (a helper in libexec that links other libraries): the same process,
  // options and input, with the bytes that were read already. Without a source, as in `check`, nothing is open yet.
  // `role`, if not empty, is its first argument. Throws Missing; does not return otherwise.
  [[noreturn]] void become(std::string_view part, Source* source = nullptr, std::string_view role = {});
  // Whether to leave host and names out of the stream.
  [[nodiscard]] bool anonymous() const;
  // INPUT of the command line; `check` may set another one.
  [[nodiscard]] const std::string& input() const;
  void set_input(std::string input);
  // OUTPUT of the command line; "-": the wire goes to standard output.
  [[nodiscard]] const std::string& output() const;
  // The descriptor of sl-batch's ledger (batch_ledger.h), or -1.
  [[nodiscard]] int ledger() const;
  // --progress: "auto", "json" or "never".
  [[nodiscard]] const std::string& progress() const;
  // Whether --quiet was given.
  [[nodiscard]] bool quiet() const;
  // How to start an sl-fetch for references in the input; `allowed` is --allow.
  [[nodiscard]] FetchOptions fetch_options() const;
  // Options for a part of the installation that is started with the same limits: --quiet, --max-pixels, ...
  [[nodiscard]] std::vector<std::string> inherited_options() const;

  using Filter = std::function<void(Reader&, Writer&)>;       // wire to wire (or foreign, by starting helpers)
  using Combiner = std::function<void(Inputs&, Writer&)>;     // several inputs to one output
  using Sink = std::function<void(Reader&)>;                  // wire to any output of the stage
  using SourceStage = std::function<void(Source&, Writer&)>;  // foreign bytes to wire
  using Generator = std::function<void(Writer&)>;             // no INPUT: the stage or a device makes the stream
  // Several inputs to a report on standard output. Returns the exit status.
  using Judge = std::function<int(Inputs&, Target& report)>;

  // No stream: the tool starts other stages, and is in no sandbox. Returns the exit status.
  using Manager = std::function<int()>;

  using Stage = std::variant<Filter, Combiner, Sink, SourceStage, Generator, Judge, Manager>;

  // If `flag`, the value of an option, is set, run this stage instead of the one given to run(): a sink that becomes a
  // filter with --tee. Both take all options and arguments. But if `own` names options, this stage takes only those,
  // and the other stage all others.
  void stage_if(const bool& flag, Stage stage, std::vector<std::string> own = {});
  // Take any number of inputs: one that is no folder is the stage's own; of a folder or several inputs (input_names())
  // this manager is run instead. `help` describes INPUT.
  void manage_many(std::string_view help, Manager manager);
  // After parsing: whether it is.
  [[nodiscard]] bool manages_many() const;
  // Run the command and return its exit status. The only place that catches errors.
  int run(int argc, char** argv, const Stage& stage);

  struct State;  // for the frame itself (tool_state.h)

 private:
  using Parse = std::function<void(std::string_view name, std::string_view text)>;
  void add_option(std::string_view names, std::string_view what, std::string_view help, std::string fallback,
                  Parse parse);
  void add_argument(std::string_view name, std::string_view help, bool required, Parse parse);
  template <class T>
  static std::string text_of(const T& value) {
    if constexpr (requires { value_text(value); }) {
      return value_text(value);
    } else {
      return {};
    }
  }

  std::unique_ptr<State> state_;
};

}  // namespace sl

// The state of a Tool: its description, its hooks, and the common options. For the frame's own files only.

#pragma once

#include <optional>

#include "libcore/net/fetcher.h"
#include "libcore/process/launch.h"
#include "libcore/stage/handover.h"
#include "libcore/stage/options.h"
#include "libcore/stage/tool.h"

namespace sl {

inline bool has_input(const Tool::Stage& stage) {
  return !std::holds_alternative<Tool::Generator>(stage) && !std::holds_alternative<Tool::Manager>(stage);
}
inline bool has_output(const Tool::Stage& stage) {
  return !std::holds_alternative<Tool::Sink>(stage) && !std::holds_alternative<Tool::Judge>(stage) &&
         !std::holds_alternative<Tool::Manager>(stage);
}

struct Tool::State {
  InheritedDescriptors inherited;  // at construction; descriptors that the tool opens later stay open
  ToolSpec spec;
  std::string group = "Options";

  std::function<void()> check, before_wait, after_close;
  std::function<std::string(bool)> list;
  bool wants_list = false, wants_json = false;
  std::function<void(SandboxPlan&)> prepare;
  std::function<void(Source&)> before_lock;
  std::function<bool(Source&)> before_decoder;
  std::function<std::string(const Error&)> on_failure;
  struct Alternate {
    const bool* flag;
    Stage stage;
    std::vector<std::string> own;
  };
  std::optional<Alternate> alternate;
  std::optional<Stage> of_many;  // a manager of several inputs
  std::string many_help;
  bool manages_many = false;
  bool takes_compressed = false, takes_packed = false;
  std::function<std::vector<std::string>()> decode_with;
  std::vector<Helper> helpers;

  std::vector<std::string> words;  // the command line, for `become`

  // Common options.
  std::string input = "-", output = "-";
  std::vector<std::string> inputs;  // of a stage with several; `input` is unused then
  std::optional<Tool::InputRules> several;
  bool quiet = false, verbose = false, sandbox_report = false, io_report = false, anonymous = false;
  std::string progress = "auto";
  std::int64_t threads = 0;
  std::int64_t max_pixels, max_memory, max_metadata;
  static constexpr std::int64_t default_timeout = 20;
  std::int64_t max_bytes = 0, timeout = default_timeout;  // of a URL
  std::vector<std::string> allowed;                       // hosts and folders that a playlist may refer to
  Handover handover;                                      // how another stage started this one

  // Add an option without a value, or with one.
  void add(std::string_view names, bool& flag, std::string_view help, Mode mode = Mode::Any);
  OptionSpec& add(std::string_view names, Parse parse, std::string_view what, std::string_view help,
                  std::string fallback, Mode mode = Mode::Any);
  void add_common_options(const Stage& usual);
  void share_options();  // among the two stages
  // The stages that have an input, or an output; nothing if neither has.
  [[nodiscard]] std::optional<Mode> mode_with(bool (*has)(const Stage&), const Stage& usual) const;
  void add_output_and_reports(std::optional<Mode> input_mode, std::optional<Mode> output_mode);
  void add_limits(std::optional<Mode> input_mode);
  [[nodiscard]] std::vector<std::string> inherited_options() const;
  [[nodiscard]] FetchOptions fetch_options() const {
    return {static_cast<std::uint64_t>(max_bytes), timeout, sandbox_report, allowed};
  }
};

}  // namespace sl

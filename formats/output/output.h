// sl-encode's outputs: standard output, one file, or numbered files; and their format.

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "formats/format.h"
#include "formats/output/batch_outputs.h"
#include "formats/output/plugin.h"
#include "libcore/bytes/target.h"
#include "libcore/process/sandbox.h"
#include "libcore/wire/wire.h"

namespace sl {

// ".png", "out.jpg[Q=90]", "out-%03d.png", "rec.slw", "/dev/fd/3[format=png]", parsed before anything is opened.
struct OutputName {
  std::string path;       // empty: standard output
  std::string extension;  // without the dot
  // Whether the file's name holds a field for a number, and the name on both sides of it.
  bool numbered = false;
  std::string before, after;
  std::size_t digits = 0;  // at least as many
  std::vector<std::pair<std::string, std::string>> options;
};
// `format` is a suffix for a name without one, "png" or ".png", or empty; the bracketed option `format` does the same.
// In a file's name %d and %0Nd are fields for a number and %% is a percent sign, unless a file of exactly this name
// exists. Throw Usage if nothing names the format, or for two fields.
[[nodiscard]] OutputName parse_output(const std::string& text, const std::string& format = {});

// Opens outputs one after another. A numbered file is created in its folder, which stays open inside the sandbox.
class Output {
 public:
  // Throw CannotCreate and the like. Create a single file now, without a name, so that a failure precedes the work.
  // `sync` is for the single file. With a `ledger` of sl-batch, its files stand for the path of `name`.
  Output(OutputName name, Sync sync, SandboxPlan& plan, int ledger = -1);
  ~Output();

  // Name the input of sl-batch that the next picture is made of, by the stages that its stream came through, and the
  // picture's upright size. Otherwise it does nothing.
  void choose(const std::vector<wire::StageInfo>& stages, const Size& size);
  // Return the target of the next picture; the previous one must be complete. Throw Usage for the second picture of
  // a single file.
  Target& next();
  // The picture in progress, or null.
  [[nodiscard]] Target* current();
  // Complete the picture: a numbered file gets its name; a single file waits for `finish`, and one of sl-batch for the
  // next one.
  void complete();
  // After the whole stream has ended well: give a single file its name.
  void finish();
  // After a failure: remove everything incomplete.
  void discard();

  // Whether the picture in progress is one that sl-batch leaves out.
  [[nodiscard]] bool is_left_out() const { return batch_ && batch_->has_failed(); }
  [[nodiscard]] std::uint64_t completed() const { return completed_; }
  [[nodiscard]] const OutputName& name() const { return name_; }

 private:
  void settle();  // give the last file of sl-batch its name
  [[nodiscard]] std::string numbered_name(std::uint64_t number) const;
  void open_folder(SandboxPlan& plan);
  void allow_links(SandboxPlan& plan);

  OutputName name_;
  int folder_ = -1;                  // of numbered files
  std::vector<int> linked_folders_;  // to which links among them lead
  std::optional<BatchOutputs> batch_;
  std::optional<Target> target_;
  Sync sync_;
  bool open_ = false;
  bool waits_ = false;  // the file of sl-batch is complete
  std::uint64_t begun_ = 0, completed_ = 0;
};

}  // namespace sl

// Where sl-encode's pictures go: standard output, one file, or numbered files; and in which format.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "formats/format.h"
#include "formats/output/plugin.h"
#include "libcore/bytes/target.h"
#include "libcore/process/sandbox.h"

namespace sl {

// ".png", "out.jpg[Q=90]", "out-%03d.png", "rec.slw": what the words say, before anything is opened.
struct OutputName {
  std::string path;       // empty: standard output
  std::string extension;  // without the dot
  bool numbered = false;  // path holds one %d or %0Nd
  std::vector<std::pair<std::string, std::string>> options;
};
// Throws Usage: no format can be told from it.
[[nodiscard]] OutputName parse_output(const std::string& text);

// Opens outputs one after another. A numbered file is created in its folder, which stays open behind the sandbox.
class Output {
 public:
  // Throws CannotCreate and the like. A single file is created now, unseen, so that a failure comes before the work.
  Output(OutputName name, SandboxPlan& plan);
  ~Output();

  // The target of the next picture; the one before must have been finished. Throws Usage where there is no place for a
  // second picture: one file.
  Target& next();
  // The picture in progress, or null.
  [[nodiscard]] Target* current();
  // It is complete: a numbered file gets its name, standard output keeps what it has, a single file waits for `finish`.
  void complete();
  // The whole stream ended well: a single file gets its name.
  void finish();
  // It failed or was cut off: what is not complete goes.
  void discard();

  [[nodiscard]] std::uint64_t completed() const { return completed_; }
  [[nodiscard]] const OutputName& name() const { return name_; }

 private:
  [[nodiscard]] std::string numbered_path(std::uint64_t number) const;

  OutputName name_;
  int folder_ = -1;
  std::optional<Target> target_;
  bool open_ = false;
  std::uint64_t begun_ = 0, completed_ = 0;
};

}  // namespace sl

// The files of sl-batch: which one a stream is for, and its name.

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/size_text.h"
#include "libcore/bytes/target.h"
#include "libcore/process/sandbox.h"
#include "libcore/stage/batch_ledger.h"
#include "libcore/wire/wire.h"

namespace sl {

class BatchOutputs {
 public:
  // Open the folders of all files, and let the sandbox permit new files there. Throws CannotCreate.
  BatchOutputs(int ledger, SandboxPlan& plan);
  ~BatchOutputs();
  BatchOutputs(const BatchOutputs&) = delete;
  BatchOutputs& operator=(const BatchOutputs&) = delete;

  // Return the entry whose number one of these stages has. An only entry needs no stage.
  [[nodiscard]] std::size_t input_of(const std::vector<wire::StageInfo>& stages) const;
  // Choose the entry that the next file is for, and fill in the size of its picture.
  void choose(std::size_t entry, const Size& size);
  [[nodiscard]] std::size_t current() const { return current_; }
  [[nodiscard]] std::string name() const;
  // Whether the only file's name is known, so that it can be opened before the sandbox.
  [[nodiscard]] bool is_single_name() const {
    return ledger_.entries().size() == 1 && ledger_.entries()[0].output.find('\0') == std::string::npos;
  }
  [[nodiscard]] Target open(Sync sync) const;

  [[nodiscard]] bool has_failed() const { return ledger_.state(current_) == BatchLedger::State::Failed; }
  void note_done() { ledger_.finish(current_, name()); }

 private:
  BatchLedger ledger_;
  std::map<std::string, int> folders_;  // O_PATH, by the part of a name before its last slash
  std::size_t current_ = 0;
  std::optional<Size> size_;
};

}  // namespace sl

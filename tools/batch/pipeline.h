// One running pipeline of a batch: sl-decode, the stages, sl-encode; and what they print.

#pragma once

#include <string>
#include <vector>

#include "libcore/process/launch.h"
#include "libcore/stage/batch_ledger.h"
#include "tools/batch/command_line.h"
#include "tools/batch/work_list.h"

namespace sl::batch {

class Pipeline {
 public:
  // The words of `line` are complete; `line.decoder` and `line.encoder` begin with the options that all pipelines
  // share. Start it. Throws Missing or Resources.
  Pipeline(const CommandLine& line, const std::string& output_options, Chunk chunk);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // What the processes print comes from here; it ends when they end.
  [[nodiscard]] int printed_fd() const { return printed_fd_; }
  // Read what has been printed; return false at its end.
  bool read_printed();
  [[nodiscard]] const std::string& printed() const { return printed_; }
  void signal(int number) const;
  // Wait for all processes. Return 0, or the status of the first cause of a failure.
  int wait();

  [[nodiscard]] const Chunk& chunk() const { return chunk_; }
  [[nodiscard]] const BatchLedger& ledger() const { return ledger_; }

 private:
  Chunk chunk_;
  BatchLedger ledger_;
  int printed_fd_ = -1;
  std::string printed_;
  std::vector<Helper> processes_;
};

// Check the words of a stage by letting it parse them; return the options that it would give a decoder. Throw if it
// refuses them, which it has reported.
[[nodiscard]] Words decoder_options_of(const Words& stage);

}  // namespace sl::batch

// A batch from its first pipeline to its last line.

#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <vector>

#include "tools/batch/pipeline.h"
#include "tools/batch/work_list.h"

namespace sl::batch {

struct Settings {
  CommandLine line;            // with all options of decoder and encoder
  std::string output_options;  // "[Q=80]", or empty
  std::size_t pipelines = 1;   // at once
  bool keep_time = false;
  std::string progress = "auto";
};

class BatchRun {
 public:
  BatchRun(WorkList& work, const Settings& settings);
  // Do all work, and list failures. Return the status of the first one. Throw Interrupted.
  int run();

 private:
  void start();
  void wait();
  void close(Pipeline& pipeline);
  void note_done(const Job& job, const std::string& output);
  void separate(const Pipeline& pipeline);
  void sort_out(const Chunk& chunk, std::vector<std::size_t> left, int status, const std::string& printed);
  void show_progress(bool at_once);
  void print(const std::string& text);
  int report_end();

  WorkList& work_;
  const Settings& settings_;
  std::list<Pipeline> running_;
  std::vector<Failure> failures_;
  std::size_t written_ = 0;
  bool stops_ = false, draws_ = false, is_drawn_ = false;
  std::chrono::steady_clock::time_point began_, next_drawing_;
};

}  // namespace sl::batch

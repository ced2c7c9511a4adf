// The work of a batch: inputs, names of their files, files that are up to date, and which inputs share a pipeline.

#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/batch/name_pattern.h"

namespace sl::batch {

struct Job {
  std::string input, output;  // output: with late fields
  struct timespec accessed, changed;
  std::size_t number;  // of the input, from 1
};

struct Failure {
  std::size_t number;  // of the input
  std::string text;    // one line that names it
  int status;
};

// Inputs of one pipeline; all outputs have one suffix.
struct Chunk {
  std::vector<Job> jobs;
  bool is_list = false;  // pictures that one sl-decode reads, one after another
};

class WorkList {
 public:
  // {date} is when a file was taken, or when it was changed last. Throw Usage if two inputs would be written to one
  // file, or one over another input, and for a name without a suffix.
  WorkList(const std::vector<std::string>& inputs, const NamePattern& pattern, std::size_t pipelines);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t skipped() const { return skipped_; }
  // Inputs that do not exist.
  [[nodiscard]] const std::vector<Failure>& missing() const { return missing_; }
  // The suffix of the first output, or an empty text.
  [[nodiscard]] std::string first_suffix() const;

  // Return the next chunk, or nothing after the last one.
  std::optional<Chunk> next();
  // Let this chunk come next.
  void put_back(Chunk chunk) { again_.push_front(std::move(chunk)); }

 private:
  void add(std::size_t number, const std::string& input, std::string output, const struct stat& info);

  std::size_t size_, skipped_ = 0, longest_;
  std::vector<Failure> missing_;
  std::deque<Job> jobs_;
  std::deque<Chunk> again_;
  std::map<std::string, Chunk> open_;  // by suffix
};

// Return the suffix of a name, in lower case, without the dot.
[[nodiscard]] std::string suffix_of(const std::string& name);

}  // namespace sl::batch

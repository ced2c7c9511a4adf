// Progress on standard error: drawn on a terminal after half a second, or as JSON lines for machines.

#pragma once

#include <chrono>
#include <string>

#include "libcore/wire/reader.h"

namespace sl {

class Progress {
 public:
  // `mode`: "auto" draws if standard error is a terminal, "json" writes a line each half second, "never".
  explicit Progress(const std::string& mode);
  // Erases the line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  [[nodiscard]] bool is_on() const { return draws_ || json_; }
  // Call after each record with samples; cheap until the next half second.
  void update(const Reader& in, const wire::Header& record);

 private:
  bool draws_ = false, json_ = false, drawn_ = false;
  std::chrono::steady_clock::time_point start_, next_;
};

}  // namespace sl

// Progress on standard error: drawn on a terminal after half a second, or as JSON lines for machines.

#pragma once

#include <chrono>
#include <string>

#include "libcore/wire/reader.h"

namespace sl {

class Progress {
 public:
  // `mode`: "auto" draws where standard error is a terminal, "json" writes a line each half second, "never".
  explicit Progress(const std::string& mode);
  // Erases what is drawn.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  [[nodiscard]] bool wanted() const { return draws_ || json_; }
  // After each record with samples; cheap until it is time to show something.
  void update(const Reader& in, const wire::Header& record);

 private:
  bool draws_ = false, json_ = false, drawn_ = false;
  std::chrono::steady_clock::time_point start_, next_;
};

}  // namespace sl

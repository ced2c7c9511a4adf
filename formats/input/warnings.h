// A decoder's warnings, printed when its picture is complete: a failure is one line. A hostile file does not fill a
// log.

#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/report.h"
#include "libcore/wire/events.h"
#include "libcore/wire/writer.h"

namespace sl {

class Warnings {
 public:
  explicit Warnings(std::string name) : name_(std::move(name)) {}
  // Something that is lost: a line, and an EVENT for the stages behind.
  void left_out(const std::string& what, const std::string& why) {
    add("left out: " + what + " (" + why + ")");
    losses_.emplace_back(what, why);
  }
  void send_losses(std::uint16_t track, Writer& out) {
    for (const auto& [what, why] : losses_) write_not_carried(out, track, what, why);
    losses_.clear();
  }
  void add(const std::string& text) {
    if (++count_ <= max_texts) texts_.push_back(text);
  }
  void print() const {
    for (const std::string& text : texts_) warn(name_ + ": " + text);
    if (count_ > max_texts) warn(name_ + ": and " + std::to_string(count_ - max_texts) + " more warnings");
  }

 private:
  static constexpr std::size_t max_texts = 20;
  std::string name_;
  std::vector<std::string> texts_;
  std::vector<std::pair<std::string, std::string>> losses_;
  std::size_t count_ = 0;
};

}  // namespace sl

// The user's variables.

#pragma once

#include <map>
#include <string>
#include <string_view>

namespace sl::drawing {

class Variables {
 public:
  // "name=value", the name a word of Lua. Throw Usage, naming `option`.
  void set(std::string_view option, std::string_view text);
  [[nodiscard]] const std::map<std::string, std::string>& values() const { return values_; }
  // Counts changes.
  [[nodiscard]] std::size_t version() const { return version_; }

 private:
  std::map<std::string, std::string> values_;
  std::size_t version_ = 0;
};

}  // namespace sl::drawing

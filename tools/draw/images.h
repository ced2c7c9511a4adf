// Pictures that a script may draw: decoded before the sandbox, by stages of their own.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/base/size_text.h"
#include "tools/canvas/owned.h"

namespace sl::drawing {

class Images {
 public:
  // "name=file": the first picture of the file, upright, in sRGB. Throw Usage, or the error of its decoder.
  void load(std::string_view option, std::string_view text);

  [[nodiscard]] const std::vector<Surface>& surfaces() const { return surfaces_; }
  [[nodiscard]] const std::map<std::string, std::size_t>& names() const { return names_; }
  [[nodiscard]] Size size_of(std::size_t image) const;

 private:
  std::vector<Surface> surfaces_;
  std::map<std::string, std::size_t> names_;
};

}  // namespace sl::drawing

// Text laid out by Pango, and kept as long as it is used.

#pragma once

#include <set>
#include <string>
#include <unordered_map>

#include "owned.h"
#include "values.h"

namespace sl::drawing {

// Lengths of a text, in the units of its font's size.
struct TextSize {
  double width = 0, height = 0;  // of its lines
  double baseline = 0;           // of the first line, from the top
  Area ink;                      // where it has ink, from its `at`
};

// Use it in one thread at a time. The fonts are loaded before the sandbox (load_fonts).
class Texts {
 public:
  // A name in the font list that has no font of its own gets a line, once, unless `quiet`.
  explicit Texts(bool warns = true);

  [[nodiscard]] TextSize size_of(const Text& text);
  // Draw it with the context's source, or add its outline to the context's path.
  void show(cairo_t* context, const Text& text, bool outline);

 private:
  struct Entry {
    Layout layout;
    TextSize size;
  };
  [[nodiscard]] Entry& entry_of(const Text& text);
  [[nodiscard]] Layout lay_out(const Text& text) const;
  void check_family(const Font& font);

  FontMap map_;
  FontContext context_;
  bool warns_;
  std::set<std::string> checked_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace sl::drawing

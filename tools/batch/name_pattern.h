// The names of a batch's files: "{dir}/thumbs/{stem}.webp".

#pragma once

#include <cstddef>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace sl::batch {

class NamePattern {
 public:
  // Throw Usage, naming `option` and the fields, for a field that does not exist or a brace without its partner.
  NamePattern(std::string_view option, const std::string& text);

  struct Input {
    std::string path;
    std::size_t number;  // from 1
    std::time_t time;    // of {date}
  };
  // Return the name for an input. {width} and {height} become late fields (batch_ledger.h).
  [[nodiscard]] std::string name_for(const Input& input) const;
  [[nodiscard]] bool has_date() const;

 private:
  enum class Field { Text, Dir, Stem, Ext, Number, Path, Date, Width, Height };
  struct Part {
    Field field = Field::Text;
    std::string text;  // of Text; the format of Date
  };
  static Part field_of(std::string_view option, const std::string& text);

  std::vector<Part> parts_;
};

}  // namespace sl::batch

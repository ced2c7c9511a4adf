// Lines of keywords, then lines of three numbers.

#include "libcore/pixels/cube_file.h"

#include <cmath>
#include <istream>
#include <string>

#include "libcore/base/limits.h"
#include "libcore/base/parse.h"

namespace sl {

namespace {

constexpr std::size_t max_line = 1024, max_curve = 65536, max_cube = 256;

class CubeParser {
 public:
  CubeParser(std::istream& text, std::string_view name) : text_(text), name_(name) {}

  ColorCube read() {
    while (next_line()) {
      const std::string_view first = next_word();
      if (first.empty()) continue;
      const bool is_number = first.find_first_of("0123456789+-.") == 0;
      is_number ? add_color(first) : keyword(first);
    }
    if (size_ == 0) fail("has no LUT_1D_SIZE and no LUT_3D_SIZE");
    if (colors_.size() != wanted()) {
      fail("has " + std::to_string(colors_.size()) + " of " + std::to_string(wanted()) + " colours");
    }
    for (std::size_t i = 0; i < 3; ++i) {
      if (!(high_[i] > low_[i])) fail("has a domain whose end is not above its start");
    }
    return {is_cube_, size_, std::move(colors_), low_, high_};
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw Error(Status::Data, std::string(name_) + ": " + what); }
  [[noreturn]] void fail_line(const std::string& what) const {
    fail("line " + std::to_string(number_) + ": \"" + printable(line_, 60) + "\" " + what);
  }
  [[nodiscard]] std::size_t wanted() const { return is_cube_ ? size_ * size_ * size_ : size_; }

  // Read a line without its end, of any system. A line longer than any keyword or colour needs is an error.
  bool next_line() {
    line_.clear();
    ++number_;
    int c = 0;
    while ((c = text_.get()) != std::istream::traits_type::eof() && c != '\n' && c != '\r') {
      line_.push_back(static_cast<char>(c));
      if (line_.size() > max_line) fail_line("is no line of a .cube file: it is too long");
    }
    if (c == '\r' && text_.peek() == '\n') text_.get();
    rest_ = line_;
    return c != std::istream::traits_type::eof() || !line_.empty();
  }

  std::string_view next_word() {
    const std::size_t start = std::min(rest_.find_first_not_of(" \t"), rest_.size());
    rest_.remove_prefix(start);
    if (rest_.starts_with('#')) rest_ = {};
    const std::string_view word = rest_.substr(0, rest_.find_first_of(" \t"));
    rest_.remove_prefix(word.size());
    return word;
  }

  float number(std::string_view word) {
    const auto value = to_number<float>(word.starts_with('+') ? word.substr(1) : word);
    if (!value || !std::isfinite(*value)) fail_line("holds no number where one belongs");
    return *value;
  }
  ColorCube::Rgb three(std::string_view first) {
    ColorCube::Rgb rgb{number(first)};
    rgb[1] = number(next_word());
    rgb[2] = number(next_word());
    end_line();
    return rgb;
  }
  void end_line() {
    if (!next_word().empty()) fail_line("is longer than it should be");
  }

  void add_color(std::string_view first) {
    if (size_ == 0) fail_line("comes before LUT_1D_SIZE or LUT_3D_SIZE");
    if (colors_.size() == wanted()) fail_line("is one colour more than the " + std::to_string(wanted()) + " announced");
    colors_.push_back(three(first));
  }

  void keyword(std::string_view word) {
    if (!colors_.empty()) fail_line("comes after the first colour");
    if (word == "TITLE") return;
    if (word == "LUT_1D_SIZE" || word == "LUT_3D_SIZE") return set_size(word == "LUT_3D_SIZE");
    if (word == "DOMAIN_MIN") {
      low_ = three(next_word());
    } else if (word == "DOMAIN_MAX") {
      high_ = three(next_word());
    } else if (word == "LUT_1D_INPUT_RANGE" || word == "LUT_3D_INPUT_RANGE") {
      low_.fill(number(next_word()));
      high_.fill(number(next_word()));
      end_line();
    } else {
      fail_line("is no keyword of a .cube file");
    }
  }

  void set_size(bool is_cube) {
    if (size_ != 0) fail_line("is a second size: one table is taken");
    const std::size_t most = is_cube ? max_cube : max_curve;
    const auto size = to_number<std::size_t>(next_word());
    if (!size || *size < 2 || *size > most) fail_line("is not a size from 2 to " + std::to_string(most));
    end_line();
    is_cube_ = is_cube;
    size_ = *size;
    check_memory(name_, wanted() * sizeof(ColorCube::Rgb), "the table");
    // Not reserved: memory is taken as colours come.
  }

  std::istream& text_;
  std::string_view name_, rest_;
  std::string line_;
  std::size_t number_ = 0, size_ = 0;
  bool is_cube_ = false;
  std::vector<ColorCube::Rgb> colors_;
  ColorCube::Rgb low_{0, 0, 0}, high_{1, 1, 1};
};

}  // namespace

ColorCube read_cube(std::istream& text, std::string_view name) { return CubeParser(text, name).read(); }

}  // namespace sl

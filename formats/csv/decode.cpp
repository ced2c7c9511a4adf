// CSV in. The number of its rows, and of what kind its numbers are, is known at its end.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "formats/csv/csv.h"
#include "formats/picture.h"
#include "formats/still_decoder.h"
#include "libcore/base/limits.h"
#include "libcore/base/parse.h"
#include "libcore/media/image.h"

namespace sl {

namespace {

constexpr std::size_t longest_number = 400;  // the smallest double, written out

class CsvDecoder final : public StillDecoder {
 public:
  explicit CsvDecoder(const DecodeContext& context)
      : StillDecoder(context, "CSV"), pixels_(context.options.text("pixels")) {}

  Picture header() override {
    while (read_line()) {
    }
    if (values_.empty()) fail("contains no numbers");
    const PixelFormat& format = pixel_format(pixels_ == "auto" ? guessed() : pixels_);
    const auto channels = static_cast<std::size_t>(format.components);
    if (columns_ % channels != 0) {
      fail(std::to_string(columns_) + " numbers in a row are no pixels of " + std::to_string(channels) + " channels");
    }
    track_.pixels = &format;
    track_.width = static_cast<std::uint32_t>(columns_ / channels);
    track_.height = static_cast<std::uint32_t>(values_.size() / columns_);
    track_.color.matrix = format.model == Model::Rgb ? 0 : 2;
    track_.color.range = Range::Full;
    track_.alpha = format.alpha ? Alpha::Straight : Alpha::None;
    track_.rest = R"({"meta":{"format":"CSV"}})";
    picture_ = Image(track_, source_.name(), "a CSV picture");
    fill();
    Picture picture;
    picture.track = track_;
    return picture;
  }

  Strip read_rows(std::uint32_t at_most) override {
    const std::uint32_t rows = std::min(std::max(at_most, 1U), track_.height - row_);
    return next_strip(rows, picture_.rows(row_, rows).planes[0].data, damaged_);
  }

 private:
  // Append the numbers of the next line; return false at the end.
  bool read_line() {
    ++line_;
    const std::size_t before = values_.size();
    std::string number;
    for (bool comment = false; true;) {
      const auto head = source_.peek(1);
      const int c = head.empty() ? '\n' : std::to_integer<int>(head[0]);
      const bool at_end = head.empty();
      if (!at_end) source_.consume(1);
      if (c == '#' && number.empty() && values_.size() == before) comment = true;
      const bool ends = c == '\n';
      const bool separates = ends || c == ',' || c == ';' || c == '\t' || c == ' ' || c == '\r';
      if (!comment && !separates) {
        number += static_cast<char>(c);
        if (number.size() > longest_number)
          return lose("a number of more than " + std::to_string(longest_number) + " characters", before);
      } else if (!comment) {
        const bool is_blank = c == ' ' || c == '\t' || c == '\r' || ends;
        if (!number.empty() && !take(number)) return lose("\"" + printable(number, 40) + "\" is no number", before);
        if (number.empty() && !is_blank && !after_number_) return lose("a number is missing", before);
        after_number_ = is_blank && (after_number_ || !number.empty());
        number.clear();
      }
      if (!ends) continue;
      after_number_ = false;
      return end_line(before) && !at_end;
    }
  }

  bool end_line(std::size_t before) {
    const std::size_t count = values_.size() - before;
    if (count == 0) return true;
    if (columns_ == 0) columns_ = count;
    if (count != columns_)
      return lose(std::to_string(count) + " numbers, but " + std::to_string(columns_) + " in the first row", before);
    return true;
  }

  bool take(const std::string& text) {
    const std::string_view digits = text.starts_with('+') ? std::string_view(text).substr(1) : std::string_view(text);
    const auto value = to_number<double>(digits);
    if (!value) return false;
    if (values_.size() == values_.capacity()) {
      check_memory(source_.name(), values_.size() * 2 * sizeof(double), "a CSV picture");
    }
    values_.push_back(*value);
    return true;
  }

  bool lose(const std::string& what, std::size_t before) {
    damage(what + " at line " + std::to_string(line_), "the picture ends there");
    values_.resize(before);
    damaged_ = true;
    source_.skip(~std::uint64_t{0});
    return false;
  }

  [[nodiscard]] std::string_view guessed() const {
    const bool whole = std::ranges::all_of(
        values_, [](double value) { return value >= 0 && value <= 65535 && value == std::floor(value); });
    if (!whole) return "grayf32le";
    return *std::ranges::max_element(values_) > 255 ? "gray16le" : "gray";
  }

  void fill() {
    std::byte* const to = picture_.bytes().data();
    const Sample sample = track_.pixels->sample;
    const double maximum = sample == Sample::U8 ? 255 : 65535;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      if (sample == Sample::F32) {
        reinterpret_cast<float*>(to)[i] = static_cast<float>(values_[i]);
        continue;
      }
      const double code = std::nearbyint(values_[i]);
      if (!(code >= 0 && code <= maximum)) over_ = true;
      const double clamped = code >= 0 ? std::min(code, maximum) : 0;
      if (sample == Sample::U8) {
        reinterpret_cast<std::uint8_t*>(to)[i] = static_cast<std::uint8_t>(clamped);
      } else {
        reinterpret_cast<std::uint16_t*>(to)[i] = static_cast<std::uint16_t>(clamped);
      }
    }
    if (over_) warn_("CSV: numbers outside of 0 to " + std::to_string(static_cast<int>(maximum)) + " are clamped");
    values_ = {};
  }

  std::string pixels_;
  std::vector<double> values_;
  std::size_t columns_ = 0, line_ = 0;
  bool after_number_ = false;  // blanks after a number may precede its separator
  bool damaged_ = false, over_ = false;
  Image picture_;
};

}  // namespace

std::unique_ptr<Decoder> make_csv_decoder(const DecodeContext& context) {
  return std::make_unique<CsvDecoder>(context);
}

}  // namespace sl

// Shapes of raw pixels as text, their sizes, and shapes that fit a number of bytes.

#include "formats/bare/shape.h"

#include <algorithm>
#include <array>
#include <vector>

#include "libcore/base/limits.h"
#include "libcore/base/parse.h"
#include "libcore/base/time_text.h"

namespace sl {

namespace {

constexpr std::string_view usual =
    "is not WIDTHxHEIGHT:PIXELS[@RATE][:skip=BYTES][:stride=BYTES], as 1920x1080:rgb24@30";

std::string_view next_part(std::string_view& text, char end) {
  const std::size_t length = std::min(text.find(end), text.size());
  const std::string_view part = text.substr(0, length);
  text.remove_prefix(std::min(text.size(), length + 1));
  return part;
}

std::string format_names() {
  std::string names;
  for (const PixelFormat& format : pixel_formats()) names += (names.empty() ? "" : ", ") + std::string(format.name);
  return names;
}

void parse_pixels(std::string_view option, std::string_view text, RawShape& shape) {
  const std::size_t at = text.find('@');
  const std::string_view name = text.substr(0, at);
  shape.pixels = find_pixel_format(name == "rgb" ? "rgb24" : name == "grey" ? "gray" : name);
  if (shape.pixels == nullptr) bad_value(option, name, "is no pixel format: " + format_names());
  if (at != std::string_view::npos) shape.rate = parse_ratio(option, text.substr(at + 1));
}

void check_stride(std::string_view option, std::string_view text, const RawShape& shape) {
  if (shape.stride == 0) return;
  const PixelFormat& format = *shape.pixels;
  for (int plane = 0; plane < format.planes; ++plane) {
    const std::uint64_t least = row_bytes(format, plane, shape.size.width);
    if (stored_row(shape, plane) >= least) continue;
    bad_value(option, text,
              "has rows of at least " + std::to_string(row_bytes(format, 0, shape.size.width)) + " bytes");
  }
  if (stored_row(shape, 0) % static_cast<unsigned>(format.sample_bytes()) != 0 ||
      (format.planes > 2 && shape.stride % (1U << format.shift_x) != 0)) {
    bad_value(option, text, "has a stride that is no whole number of samples");
  }
}

// Collects different shapes.
class Fitting {
 public:
  explicit Fitting(std::uint64_t bytes) : bytes_(bytes) {}

  void add(const RawShape& shape) {
    const std::uint64_t one = stored_bytes(shape);
    if (found_.size() == 3 || bytes_ <= shape.skip || one == 0 || (bytes_ - shape.skip) % one != 0) return;
    const std::uint64_t count = (bytes_ - shape.skip) / one;
    std::string text = value_text(shape) + (count == 1 ? "" : " (" + std::to_string(count) + " pictures)");
    if (std::ranges::find(found_, text) == found_.end()) found_.push_back(std::move(text));
  }
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const std::string& text : found_) all += (all.empty() ? "" : ", ") + text;
    return all;
  }

 private:
  std::uint64_t bytes_;
  std::vector<std::string> found_;
};

}  // namespace

void parse_value(std::string_view option, std::string_view text, RawShape& shape) {
  shape = {};
  std::string_view rest = text;
  const auto size = read_size(next_part(rest, ':'));
  if (!size || rest.empty()) bad_value(option, text, usual);
  shape.size = *size;
  parse_pixels(option, next_part(rest, ':'), shape);
  while (!rest.empty()) {
    const std::string_view part = next_part(rest, ':');
    const bool skip = part.starts_with("skip=");
    if (!skip && !part.starts_with("stride=")) bad_value(option, text, usual);
    const auto number = to_number<std::uint64_t>(part.substr(part.find('=') + 1));
    if (!number || *number > static_cast<std::uint64_t>(wire_limit::number))
      bad_value(option, part, "is no number of bytes");
    (skip ? shape.skip : shape.stride) = *number;
  }
  check_stride(option, text, shape);
}

std::string value_text(const RawShape& shape) {
  if (shape.pixels == nullptr) return {};
  std::string text = size_text(shape.size) + ":" + std::string(shape.pixels->name);
  if (shape.rate.num > 0) text += "@" + value_text(shape.rate);
  if (shape.skip != 0) text += ":skip=" + std::to_string(shape.skip);
  if (shape.stride != 0) text += ":stride=" + std::to_string(shape.stride);
  return text;
}

std::uint64_t stored_row(const RawShape& shape, int plane) {
  const std::uint64_t packed = row_bytes(*shape.pixels, plane, shape.size.width);
  if (shape.stride == 0) return packed;
  const bool is_chroma_alone = shape.pixels->planes > 2 && (plane == 1 || plane == 2);
  return is_chroma_alone ? shape.stride >> shape.pixels->shift_x : shape.stride;
}

std::uint64_t stored_bytes(const RawShape& shape) {
  std::uint64_t bytes = 0;
  for (int plane = 0; plane < shape.pixels->planes; ++plane) {
    const std::uint64_t more =
        saturating_multiply(stored_row(shape, plane), plane_rows(*shape.pixels, plane, shape.size.height));
    if (__builtin_add_overflow(bytes, more, &bytes)) return ~std::uint64_t{0};
  }
  return bytes;
}

std::string fitting_shapes(const RawShape& shape, std::uint64_t bytes) {
  constexpr std::uint64_t large_head = 4096;
  constexpr std::array<Size, 12> sizes{{{320, 240},
                                        {640, 360},
                                        {640, 480},
                                        {720, 480},
                                        {720, 576},
                                        {800, 600},
                                        {1024, 768},
                                        {1280, 720},
                                        {1920, 1080},
                                        {2560, 1440},
                                        {3840, 2160},
                                        {4096, 2160}}};
  Fitting fitting(bytes);
  RawShape other = shape;
  other.skip = bytes % std::max<std::uint64_t>(stored_bytes(shape), 1);
  if (other.skip <= large_head) fitting.add(other);
  other = shape;
  other.stride = 0;
  std::vector<std::uint64_t> tried{stored_bytes(shape)};
  for (const PixelFormat& format : pixel_formats()) {
    other.pixels = &format;
    if (std::ranges::find(tried, stored_bytes(other)) != tried.end()) continue;
    tried.push_back(stored_bytes(other));
    fitting.add(other);
  }
  other.pixels = shape.pixels;
  for (const Size& size : sizes) {
    other.size = size;
    fitting.add(other);
  }
  const std::uint64_t rows = (bytes - std::min(bytes, shape.skip)) / row_bytes(*shape.pixels, 0, shape.size.width);
  if (rows == 0 || rows > static_cast<std::uint64_t>(wire_limit::number)) return fitting.text();
  other = shape;
  other.size.height = static_cast<std::uint32_t>(rows);
  fitting.add(other);
  return fitting.text();
}

}  // namespace sl

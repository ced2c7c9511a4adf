// Radiance HDR in: RGBE and XYZE, plain, with old and new run lengths, in all eight directions of lines.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include "formats/byte_reader.h"
#include "formats/metadata/text.h"
#include "formats/picture.h"
#include "formats/radiance/radiance.h"
#include "formats/row_decoder.h"
#include "libcore/base/json.h"
#include "libcore/base/limits.h"
#include "libcore/base/parse.h"
#include "libcore/pixels/icc.h"

namespace sl::radiance {

namespace {

constexpr std::size_t longest_header = 1 << 20, longest_line = 4096;
constexpr int linear = 8;

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t"), end = text.find_last_not_of(" \t\r");
  return begin == std::string_view::npos ? "" : std::string(text.substr(begin, end + 1 - begin));
}

class RadianceDecoder final : public RowDecoder {
 public:
  explicit RadianceDecoder(const DecodeContext& context) : RowDecoder(context, "Radiance") {}

  Picture header() override {
    read_variables();
    read_resolution();
    track_.pixels = &pixel_format("rgbf32le");
    track_.color.matrix = 0;
    track_.color.transfer = linear;
    track_.color.range = Range::Full;
    Json meta{{"format", "Radiance HDR"}};
    if (exposure_ != 1) meta["exposure"] = exposure_;
    track_.rest = write_json(Json{{"meta", meta}});
    Picture picture;
    set_colours();
    picture.track = track_;
    texts_.put(picture);
    track_ = picture.track;
    coded_.resize(std::size_t{track_.width} * 4);
    begin_rows(std::uint64_t{track_.width} * 8 + 4);
    return picture;
  }

 private:
  std::string line() {
    std::string line;
    for (ByteReader in(source_);;) {
      const unsigned c = in.next();
      if (c == '\n') return line;
      if (++header_bytes_ > longest_header) throw Error(Status::Data, "a header of more than 1 MiB");
      if (line.size() < longest_line) line += static_cast<char>(c);
    }
  }

  // Lines up to an empty one: NAME=VALUE, comments, and the commands that made the picture.
  void read_variables() {
    try {
      (void)line();
      for (std::string text = line(); !trimmed(text).empty(); text = line()) {
        const std::size_t equals = text.find('=');
        const std::string name = trimmed(std::string_view(text).substr(0, equals));
        if (text.starts_with('#')) {
          add_text(std::string(comment_keyword), trimmed(std::string_view(text).substr(1)));
        } else if (equals != std::string::npos && name.find_first_of(" \t") == std::string::npos) {
          set(name, trimmed(std::string_view(text).substr(equals + 1)));
        }
      }
    } catch (const Error& error) {
      if (error.status() != Status::Data) throw;
      fail(error.what() + std::string(" in the header"));
    }
  }

  void add_text(const std::string& keyword, const std::string& text) {
    if (!text.empty()) (void)texts_.add(keyword, is_utf8(text) ? text : utf8_of_latin1(text));
  }

  void set(const std::string& name, const std::string& value) {
    if (name == "FORMAT") {
      if (value != "32-bit_rle_rgbe" && value != "32-bit_rle_xyze") fail("FORMAT " + printable(value, 60));
      is_xyz_ = value.ends_with("xyze");
    } else if (name == "EXPOSURE") {
      const auto exposure = to_number<double>(value);
      if (exposure && *exposure > 0) exposure_ *= *exposure;  // of several lines the product
    } else if (name == "PRIMARIES") {
      read_primaries(value);
    } else if (name == "SOFTWARE") {
      add_text("Software", value);
    }
  }

  // x and y of red, green, blue and white.
  void read_primaries(std::string_view text) {
    std::array<double, 8> numbers{};
    for (double& number : numbers) {
      text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
      const std::string_view word = text.substr(0, text.find_first_of(" \t"));
      const auto read = to_number<double>(word);
      if (!read || !(*read > 0) || *read >= 1) return left_out_("PRIMARIES", "they are no numbers from 0 to 1");
      number = *read;
      text.remove_prefix(word.size());
    }
    primaries_.emplace();
    for (std::size_t i = 0; i < 8; ++i)
      (*primaries_)[(i + 2) % 8] = static_cast<std::int32_t>(std::lround(numbers[i] * 100000));
  }

  // "-Y 480 +X 640": lines from top to bottom, pixels from left to right.
  void read_resolution() {
    std::string text;
    try {
      text = line();
    } catch (const Error& error) {
      if (error.status() != Status::Data) throw;
      fail(error.what() + std::string(" in the header"));
    }
    std::array<std::string, 4> words;
    std::string_view rest = text;
    for (std::string& word : words) {
      rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
      word = std::string(rest.substr(0, rest.find_first_of(" \t\r")));
      rest.remove_prefix(word.size());
    }
    const auto lines = to_number<std::uint32_t>(words[1]), pixels = to_number<std::uint32_t>(words[3]);
    // What of the orientations of EXIF lines and pixels in these directions are.
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> directions{{{"-Y", "+X"},
                                                                                       {"-Y", "-X"},
                                                                                       {"+Y", "-X"},
                                                                                       {"+Y", "+X"},
                                                                                       {"+X", "-Y"},
                                                                                       {"-X", "-Y"},
                                                                                       {"-X", "+Y"},
                                                                                       {"+X", "+Y"}}};
    const auto found = std::ranges::find(directions, std::pair<std::string_view, std::string_view>(words[0], words[2]));
    if (found == directions.end() || !lines || !pixels) fail("no size in the line \"" + printable(text, 60) + "\"");
    if (*lines == 0 || *pixels == 0 || *lines > wire_limit::number || *pixels > wire_limit::number)
      fail(std::to_string(*pixels) + "x" + std::to_string(*lines) + " pixels");
    track_.height = *lines;
    track_.width = *pixels;
    track_.orientation = static_cast<int>(found - directions.begin()) + 1;
  }

  // Without PRIMARIES they are unknown: Radiance's own are nearly BT.709's, and others' files are BT.709.
  void set_colours() {
    if (is_xyz_) {
      track_.color.primaries = 1;  // turned into these
      return;
    }
    if (!primaries_) return;
    const auto near = [this](const Primaries& known) {
      for (std::size_t i = 0; i < 8; ++i) {
        if (std::abs(known.chromaticities[i] - (*primaries_)[i]) > 200) return false;
      }
      return true;
    };
    const auto known = known_primaries();
    const auto found = std::ranges::find_if(known, near);
    if (found != known.end()) {
      track_.color.primaries = found->number;
    } else {
      left_out_("PRIMARIES", "no standard has such ones");
    }
  }

  // ---- Lines ----

  void read_row(std::byte* row) override {
    {
      ByteReader in(source_);
      read_line(in);
    }
    auto* to = reinterpret_cast<float*>(row);
    const std::uint8_t* from = coded_.data();
    for (std::uint32_t x = 0; x < track_.width; ++x, from += 4, to += 3) {
      const float scale = scales_[from[3]];
      for (std::size_t c = 0; c < 3; ++c) to[c] = from[c] * scale;
      if (is_xyz_) to_rgb(to);
    }
  }

  // Light in CIE X, Y, Z to BT.709's primaries.
  static void to_rgb(float* pixel) {
    const float x = pixel[0], y = pixel[1], z = pixel[2];
    pixel[0] = 3.2404542F * x - 1.5371385F * y - 0.4985314F * z;
    pixel[1] = -0.9692660F * x + 1.8760108F * y + 0.0415560F * z;
    pixel[2] = 0.0556434F * x - 0.2040259F * y + 1.0572252F * z;
  }

  void read_line(ByteReader& in) {
    constexpr std::uint32_t shortest = 8, longest = 0x7fff;  // that the new run lengths can state
    std::array<std::uint8_t, 4> first{};
    in.read(std::as_writable_bytes(std::span(first)));
    const bool is_new =
        track_.width >= shortest && track_.width <= longest && first[0] == 2 && first[1] == 2 && first[2] < 128;
    if (!is_new) return read_old_line(in, first);
    if ((first[2] << 8 | first[3]) != static_cast<int>(track_.width))
      throw Error(Status::Data, "a line of another length");
    for (std::size_t c = 0; c < 4; ++c) {
      for (std::size_t x = 0; x < track_.width;) {
        unsigned count = in.next();
        const bool repeats = count > 128;
        if (repeats) count -= 128;
        if (count == 0 || count > track_.width - x) throw Error(Status::Data, "a run past the end of the line");
        const unsigned value = repeats ? in.next() : 0;
        for (; count > 0; --count, ++x) coded_[x * 4 + c] = static_cast<std::uint8_t>(repeats ? value : in.next());
      }
    }
  }

  // A pixel of 1, 1, 1 repeats the one before it, as often as its exponent says; several are digits to the base 256.
  void read_old_line(ByteReader& in, std::array<std::uint8_t, 4> pixel) {
    unsigned shift = 0;
    for (std::size_t x = 0; x < track_.width;) {
      if (pixel[0] == 1 && pixel[1] == 1 && pixel[2] == 1) {
        if (x == 0 || shift > 24) throw Error(Status::Data, "a run without a pixel");
        std::uint64_t count = std::uint64_t{pixel[3]} << shift;
        if (count > track_.width - x) throw Error(Status::Data, "a run past the end of the line");
        for (; count > 0; --count, ++x) std::memcpy(&coded_[x * 4], &coded_[(x - 1) * 4], 4);
        shift += 8;
      } else {
        std::memcpy(&coded_[x * 4], pixel.data(), 4);
        ++x;
        shift = 0;
      }
      if (x < track_.width) in.read(std::as_writable_bytes(std::span(pixel)));
    }
  }

  double exposure_ = 1;
  bool is_xyz_ = false;
  std::optional<Chromaticities> primaries_;
  std::size_t header_bytes_ = 0;
  Texts texts_;
  std::vector<std::uint8_t> coded_;
  std::array<float, 256> scales_ = [] {
    std::array<float, 256> scales{};
    for (int e = 1; e < 256; ++e) scales[static_cast<std::size_t>(e)] = std::ldexp(1.0F, e - 136);
    return scales;
  }();
};

}  // namespace

std::unique_ptr<Decoder> make_decoder(const DecodeContext& context) {
  return std::make_unique<RadianceDecoder>(context);
}

}  // namespace sl::radiance

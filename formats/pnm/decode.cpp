// PNM in: PBM, PGM, PPM (ASCII and binary), PAM and PFM. https://netpbm.sourceforge.net/doc/ppm.html, .../doc/pam.html,
// .../doc/pfm.html
//
// Binary rows are read straight into the strip that is handed on, and turned into native samples there: as much as the
// input has at once, so that a pipe costs one read for each filling of it. Bytes after the last whole row stay for the
// next strip. ASCII is a state machine that can stop at any byte for the same reason: rows that are ready leave
// when the input would wait. The rows of PFM run from bottom to top: a file is read from its end, and
// so is a pipe, which sl-decode spools.

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>
#include <utility>

#include "formats/metadata/text.h"
#include "formats/picture.h"
#include "formats/pnm/pnm.h"
#include "formats/still_decoder.h"
#include "libcore/base/endian.h"
#include "libcore/base/limits.h"
#include "libcore/media/image.h"

namespace sl {

namespace {

// Pixels of one packed byte: a set bit is black.
constexpr auto bit_pixels = [] {
  std::array<std::array<std::uint8_t, 8>, 256> table{};
  for (int byte = 0; byte < 256; ++byte) {
    for (int bit = 0; bit < 8; ++bit) table[byte][bit] = (byte >> (7 - bit)) & 1 ? 0 : 255;
  }
  return table;
}();

class PnmDecoder final : public StillDecoder {
 public:
  explicit PnmDecoder(const DecodeContext& context) : StillDecoder(context, "PNM") {}

  Picture header() override {
    header_ = read_pnm_header(source_);
    format_ = header_.family;
    check_pixels(source_.name(), header_.width, header_.height);
    Picture picture;
    picture.track = track_ = make_track();
    row_bytes_ = static_cast<std::size_t>(row_bytes(*track_.pixels, 0, track_.width));
    input_row_ = header_.packed_bits ? (row_bytes_ + 7) / 8 : row_bytes_;
    const std::uint64_t strip = saturating_multiply(row_bytes_, std::min(strip_rows(track_), track_.height));
    if (header_.real) {
      const std::uint64_t size = saturating_multiply(row_bytes_, track_.height);
      start_ = source_.position();
      from_end_ = source_.can_seek() && !source_.is_remote() && has_bytes(size);
      if (from_end_) {
        check_memory(source_.name(), strip, "a strip of rows");
      } else {
        frame_ = Image(track_, source_.name(), "a PFM frame, whose rows run from bottom to top");
      }
    } else {
      check_memory(source_.name(), strip + (header_.packed_bits ? strip / 8 : 0), "a strip of rows");
      make_table();
    }
    const std::string& comments = header_.comments;
    Texts texts;
    if (!comments.empty())
      texts.add(std::string(comment_keyword), is_utf8(comments) ? comments : utf8_of_latin1(comments));
    texts.put(picture);
    return picture;
  }

  Strip read_rows(std::uint32_t at_most) override {
    const std::uint32_t rows = std::min(std::max(at_most, 1u), track_.height - row_);
    if (header_.real) return from_end_ ? rows_from_end(rows) : real_rows(rows);
    if (pixels_.size() < rows * row_bytes_) {
      pixels_.resize(rows * row_bytes_);
      if (header_.packed_bits) input_.resize(rows * input_row_);
    }
    std::vector<std::byte>& rows_in = header_.packed_bits ? input_ : pixels_;
    std::memmove(rows_in.data(), rows_in.data() + given_, have_ - given_);
    have_ -= std::exchange(given_, 0);
    if (!cut_) {
      const std::span<std::byte> requested = std::span(rows_in).first(rows * input_row_);
      header_.ascii ? fill_from_text(requested) : fill(requested);
    }
    const auto whole = static_cast<std::uint32_t>(have_ / input_row_);
    if (whole == 0) return lost_rows(rows, rows_in);
    if (!header_.ascii) convert(whole);
    given_ = whole * input_row_;
    return strip(whole, pixels_.data());
  }

 private:
  // Return whether so many bytes follow; this reads a pipe to find out.
  bool has_bytes(std::uint64_t count) {
    if (const auto size = source_.size()) return *size >= start_ + count;
    source_.seek(start_ + count - 1);
    const bool has = !source_.peek(1).empty();
    source_.seek(start_);
    return has;
  }

  // ASCII ends somewhere in white space, which belongs to it: another picture may follow.
  void end() override {
    if (!header_.ascii || cut_) return;
    for (auto head = source_.peek(1); !head.empty() && pnm_is_space(std::to_integer<int>(head[0]));
         head = source_.peek(1)) {
      source_.consume(1);
    }
  }

  Track make_track() const {
    constexpr std::array<std::array<std::string_view, 4>, 3> names{{{"gray", "ya8", "rgb24", "rgba"},
                                                                    {"gray16le", "ya16le", "rgb48le", "rgba64le"},
                                                                    {"grayf32le", "", "rgbf32le", "rgbaf32le"}}};
    const std::size_t sample = header_.real ? 2 : header_.maximum > 255 ? 1 : 0;
    Track track;
    track.pixels = &pixel_format(names[sample][header_.depth - 1]);
    track.width = static_cast<std::uint32_t>(header_.width);
    track.height = static_cast<std::uint32_t>(header_.height);
    track.color.matrix = header_.depth >= 3 ? 0 : 2;
    track.color.range = Range::Full;
    track.alpha = track.pixels->alpha ? Alpha::Straight : Alpha::None;
    if (!header_.real && header_.maximum != 255 && header_.maximum != 65535 &&
        (header_.maximum & (header_.maximum + 1)) == 0) {
      track.bits = std::countr_one(header_.maximum);
    }
    track.rest = R"({"meta":{"format":")" + std::string(header_.family) + '"' +
                 (header_.scale.empty() ? "" : R"(,"scale":")" + header_.scale + '"') + "}}";
    return track;
  }

  // From samples of the file to the full range of the format, rounded. Empty if they are the same.
  void make_table() {
    const std::uint64_t maximum = header_.maximum, full = maximum > 255 ? 65535 : 255;
    if (maximum == full) return;
    table_.resize(maximum + 1);
    for (std::uint64_t v = 0; v <= maximum; ++v) {
      table_[v] =
          static_cast<std::uint16_t>(((header_.white_is_zero ? maximum - v : v) * full * 2 + maximum) / (maximum * 2));
    }
  }

  // The data ends, or cannot be read on, after `rows` good rows.
  void cut(std::uint32_t rows, const std::string& what) {
    damage(what + row_place("after", rows), "the rest is filled with zero");
    cut_ = true;
  }

  void over_maximum(std::uint32_t row) {
    if (!std::exchange(clamping_, true)) {
      damage("a sample over maxval " + std::to_string(header_.maximum) + " at row " + std::to_string(row),
             "such samples are clamped");
    }
    damaged_to_ = std::max(damaged_to_, row + 1);
  }

  Strip strip(std::uint32_t rows, std::byte* data) { return next_strip(rows, data, damaged_to_ > row_); }

  // Return rows after the end of the data. The first one may have come in part.
  Strip lost_rows(std::uint32_t rows, std::span<std::byte> rows_in) {
    std::memset(rows_in.data() + have_, header_.packed_bits ? 0xff : 0, input_row_ - have_);
    have_ = 0;
    if (!header_.ascii) convert(1);
    std::memset(pixels_.data() + row_bytes_, 0, (rows - 1) * row_bytes_);
    damaged_to_ = row_ + rows;
    return strip(rows, pixels_.data());
  }

  // ---- Binary ----

  void fill(std::span<std::byte> requested) {
    while (have_ < requested.size()) {
      if (have_ >= input_row_ && source_.would_wait(input_row_ - have_ % input_row_)) return;
      const std::size_t got = source_.read(requested.subspan(have_));
      if (got == 0) return cut(row_ + static_cast<std::uint32_t>(have_ / input_row_), "truncated");
      have_ += got;
    }
  }

  void convert(std::uint32_t rows) {
    const std::size_t samples = row_bytes_ / static_cast<std::size_t>(track_.pixels->sample_bytes());
    for (std::uint32_t y = 0; y < rows; ++y) {
      std::byte* const row = pixels_.data() + y * row_bytes_;
      bool good = true;
      if (header_.packed_bits) {
        unpack(input_.data() + y * input_row_, row);
      } else if (header_.maximum > 255) {
        good = convert_wide(reinterpret_cast<std::uint16_t*>(row), samples);
      } else if (!table_.empty()) {
        good = convert_narrow(reinterpret_cast<std::uint8_t*>(row), samples);
      }
      if (!good) over_maximum(row_ + y);
    }
  }

  void unpack(const std::byte* from, std::byte* to) const {
    std::size_t left = row_bytes_;
    for (; left >= 8; left -= 8, to += 8) std::memcpy(to, bit_pixels[std::to_integer<int>(*from++)].data(), 8);
    if (left != 0) std::memcpy(to, bit_pixels[std::to_integer<int>(*from)].data(), left);
  }

  // Whether all samples were at most maxval; those that were not count as it.
  bool convert_wide(std::uint16_t* row, std::size_t samples) const {
    swap_bytes(row, row, samples);
    return table_.empty() || look_up(row, samples);
  }

  bool convert_narrow(std::uint8_t* row, std::size_t samples) const { return look_up(row, samples); }

  template <class T>
  bool look_up(T* row, std::size_t samples) const {
    const auto maximum = static_cast<T>(header_.maximum);
    T largest = 0;
    for (std::size_t x = 0; x < samples; ++x) largest = std::max(largest, row[x]);
    for (std::size_t x = 0; x < samples; ++x) row[x] = static_cast<T>(table_[std::min(row[x], maximum)]);
    return largest <= maximum;
  }

  // ---- ASCII ----

  // Can continue at any byte: in the middle of a row, a number or a comment.
  void fill_from_text(std::span<std::byte> requested) {
    while (have_ < requested.size()) {
      if (have_ >= row_bytes_ && source_.would_wait()) return;
      const auto text = source_.peek(1);
      if (text.empty()) {
        if (digits_) put(requested);
        if (have_ < requested.size()) cut(text_row(), "truncated");
        return;
      }
      std::size_t used = 0;
      while (used < text.size() && have_ < requested.size() && !cut_)
        character(std::to_integer<int>(text[used++]), requested);
      source_.consume(used);
      if (cut_) return;
    }
  }

  void character(int c, std::span<std::byte> requested) {
    if (comment_) {
      comment_ = c != '\n' && c != '\r';
    } else if (pnm_is_digit(c) && (!header_.white_is_zero || c <= '1')) {
      value_ = std::min(value_ * 10 + static_cast<unsigned>(c - '0'), 1u << 20);
      digits_ = true;
      if (header_.white_is_zero) put(requested);  // its samples need no space between them
    } else if (pnm_is_space(c) || c == '#') {
      comment_ = c == '#';
      if (digits_) put(requested);
    } else {
      const char shown = static_cast<char>(c);
      cut(text_row(), printable({&shown, 1}) + " instead of a number");
    }
  }

  void put(std::span<std::byte> requested) {
    if (value_ > header_.maximum) over_maximum(text_row());
    const std::uint64_t value = std::min<std::uint64_t>(value_, header_.maximum);
    const std::uint16_t sample = table_.empty() ? static_cast<std::uint16_t>(value) : table_[value];
    if (header_.maximum > 255) {
      store_le(requested.data() + have_, sample);
      have_ += 2;
    } else {
      requested[have_++] = static_cast<std::byte>(sample);
    }
    value_ = 0;
    digits_ = false;
  }

  // The row that the next sample is in.
  [[nodiscard]] std::uint32_t text_row() const { return row_ + static_cast<std::uint32_t>(have_ / row_bytes_); }

  // ---- PFM ----

  Strip rows_from_end(std::uint32_t rows) {
    pixels_.resize(std::max(pixels_.size(), rows * row_bytes_));
    const std::span<std::byte> bytes = std::span(pixels_).first(rows * row_bytes_);
    source_.seek(start_ + std::uint64_t{track_.height - row_ - rows} * row_bytes_);
    if (source_.read_all(bytes) < bytes.size()) fail("the file became shorter");
    for (std::uint32_t y = 0; y < rows / 2; ++y) {
      const auto row = bytes.subspan(y * row_bytes_, row_bytes_);
      std::ranges::swap_ranges(row, bytes.subspan((rows - 1 - y) * row_bytes_, row_bytes_));
    }
    swap_samples(bytes);
    if (row_ + rows == track_.height) source_.seek(start_ + std::uint64_t{track_.height} * row_bytes_);
    return strip(rows, bytes.data());
  }

  void swap_samples(std::span<std::byte> bytes) const {
    if (!header_.big_endian) return;
    auto* const samples = reinterpret_cast<std::uint32_t*>(bytes.data());
    swap_bytes(samples, samples, bytes.size() / 4);
  }

  Strip real_rows(std::uint32_t rows) {
    if (row_ == 0) read_frame();
    std::byte* const data = frame_.bytes().data() + row_ * row_bytes_;
    if (damaged_to_ <= row_) return strip(rows, data);
    return strip(std::min(rows, damaged_to_ - row_), data);
  }

  void read_frame() {
    std::byte* const rows = frame_.bytes().data();
    for (std::uint32_t left = track_.height; left > 0; --left) {
      const std::span<std::byte> row{rows + (left - 1) * row_bytes_, row_bytes_};
      const std::size_t got = source_.read_all(row);
      if (got < row_bytes_) {
        cut(track_.height - left, "truncated");
        damaged_to_ = left;
        std::memset(rows, 0, (left - 1) * row_bytes_);
        std::ranges::fill(row.subspan(got / 4 * 4), std::byte{0});
        break;
      }
    }
    swap_samples(frame_.bytes());
  }

  PnmHeader header_;
  std::size_t row_bytes_ = 0, input_row_ = 0;  // bytes of a row, handed on and in the file
  std::vector<std::uint16_t> table_;
  std::vector<std::byte> input_, pixels_;  // packed bits; rows to hand on (all other rows are read in place)
  Image frame_;                            // PFM that is cut, or from a server
  std::uint64_t start_ = 0;                // PFM: of the rows
  bool from_end_ = false;                  // PFM: rows are read from the end of the file
  std::size_t have_ = 0, given_ = 0;       // bytes in hand, and of these handed on by the last call
  std::uint32_t damaged_to_ = 0;
  bool cut_ = false, clamping_ = false;
  unsigned value_ = 0;  // of the number being read
  bool digits_ = false, comment_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_pnm_decoder(const DecodeContext& context) {
  return std::make_unique<PnmDecoder>(context);
}

}  // namespace sl

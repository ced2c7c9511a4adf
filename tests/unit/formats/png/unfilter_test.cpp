// PngUnfilter against the specification's text and, inside the decoder, against libpng: every filter, pixel and cut.

#include <cstdlib>

#include "formats/png/unfilter.h"
#include "tests/unit/formats/png/png_fixture.h"

namespace sl {

namespace {

using namespace test;
using namespace test::png;

class Noise {
 public:
  explicit Noise(std::uint32_t seed) : state_(seed) {}
  unsigned below(unsigned limit) { return ((state_ = state_ * 1664525u + 1013904223u) >> 16) % limit; }
  // Extremes as often as anything else, so that sums wrap and predictors tie.
  std::uint8_t sample() {
    constexpr std::array<std::uint8_t, 6> extremes{0, 1, 127, 128, 254, 255};
    return static_cast<std::uint8_t>(below(2) == 0 ? extremes[below(6)] : below(256));
  }

 private:
  std::uint32_t state_;
};

int predicted_by_paeth(int a, int b, int c) {
  const int p = a + b - c, pa = std::abs(p - a), pb = std::abs(p - b), pc = std::abs(p - c);
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

// As the specification says it, a sample at a time.
Bytes undone_by_specification(Bytes rows, std::size_t row, std::size_t pixel) {
  const auto at = [&](std::size_t i) { return std::to_integer<int>(rows[i]); };
  for (std::size_t begin = 0; begin < rows.size(); begin += row + 1) {
    const int filter = at(begin);
    for (std::size_t x = 0; x < row; ++x) {
      const std::size_t i = begin + 1 + x;
      const int a = x >= pixel ? at(i - pixel) : 0, b = begin > 0 ? at(i - row - 1) : 0;
      const int c = x >= pixel && begin > 0 ? at(i - row - 1 - pixel) : 0;
      const std::array<int, 5> predictions{0, a, b, (a + b) / 2, predicted_by_paeth(a, b, c)};
      if (filter < 5) rows[i] = static_cast<std::byte>(at(i) + predictions[static_cast<std::size_t>(filter)]);
    }
    if (filter < 5) rows[begin] = std::byte{0};
  }
  return rows;
}

// Unfilter in pieces of up to `most` bytes, as PngInput does: the rest of a piece comes again with more bytes after it.
// Each piece has its own memory, so that the address sanitizer sees accesses after it.
Bytes undone_in_pieces(const Bytes& rows, std::size_t row, std::size_t pixel, unsigned most) {
  PngUnfilter unfilter;
  unfilter.begin(row, pixel);
  Noise noise(most);
  Bytes out, piece;
  std::size_t given = 0;
  while (given < rows.size()) {
    const std::size_t count = std::min<std::size_t>(1 + noise.below(most), rows.size() - given);
    piece.insert(piece.end(), rows.begin() + static_cast<std::ptrdiff_t>(given),
                 rows.begin() + static_cast<std::ptrdiff_t>(given + count));
    piece.shrink_to_fit();
    given += count;
    const std::size_t done = unfilter.undo(piece);
    EXPECT_LE(done, piece.size());
    EXPECT_LT(piece.size() - done, pixel);
    out.insert(out.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(done));
    piece = Bytes(piece.begin() + static_cast<std::ptrdiff_t>(done), piece.end());
  }
  EXPECT_TRUE(piece.empty());
  return out;
}

class PngUnfilterPixels : public testing::TestWithParam<std::size_t> {};

TEST_P(PngUnfilterPixels, UndoesEveryFilterAsTheSpecificationSaysInWhateverPieces) {
  const std::size_t pixel = GetParam();
  Noise noise(1);
  for (const std::size_t width : {1, 2, 3, 4, 5, 17, 100}) {
    const std::size_t row = width * pixel;
    Bytes rows;
    // Each filter in the first row and after each other one; number 5 is no filter, and stays.
    for (unsigned y = 0; y < 60; ++y) {
      rows.push_back(static_cast<std::byte>(y < 5 ? 4 - y : noise.below(6)));
      for (std::size_t x = 0; x < row; ++x) rows.push_back(static_cast<std::byte>(noise.sample()));
    }
    for (std::size_t first = 0; first < 5; ++first) {
      const Bytes from(rows.begin() + static_cast<std::ptrdiff_t>(first * (row + 1)), rows.end());
      const Bytes expected = undone_by_specification(from, row, pixel);
      for (const unsigned most : {1u, 7u, 50u, 1u << 15}) {
        ASSERT_EQ(undone_in_pieces(from, row, pixel, most), expected) << width << " wide, pieces up to " << most;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, PngUnfilterPixels, testing::Values(1, 2, 3, 4, 6, 8));

// A row of corner and above in turn, and below it a row whose every second pixel takes each value of left once: it is
// coded as the difference to its prediction, and the next pixel is the prediction itself.
TEST(PngUnfilter, PredictsByPaethFromEveryLeftAndAbove) {
  constexpr int corner_step = 3;
  PngUnfilter unfilter;
  unfilter.begin(512, 1);
  Bytes rows(2 * 513), expected(2 * 513);
  for (int corner = 0; corner < 256; corner += corner_step) {
    for (int above = 0; above < 256; ++above) {
      rows[0] = std::byte{0};
      rows[513] = std::byte{4};
      int before = 0, diagonal = 0;
      for (std::size_t left = 0; left < 256; ++left) {
        const std::size_t i = 1 + 2 * left, wanted = 513 + i;
        rows[i] = expected[i] = static_cast<std::byte>(corner);
        rows[i + 1] = expected[i + 1] = static_cast<std::byte>(above);
        rows[wanted] = static_cast<std::byte>(static_cast<int>(left) - predicted_by_paeth(before, corner, diagonal));
        rows[wanted + 1] = std::byte{0};
        before = predicted_by_paeth(static_cast<int>(left), above, corner);
        diagonal = above;
        expected[wanted] = static_cast<std::byte>(left);
        expected[wanted + 1] = static_cast<std::byte>(before);
      }
      ASSERT_EQ(unfilter.undo(rows), rows.size());
      ASSERT_EQ(rows, expected) << above << " above, " << corner << " in the corner";
    }
  }
}

TEST(PngUnfilter, LeavesEverythingWhereNothingWasBegun) {
  Bytes rows(20, std::byte{4});
  EXPECT_EQ(PngUnfilter().undo(rows), rows.size());
  EXPECT_EQ(rows, Bytes(20, std::byte{4}));
}

// ---- In the decoder ----

constexpr std::array<test::png::Kind, 15> kinds{{{0, 1, false, false},
                                                 {0, 2, false, false},
                                                 {0, 4, false, true},
                                                 {0, 8, false, false},
                                                 {0, 16, false, true},
                                                 {2, 8, false, true},
                                                 {2, 16, false, false},
                                                 {3, 1, false, false},
                                                 {3, 2, false, false},
                                                 {3, 4, false, true},
                                                 {3, 8, false, false},
                                                 {4, 8, false, false},
                                                 {4, 16, false, false},
                                                 {6, 8, false, false},
                                                 {6, 16, false, false}}};

class PngUnfilterDecoder : public testing::TestWithParam<test::png::Kind> {};

// Filtered bytes at random, so that every sample differs, long enough for several pieces, and for wide rows to be in
// more than one.
std::string random_png(const test::png::Kind& kind, std::uint32_t width, std::uint32_t height) {
  constexpr std::array<unsigned, 7> channels{1, 0, 3, 1, 2, 0, 4};
  const std::size_t row =
      (std::size_t{width} * channels[static_cast<std::size_t>(kind.color_type)] * static_cast<std::size_t>(kind.depth) +
       7) /
      8;
  Noise noise(width);
  std::string raw;
  for (std::uint32_t y = 0; y < height; ++y) {
    raw += static_cast<char>(noise.below(5));
    for (std::size_t x = 0; x < row; ++x) raw += static_cast<char>(noise.sample());
  }
  std::string png = header(width, height, kind.depth, kind.color_type);
  if (kind.color_type == 3) {
    std::string palette;
    for (int i = 0; i < 3 << kind.depth; ++i) palette += static_cast<char>(i * 37);
    png += chunk("PLTE", palette);
    if (kind.transparent) png += chunk("tRNS", "\x10\x80");
  } else if (kind.transparent) {
    png += chunk("tRNS", kind.color_type == 0 ? "\0\x01"s : "\0\x01\0\x7f\0\xff"s);
  }
  const std::string data = deflated(raw);
  for (std::size_t i = 0; i < data.size(); i += 5000) png += chunk("IDAT", data.substr(i, 5000));
  return png + chunk("IEND", "");
}

TEST_P(PngUnfilterDecoder, GivesThePixelsOfLibpng) {
  constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 4> sizes{{{1, 9}, {7, 40}, {333, 50}, {36001, 5}}};
  for (const auto& [width, height] : sizes) {
    SCOPED_TRACE(width);
    const std::string png = random_png(GetParam(), width, height);
    const Bytes expected = reference(bytes_of(png));
    for (const std::uint32_t at_most : {1u, 3u, 1u << 20}) {
      const test::Decoded decoded = decode(png, false, at_most);
      ASSERT_EQ(decoded.pixels.at(0), expected);
      EXPECT_TRUE(decoded.warnings.empty());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, PngUnfilterDecoder, testing::ValuesIn(kinds), [](const auto& info) {
  return "Type" + std::to_string(info.param.color_type) + "Depth" + std::to_string(info.param.depth);
});

TEST(PngUnfilter, LeavesAFilterThatIsNoneToLibpng) {
  for (const std::uint32_t row : {0u, 7u, small_height - 1}) {
    for (const int filter : {5, 64, 255}) {
      std::string raw = small_raw();
      raw[row * (small_width + 1)] = static_cast<char>(filter);
      const std::string png = small({}, {}, 40, raw);
      EXPECT_EQ(error_of(png), "in: PNG: bad adaptive filter value at row " + std::to_string(row) + " of 12");
      // The rows above it are delivered, and the missing ones are zeros, marked.
      Bytes expected = decode(small()).pixels.at(0);
      std::fill(expected.begin() + static_cast<std::ptrdiff_t>(row * small_width), expected.end(), std::byte{0});
      for (const std::uint32_t at_most : {1u, 5u, 100u}) {
        const test::Decoded salvaged = decode(png, true, at_most);
        EXPECT_EQ(salvaged.pixels.at(0), expected);
        EXPECT_EQ(salvaged.damaged.size(), small_height - row);
      }
    }
  }
}

}  // namespace

}  // namespace sl

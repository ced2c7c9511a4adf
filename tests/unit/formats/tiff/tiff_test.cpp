// TIFF's own: kinds of samples, byte orders, pages, pyramids, metadata.

#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "formats/metadata/exif.h"
#include "tests/unit/formats/format_fixture.h"

namespace sl {

extern const Format tiff_format;

namespace test {
namespace {

// A value of a tag in SHORT or LONG.
struct Value {
  int type;  // 3 or 4
  std::vector<std::uint32_t> numbers;
};
using Tags = std::map<int, Value>;

// Writes directories one after another behind the pixels of all pages.
class Maker {
 public:
  explicit Maker(bool big_endian, bool big_tiff = false) : order_(big_endian), big_(big_tiff) {
    text_ = big_endian ? "MM" : "II";
    put(big_ ? 43 : 42, 2);
    if (big_) put(8, 2), put(0, 2);
    put(0, big_ ? 8 : 4);
  }

  // Add a page whose pixels are `strips`, after each other; return the place of its directory.
  std::size_t page(Tags tags, const std::vector<std::string>& strips, bool linked = true) {
    Value places{4, {}}, sizes{4, {}};
    for (const std::string& strip : strips) {
      places.numbers.push_back(static_cast<std::uint32_t>(text_.size()));
      sizes.numbers.push_back(static_cast<std::uint32_t>(strip.size()));
      text_ += strip;
    }
    const bool tiles = tags.contains(322);
    tags[tiles ? 324 : 273] = places;
    tags[tiles ? 325 : 279] = sizes;
    if (text_.size() % 2 != 0) text_ += '\0';
    std::map<int, std::size_t> outside;
    for (const auto& [tag, value] : tags) {
      if (value.numbers.size() * width_of(value) <= word()) continue;
      outside[tag] = text_.size();
      for (const std::uint32_t number : value.numbers) put(number, width_of(value));
    }
    const std::size_t place = text_.size();
    if (linked) replace(link_, place);
    put(tags.size(), big_ ? 8 : 2);
    for (const auto& [tag, value] : tags) {
      put(static_cast<std::uint64_t>(tag), 2);
      put(static_cast<std::uint64_t>(value.type), 2);
      put(value.numbers.size(), word());
      const std::size_t field = text_.size();
      if (outside.contains(tag)) {
        put(outside[tag], word());
      } else {
        for (const std::uint32_t number : value.numbers) put(number, width_of(value));
        text_.resize(field + word(), '\0');
      }
    }
    if (linked) link_ = text_.size();
    put(0, word());
    return place;
  }

  [[nodiscard]] Bytes bytes() const { return bytes_of(text_); }

 private:
  [[nodiscard]] std::size_t word() const { return big_ ? 8 : 4; }
  static std::size_t width_of(const Value& value) { return value.type == 3 ? 2 : 4; }
  void put(std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) text_ += static_cast<char>(value >> 8 * (order_ ? size - 1 - i : i));
  }
  void replace(std::size_t at, std::uint64_t value) {
    const std::string end = text_.substr(at == 0 ? (big_ ? 8 : 4) : at).substr(word());
    text_.resize(at == 0 ? (big_ ? 8 : 4) : at);
    put(value, word());
    text_ += end;
  }

  bool order_, big_;
  std::string text_;
  std::size_t link_ = 0;  // 0: the header's
};

Tags tags_of(std::uint32_t width, std::uint32_t height, std::uint32_t photometric,
             const std::vector<std::uint32_t>& bits) {
  return {{256, {3, {width}}}, {257, {3, {height}}},      {258, {3, bits}},
          {259, {3, {1}}},     {262, {3, {photometric}}}, {277, {3, {static_cast<std::uint32_t>(bits.size())}}},
          {278, {3, {height}}}};
}

std::vector<int> samples8(const Decoded& decoded) {
  std::vector<int> values;
  for (const std::byte b : decoded.pixels.at(0)) values.push_back(std::to_integer<int>(b));
  return values;
}

std::vector<int> samples16(const Decoded& decoded) {
  std::vector<int> values;
  const Bytes& pixels = decoded.pixels.at(0);
  for (std::size_t i = 0; i + 1 < pixels.size(); i += 2) {
    values.push_back(std::to_integer<int>(pixels[i]) | std::to_integer<int>(pixels[i + 1]) << 8);
  }
  return values;
}

Decoded made(const Tags& tags, const std::vector<std::string>& strips, bool big_endian = false, bool big_tiff = false) {
  Maker maker(big_endian, big_tiff);
  maker.page(tags, strips);
  return decode(tiff_format, maker.bytes());
}

TEST(Tiff, BothByteOrdersAndBothSizesOfOffsets) {
  for (const bool big_endian : {false, true}) {
    for (const bool big_tiff : {false, true}) {
      const Decoded decoded =
          made(tags_of(2, 1, 1, {16}), {big_endian ? std::string("\x12\x34\xab\xcd") : "\x34\x12\xcd\xab"}, big_endian,
               big_tiff);
      EXPECT_EQ(decoded.picture.track.pixels->name, "gray16le");
      EXPECT_EQ(samples16(decoded), (std::vector<int>{0x1234, 0xabcd}));
    }
  }
}

TEST(Tiff, FewBitsFillTheRangeAndAreNamed) {
  const Decoded one = made(tags_of(9, 1, 1, {1}), {"\xa5\x80"});
  EXPECT_EQ(samples8(one), (std::vector<int>{255, 0, 255, 0, 0, 255, 0, 255, 255}));
  EXPECT_EQ(one.picture.track.bits, 1);
  EXPECT_EQ(samples8(made(tags_of(4, 1, 0, {2}), {"\x1b"})), (std::vector<int>{255, 170, 85, 0}));  // 0 is white
  EXPECT_EQ(samples8(made(tags_of(3, 1, 1, {4}), {"\x0f\x80"})), (std::vector<int>{0, 255, 136}));
  const Decoded twelve = made(tags_of(2, 1, 1, {12}), {std::string("\xff\xf8\0", 3)});
  EXPECT_EQ(samples16(twelve), (std::vector<int>{65535, 32776}));
  EXPECT_EQ(twelve.picture.track.bits, 12);
}

TEST(Tiff, WideIntegersAndSignedOnesAreConvertedWithALine) {
  const Decoded wide = made(tags_of(2, 1, 1, {32}), {std::string("\0\0\x34\x12\xff\xff\xff\xff", 8)});
  EXPECT_EQ(samples16(wide), (std::vector<int>{0x1234, 65535}));
  ASSERT_EQ(wide.warnings.size(), 1u);
  EXPECT_EQ(wide.warnings[0], "TIFF: 32-bit integers: converted to gray16le");
  Tags tags = tags_of(2, 1, 1, {8});
  tags[339] = {3, {2}};
  EXPECT_EQ(samples8(made(tags, {"\x80\x7f"})), (std::vector<int>{0, 255}));
}

TEST(Tiff, FloatsOfAnySize) {
  for (const auto& [bits, bytes] :
       std::vector<std::pair<std::uint32_t, std::string>>{{16, {"\0\x3e\0\xc0", 4}},
                                                          {32, {"\0\0\xc0\x3f\0\0\0\xc0", 8}},
                                                          {64, {"\0\0\0\0\0\0\xf8\x3f\0\0\0\0\0\0\0\xc0", 16}}}) {
    Tags tags = tags_of(2, 1, 1, {bits});
    tags[339] = {3, {3}};
    const Decoded decoded = made(tags, {bytes});
    EXPECT_EQ(decoded.picture.track.pixels->name, "grayf32le");
    float values[2];
    std::memcpy(values, decoded.pixels.at(0).data(), sizeof values);
    EXPECT_EQ(values[0], 1.5f) << bits;
    EXPECT_EQ(values[1], -2.0f) << bits;
  }
}

TEST(Tiff, PalettesOfBothScales) {
  for (const std::uint32_t scale : {1u, 256u, 257u}) {
    Tags tags = tags_of(2, 1, 3, {1});
    tags[320] = {3, {10 * scale, 20 * scale, 30 * scale, 40 * scale, 50 * scale, 60 * scale}};
    EXPECT_EQ(samples8(made(tags, {"\x40"})), (std::vector<int>{10, 30, 50, 20, 40, 60})) << scale;
  }
}

TEST(Tiff, CmykBecomesRgbWithALine) {
  const Decoded decoded = made(tags_of(2, 1, 5, {8, 8, 8, 8}), {std::string("\0\xff\0\0\0\0\0\x80", 8)});
  EXPECT_EQ(samples8(decoded), (std::vector<int>{255, 0, 255, 127, 127, 127}));
  ASSERT_EQ(decoded.warnings.size(), 1u);
  EXPECT_EQ(decoded.warnings[0], "TIFF: CMYK: converted to rgb24");
}

TEST(Tiff, LabGraysAreGray) {
  const Decoded decoded = made(tags_of(3, 1, 8, {8, 8, 8}), {std::string("\0\0\0\xff\0\0\x89\0\0", 9)});
  const std::vector<int> samples = samples8(decoded);
  for (std::size_t i = 0; i < 9; ++i) EXPECT_NEAR(samples[i], i < 3 ? 0 : i < 6 ? 255 : 128, 1) << i;
}

TEST(Tiff, PlanesAndTilesBecomePixels) {
  Tags planes = tags_of(2, 1, 2, {8, 8, 8});
  planes[284] = {3, {2}};
  EXPECT_EQ(samples8(made(planes, {"\1\2", "\3\4", "\5\6"})), (std::vector<int>{1, 3, 5, 2, 4, 6}));
  Tags tiles = tags_of(17, 1, 1, {8});
  tiles.erase(278);
  tiles[322] = tiles[323] = {3, {16}};
  const Decoded decoded = made(tiles, {std::string(256, '\1'), std::string(256, '\2')});
  EXPECT_EQ(samples8(decoded).front(), 1);
  EXPECT_EQ(samples8(decoded).back(), 2);
}

TEST(Tiff, AlphaOfBothKinds) {
  Tags tags = tags_of(1, 1, 2, {8, 8, 8, 8});
  for (const auto& [kind, alpha] : {std::pair{1u, Alpha::Premultiplied}, {2u, Alpha::Straight}}) {
    tags[338] = {3, {kind}};
    EXPECT_EQ(made(tags, {"\1\2\3\4"}).picture.track.alpha, alpha);
  }
  Tags more = tags_of(1, 1, 2, {8, 8, 8, 8, 8});
  more[338] = {3, {0, 2}};
  const Decoded decoded = made(more, {"\1\2\3\4\5"});
  EXPECT_EQ(samples8(decoded), (std::vector<int>{1, 2, 3, 5}));
  ASSERT_EQ(decoded.warnings.size(), 1u);
  EXPECT_EQ(decoded.warnings[0], "1 extra sample of a pixel");
}

// ---- Pages ----

// Decodes all pages; each one's width and first sample.
std::vector<std::pair<std::uint32_t, int>> pages_of(const Bytes& file, const Options& given = {},
                                                    std::vector<std::string>* warnings = nullptr) {
  FormatOptions options(tiff_format.info.decode_options);
  for (const auto& [name, value] : given) options.set(name, value);
  Source source = Source::memory(file, "in");
  source.end_header();
  const auto decoder = tiff_format.decoder({source, options, false, [&](const std::string& line) {
                                              if (warnings != nullptr) warnings->push_back(line);
                                            }});
  std::vector<std::pair<std::uint32_t, int>> pages;
  do {
    const Track track = decoder->header().track;
    EXPECT_TRUE(decoder->next_frame());
    const Strip strip = decoder->read_rows(track.height);
    pages.emplace_back(track.width, std::to_integer<int>(*strip.planes[0].data));
    EXPECT_FALSE(decoder->next_frame());
  } while (decoder->next_page());
  EXPECT_EQ(source.position(), file.size());
  return pages;
}

TEST(Tiff, PagesInTheirOrder) {
  Maker maker(true);
  maker.page(tags_of(1, 1, 1, {8}), {"\1"});
  Tags smaller = tags_of(1, 1, 1, {8});
  smaller[254] = {4, {1}};
  maker.page(smaller, {"\7"});
  maker.page(tags_of(3, 1, 1, {8}), {"\2\2\2"});
  const std::vector<std::pair<std::uint32_t, int>> all{{1, 1}, {3, 2}}, second{{3, 2}}, level{{1, 7}};
  EXPECT_EQ(pages_of(maker.bytes()), all);
  EXPECT_EQ(pages_of(maker.bytes(), {{"page", "2"}}), second);
  EXPECT_EQ(pages_of(maker.bytes(), {{"page", "1"}, {"level", "1"}}), level);
  EXPECT_THROW(pages_of(maker.bytes(), {{"page", "3"}}), Error);
  EXPECT_THROW(pages_of(maker.bytes(), {{"page", "2"}, {"level", "1"}}), Error);
}

TEST(Tiff, ARingOfPagesEnds) {
  Maker maker(false);
  maker.page(tags_of(1, 1, 1, {8}), {"\1"});
  Bytes file = maker.bytes();
  std::memcpy(file.data() + file.size() - 4, file.data() + 4, 4);  // the next directory is the first
  std::vector<std::string> warnings;
  EXPECT_EQ(pages_of(file, {}, &warnings).size(), 1u);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0], "TIFF: the pages form a ring: page 1 is the last one");
}

TEST(Tiff, PagesOfAnySizesAreWritten) {
  Bytes out;
  Target target = Target::callbacks(
      [&](std::span<const std::byte> piece) { out.insert(out.end(), piece.begin(), piece.end()); }, [] {}, "out");
  const FormatOptions options(tiff_format.info.encode_options);
  const auto encoder = tiff_format.encoder({target, options, 2});
  for (const char* pixels : {"gray", "rgb48le"}) {
    const Track track = make_track(pixels, pixels[0] == 'g' ? 5 : 9, 3);
    EXPECT_EQ(encoder->accept(track), track);
    encoder->begin({track, {}});
    encoder->begin_frame({});
    Bytes rows = make_pixels(track);
    Strip strip = packed_strip(*track.pixels, track.width, track.height, rows.data());
    strip.last = true;
    encoder->write_rows(strip);
    encoder->end_frame();
  }
  encoder->finish();
  target.finish();
  const auto pages = pages_of(out);
  ASSERT_EQ(pages.size(), 2u);
  EXPECT_EQ(pages[0].first, 5u);
  EXPECT_EQ(pages[1].first, 9u);
}

// ---- Metadata and limits ----

TEST(Tiff, MetadataSurvives) {
  Picture picture{make_track("rgb24", 4, 4), {}};
  // A directory with a text and one of EXIF, which has a date.
  const std::string exif(
      "MM\0*\0\0\0\x08\0\x02\x01\x0f\0\x02\0\0\0\x06\0\0\0\x26\x87\x69\0\x04\0\0\0\x01\0\0\0\x2c\0\0\0\0"
      "Canon\0\0\x01\xa0\x02\0\x04\0\0\0\x01\0\0\0\x04\0\0\0\0",
      62);
  picture.attachments = {{"icc", std::string(128, 'p'), 0},
                         {"xmp", "<x:xmpmeta/>", 0},
                         {"iptc", std::string("\x1c\x02\x74\0\4(c) ", 9), 0},
                         {"exif", exif, 0}};
  Frame frame;
  frame.pts = 0;
  for (const char* big : {"0", "1"}) {
    const Decoded decoded =
        decode(tiff_format, encode(tiff_format, picture, {frame}, {make_pixels(picture.track)}, {{"bigtiff", big}}));
    std::map<std::string, std::string> kept;
    for (const Attachment& attachment : decoded.picture.attachments) kept[attachment.name] = attachment.bytes;
    EXPECT_EQ(kept["icc"], std::string(128, 'p'));
    EXPECT_EQ(kept["xmp"], "<x:xmpmeta/>");
    EXPECT_EQ(kept["iptc"], std::string("\x1c\x02\x74\0\4(c) ", 9));
    EXPECT_NE(kept["exif"].find("Canon"), std::string::npos);
    EXPECT_NE(kept["exif"].find("\x02\xa0\x04"), std::string::npos) << "the directory of EXIF";
  }
}

TEST(Tiff, AbsurdSizesAreRefusedBeforeMemoryIsTaken) {
  Tags tags = tags_of(1, 1, 1, {8});
  tags[256] = tags[257] = {4, {100000}};
  Maker large(false);
  large.page(tags, {"\1"});
  EXPECT_NE(decode_error(tiff_format, large.bytes(), Status::Limit).find("--max-pixels"), std::string::npos);
  Tags long_strip = tags_of(1, 1, 1, {8});
  long_strip[259] = {3, {5}};  // of pixels without compression libtiff corrects it
  Maker promised(false);
  promised.page(long_strip, {"\1"});
  Bytes file = promised.bytes();
  // The size of the strip, at the end of its entry: the last one.
  const std::uint32_t size = 0x7fffffff;
  std::memcpy(file.data() + file.size() - 8, &size, 4);
  EXPECT_EQ(decode_error(tiff_format, file), "in: TIFF: a size of 2147483647 bytes at row 0");
}

TEST(Tiff, UnknownKindsAreNamed) {
  Tags tags = tags_of(1, 1, 2, {8, 8, 8});
  tags[259] = {3, {34712}};  // JPEG 2000
  Maker maker(false);
  maker.page(tags, {"\1\2\3"});
  EXPECT_EQ(decode_error(tiff_format, maker.bytes()), "in: TIFF: compression 34712 is not supported");
  Tags inks = tags_of(1, 1, 5, {8, 8, 8, 8, 8});
  inks[332] = {3, {2}};
  Maker other(false);
  other.page(inks, {"\1\2\3\4\5"});
  EXPECT_EQ(decode_error(tiff_format, other.bytes()), "in: TIFF: 5 inks other than CMYK is not supported");
}

TEST(Tiff, SalvageLeavesTheOtherStrips) {
  Tags tags = tags_of(1, 3, 1, {8});
  tags[278] = {3, {1}};
  Maker maker(false);
  maker.page(tags, {"\1", "", "\3"});
  EXPECT_EQ(decode_error(tiff_format, maker.bytes()), "in: TIFF: missing data at row 1");
  const Decoded decoded = decode(tiff_format, maker.bytes(), true);
  EXPECT_EQ(samples8(decoded), (std::vector<int>{1, 0, 3}));
  EXPECT_EQ(decoded.damaged, (std::vector<std::uint32_t>{1}));
}

}  // namespace
}  // namespace test
}  // namespace sl

// Pictures that are appended to a JPEG and listed by the index of a multi-picture file.

#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "libcore/base/endian.h"
#include "tests/unit/formats/format_fixture.h"

namespace sl {
extern const Format jpeg_format;
}

namespace {

using namespace sl;
using namespace sl::test;
using namespace std::literals;

// ---- Files ----

Bytes picture(unsigned seed, const Options& options = {}) {
  Track track = make_track("gray", 40 + seed, 32);
  return encode(jpeg_format, track, make_pixels(track, seed), options);
}

Bytes joined(const std::vector<Bytes>& parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

void append(std::string& out, std::uint64_t value, int size, bool big_endian) {
  for (int i = 0; i < size; ++i) out += static_cast<char>(value >> 8 * (big_endian ? size - 1 - i : i) & 0xff);
}

struct Entry {
  std::uint64_t size, offset;
};

// An APP2 segment with marker and length, as phones write it: version, number of pictures, entries.
std::string index_segment(const std::vector<Entry>& entries, bool big_endian) {
  const auto number = [&](std::string& out, std::uint64_t value, int size) { append(out, value, size, big_endian); };
  std::string index(big_endian ? "MM\0*"sv : "II*\0"sv);
  number(index, 8, 4);
  number(index, 3, 2);
  for (const auto& [tag, type, count, value] : std::initializer_list<std::array<std::uint64_t, 4>>{
           {0xb001, 4, 1, entries.size()}, {0xb002, 7, 16 * entries.size(), 50}}) {
    if (tag == 0xb001) {
      number(index, 0xb000, 2), number(index, 7, 2), number(index, 4, 4);
      index += "0100";
    }
    number(index, tag, 2), number(index, type, 2), number(index, count, 4), number(index, value, 4);
  }
  number(index, 0, 4);
  for (const Entry& entry : entries) {
    number(index, 0, 4), number(index, entry.size, 4), number(index, entry.offset, 4), number(index, 0, 4);
  }
  std::string segment = "\xff\xe2";
  append(segment, 2 + 4 + index.size(), 2, true);
  return segment + "MPF\0"s + index;
}

constexpr std::size_t behind_jfif = 20;               // SOI and APP0
constexpr std::size_t index_start = behind_jfif + 8;  // marker, length, "MPF\0"

Bytes with_index(Bytes jpeg, const std::vector<Entry>& entries, bool big_endian) {
  const Bytes segment = bytes_of(index_segment(entries, big_endian));
  jpeg.insert(jpeg.begin() + behind_jfif, segment.begin(), segment.end());
  return jpeg;
}

// Make a first picture whose index lists pictures of these sizes, one after another, `gap` bytes in front of each.
Bytes first_of(const Bytes& jpeg, const std::vector<std::size_t>& sizes, bool big_endian = false, std::size_t gap = 0) {
  std::vector<Entry> entries(1 + sizes.size());
  const std::size_t size = with_index(jpeg, entries, big_endian).size();
  entries[0] = {size, 0};
  std::size_t end = size;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    entries[i + 1] = {sizes[i], end + gap - index_start};
    end += gap + sizes[i];
  }
  return with_index(jpeg, entries, big_endian);
}

// Decode the first picture of `bytes`, without a warning but that of appended pictures, and return the source's
// position after it.
std::uint64_t end_of_first(std::span<const std::byte> bytes) {
  Source source = Source::memory(bytes, "in");
  const Decoded decoded = decode(jpeg_format, source);
  EXPECT_EQ(decoded.pixels.size(), 1u);
  const auto is_report = [](const std::string& line) {
    return line.starts_with("further pictures") || line.starts_with("segment APP2");
  };
  EXPECT_TRUE(std::ranges::all_of(decoded.warnings, is_report)) << decoded.warnings[0];
  return source.position();
}

// ---- Whole files ----

TEST(JpegMpf, AppendedPicturesBelongToTheFirst) {
  const Bytes a = picture(1), b = picture(2), c = picture(3), next = picture(4);
  for (const bool big_endian : {false, true}) {
    for (const Options& options : {Options{}, Options{{"progressive", "1"}}}) {
      const Bytes main = picture(1, options);
      const Bytes all = joined({first_of(main, {b.size(), c.size()}, big_endian), b, c, next});
      Source source = Source::memory(all, "in");
      const Decoded first = decode(jpeg_format, source);
      EXPECT_EQ(first.pixels, decode(jpeg_format, main).pixels);
      EXPECT_EQ(first.warnings, std::vector<std::string>{"further pictures in the file (MPF), 2"});
      EXPECT_EQ(source.position(), all.size() - next.size());
      EXPECT_EQ(decode(jpeg_format, source).pixels, decode(jpeg_format, next).pixels);
      EXPECT_EQ(source.position(), all.size());
    }
  }
}

TEST(JpegMpf, AnIndexCountsFromItsOwnPlaceInTheSource) {
  const Bytes b = picture(2);
  const Bytes file = joined({first_of(picture(1), {b.size()}), b});
  const Bytes all = joined({picture(3), file, file});
  std::size_t at = 0;
  const auto read_one = [&](std::span<std::byte> into) -> std::size_t {
    if (at == all.size()) return 0;
    into[0] = all[at++];
    return 1;
  };
  Source pipe = Source::callbacks(read_one, {}, "in");
  for (const std::size_t end : {all.size() - 2 * file.size(), all.size() - file.size(), all.size()}) {
    decode(jpeg_format, pipe);
    EXPECT_EQ(pipe.position(), end);
  }
}

TEST(JpegMpf, TheOrderOfTheIndexIsNotThatOfTheFile) {
  const Bytes a = picture(1), c = picture(3);
  Bytes b = picture(2);
  b.resize(100000);  // more than may lie between two pictures
  const std::size_t size = first_of(a, {0, 0}).size();
  const Entry second{b.size(), size - index_start}, third{c.size(), size + b.size() - index_start};
  const Bytes all = joined({with_index(a, {{size, 0}, third, second}, true), b, c, picture(4)});
  EXPECT_EQ(end_of_first(all), size + b.size() + c.size());
}

TEST(JpegMpf, PaddingInFrontOfAPictureIsPassedOverWithinBounds) {
  const Bytes b = picture(2);
  for (const std::size_t gap : {1, 2048, 64 << 10, (64 << 10) + 1}) {
    const Bytes main = first_of(picture(1), {b.size()}, false, gap);
    const Bytes all = joined({main, Bytes(gap), b, picture(3)});
    EXPECT_EQ(end_of_first(all), gap > 64 << 10 ? main.size() : main.size() + gap + b.size()) << gap;
  }
}

TEST(JpegMpf, SalvageGoesBehindThemToo) {
  const Bytes b = picture(2), next = picture(3);
  for (const char* progressive : {"0", "1"}) {
    Bytes main = first_of(picture(1, {{"progressive", progressive}}), {b.size()});
    // A marker that cannot be there, in the middle of the last scan.
    const auto middle = main.end() - 60;
    middle[0] = std::byte{0xff};
    middle[1] = std::byte{0xc3};
    const Bytes all = joined({main, b, next});
    EXPECT_NE(decode_error(jpeg_format, all), "");
    Source source = Source::memory(all, "in");
    EXPECT_FALSE(decode(jpeg_format, source, true).warnings.empty());
    EXPECT_EQ(source.position(), all.size() - next.size());
  }
}

TEST(JpegMpf, PassesOverLargePicturesWithoutKeepingThem) {
  constexpr std::size_t size = 64 << 20;
  const Bytes head = joined({first_of(picture(1), {size}), bytes_of("\xff\xd8\xff\xe0"sv)});
  const std::size_t end = head.size() - 4 + size;
  std::size_t at = 0, largest = 0;
  const auto read = [&](std::span<std::byte> into) {
    largest = std::max(largest, into.size());
    const std::size_t count = std::min(into.size(), at < head.size() ? head.size() - at : end + 100 - at);
    if (at < head.size()) std::copy_n(head.begin() + static_cast<std::ptrdiff_t>(at), count, into.begin());
    at += count;
    return count;
  };
  Source source = Source::callbacks(read, {}, "in");
  decode(jpeg_format, source);
  EXPECT_EQ(source.position(), end);
  EXPECT_EQ(source.peek(1000).size(), 100u);
  EXPECT_LE(largest, std::size_t{256} << 10);
}

// ---- Promises that do not hold ----

TEST(JpegMpf, AFileThatWasCutIsWhole) {
  const Bytes b = picture(2);
  const Bytes main = first_of(picture(1), {b.size()});
  const Bytes all = joined({main, b});
  for (std::size_t size = main.size(); size <= all.size(); ++size) {
    // Bytes too short to be a picture are not taken.
    const std::size_t end = size < main.size() + 3 ? main.size() : size;
    ASSERT_EQ(end_of_first(std::span(all).first(size)), end) << size;
  }
}

TEST(JpegMpf, WhatElseFollowsIsTheCallers) {
  const std::size_t size = picture(2).size();
  for (const bool big_endian : {false, true}) {
    const Bytes main = first_of(picture(1), {size, size}, big_endian);
    for (const Bytes& behind : {bytes_of("\x89PNG\r\n\x1a\n"sv), bytes_of("\xff\xd9"sv), Bytes(3 * size),
                                bytes_of("\0\0\0\x18"
                                         "ftypmp42"sv)}) {
      EXPECT_EQ(end_of_first(joined({main, behind})), main.size());
    }
    // A second picture as promised, but no third.
    EXPECT_EQ(end_of_first(joined({main, picture(2), bytes_of("junk"sv)})), main.size() + size);
  }
}

TEST(JpegMpf, SequencesOfCutFilesStaySequences) {
  // Another tool has dropped the appended pictures, and changed the size of the first: the index points elsewhere.
  const Bytes next = picture(2);
  for (const std::ptrdiff_t moved : {-500, -3, -1, 1, 3, 100, 100000}) {
    const std::size_t size = first_of(picture(1), {0}).size();
    const std::size_t begin = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(size - index_start) + moved);
    const Bytes main = with_index(picture(1), {{size, 0}, {1000, begin}}, true);
    EXPECT_EQ(end_of_first(joined({main, next})), main.size()) << moved;
  }
}

TEST(JpegMpf, APictureThatWasMovedIsKnownByItsSize) {
  const Bytes b = picture(2), next = picture(3);
  for (const std::ptrdiff_t moved : {-500, -100, -1, 1, 100, 100000}) {
    for (const bool big_endian : {false, true}) {
      const std::size_t size = first_of(picture(1), {0}).size();
      const std::size_t begin = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(size - index_start) + moved);
      const Bytes main = with_index(picture(1), {{size, 0}, {b.size(), begin}}, big_endian);
      EXPECT_EQ(end_of_first(joined({main, b, next})), main.size() + b.size()) << moved;
    }
  }
}

TEST(JpegMpf, APictureWithoutASizeEndsAtItsEnd) {
  Bytes b = picture(2);
  // A thumbnail in its metadata, which has an end of its own.
  const Bytes thumbnail = picture(5);
  Bytes segment = bytes_of("\xff\xe1\0\0"sv);
  store_be(segment.data() + 2, static_cast<std::uint16_t>(2 + thumbnail.size()));
  b.insert(b.begin() + 2, thumbnail.begin(), thumbnail.end());
  b.insert(b.begin() + 2, segment.begin(), segment.end());
  const std::size_t size = first_of(picture(1), {0}).size();
  const Bytes main = with_index(picture(1), {{size, 0}, {0, size - index_start}}, false);
  EXPECT_EQ(end_of_first(joined({main, b})), main.size() + b.size());
  EXPECT_EQ(end_of_first(joined({main, b, picture(3)})), main.size() + b.size());
}

TEST(JpegMpf, SizesBeyondTheInputTakeWhatIsThere) {
  for (const std::size_t size : {100000u, 0xffffffffu}) {
    const Bytes all = joined({first_of(picture(1), {size}), picture(2)});
    EXPECT_EQ(end_of_first(all), all.size());
  }
}

TEST(JpegMpf, OffsetsAnywhereAreNoError) {
  const Bytes a = picture(1), b = picture(2);
  const std::size_t size = first_of(a, {0}).size();
  for (const std::uint64_t offset : {1ull, 8ull, 100ull, 0x7fffffffull, 0xffffffffull}) {
    for (const std::uint64_t bytes : {0ull, 1ull, 1000ull, 0xffffffffull}) {
      const Bytes main = with_index(a, {{size, 0}, {bytes, offset}}, false);
      EXPECT_EQ(end_of_first(joined({main, b})), main.size()) << offset << " " << bytes;
    }
  }
  // One picture as often as a segment holds, and then another.
  std::vector<Entry> entries(4000);
  const std::size_t large = with_index(a, entries, true).size();
  for (Entry& entry : entries) entry = {b.size(), large - index_start};
  entries.back().offset += b.size();
  const Bytes all = joined({with_index(a, entries, true), b, b, a});
  EXPECT_EQ(end_of_first(all), all.size() - a.size());
}

TEST(JpegMpf, AMalformedIndexIsNone) {
  const Bytes b = picture(2);
  for (const bool big_endian : {false, true}) {
    const Bytes main = first_of(picture(1), {b.size()}, big_endian);
    const std::size_t segment = index_segment({{}, {}}, big_endian).size();
    // Change every byte of it, except marker and length.
    for (std::size_t i = behind_jfif + 4; i < behind_jfif + segment; ++i) {
      for (const int change : {0x01, 0x80, 0xff}) {
        Bytes all = joined({main, b});
        all[i] ^= static_cast<std::byte>(change);
        const std::uint64_t end = end_of_first(all);
        ASSERT_GE(end, main.size()) << i;
        ASSERT_LE(end, all.size()) << i;
      }
    }
    // Cut to every length.
    for (std::size_t length = 0; length + 4 < segment; ++length) {
      Bytes all = joined({main, b});
      const auto start = all.begin() + behind_jfif + 4;
      all.erase(start + static_cast<std::ptrdiff_t>(length), start + static_cast<std::ptrdiff_t>(segment - 4));
      all[behind_jfif + 2] = std::byte{0};
      all[behind_jfif + 3] = static_cast<std::byte>(length + 2);
      ASSERT_EQ(end_of_first(all), all.size() - b.size()) << length;
    }
  }
}

}  // namespace

// SLOT records: the same pixels and counts as ROWS, and what is refused.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "libcore/base/endian.h"
#include "libcore/base/error.h"
#include "libcore/bytes/attached_slots.h"
#include "libcore/bytes/offered_slots.h"
#include "libcore/bytes/source.h"
#include "libcore/bytes/target.h"
#include "libcore/media/frame.h"
#include "libcore/media/pixel_format.h"
#include "libcore/media/strip.h"
#include "libcore/media/track.h"
#include "libcore/wire/reader.h"
#include "libcore/wire/writer.h"

namespace {

using sl::wire::Type;

sl::Track video(const char* pixels, std::uint32_t width, std::uint32_t height) {
  sl::Track track;
  track.codec = "raw";
  track.pixels = sl::find_pixel_format(pixels);
  track.width = width;
  track.height = height;
  track.alpha = track.pixels->alpha ? sl::Alpha::Straight : sl::Alpha::None;
  track.time_base = {1, 1};
  return track;
}

sl::wire::StageInfo stage() { return {"test", "1", "host", ""}; }

// A Writer and a Reader on both ends of a pipe, with slots between them from the first strip on.
class Hop {
 public:
  Hop() {
    setenv("SL_HOPS", "0", 1);
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
    taken.emplace(sl::AttachedSlots::ForChild());
    offered.emplace(ends[1], fcntl(taken->child_memory(), F_DUPFD, 3), fcntl(taken->child_credits(), F_DUPFD, 3));
    target.emplace(sl::Target::descriptor(ends[1], "pipe"));
    source.emplace(sl::Source::descriptor(ends[0], "pipe"));
    out.emplace(*target, stage(), "test");
    in.emplace(*source);
    out->offer(*offered);
    unsetenv("SL_HOPS");
  }
  void attach() { in->attach(*taken); }
  sl::wire::Header next() { return in->next().value(); }
  // Read up to a record of this type.
  sl::wire::Header find(Type type) {
    while (true) {
      const sl::wire::Header record = next();
      if (record.type == type) return record;
    }
  }

  std::optional<sl::AttachedSlots> taken;
  std::optional<sl::OfferedSlots> offered;
  std::optional<sl::Target> target;
  std::optional<sl::Source> source;
  std::optional<sl::Writer> out;
  std::optional<sl::Reader> in;
};

std::vector<std::byte> noise(std::size_t size) {
  std::mt19937 random(1);
  std::vector<std::byte> bytes(size);
  for (std::byte& b : bytes) b = static_cast<std::byte>(random());
  return bytes;
}

// Send a frame of 24 rows in three strips and receive it in all ways of reading.
class AllFormats : public testing::TestWithParam<const char*> {};

TEST_P(AllFormats, StripsArriveAsTheyWereSent) {
  constexpr std::uint32_t width = 101, height = 24, step = 8;
  const sl::Track track = video(GetParam(), width, height);
  std::vector<std::byte> samples = noise(sl::strip_bytes(*track.pixels, width, height));
  const sl::Strip picture = sl::packed_strip(*track.pixels, width, height, samples.data());
  Hop hop;
  hop.attach();
  hop.out->begin();
  hop.out->track(1, track);
  hop.out->frame(1, {});
  for (std::uint32_t y = 0; y < height; y += step) {
    sl::Strip part = sl::part_of(picture, y, step);
    part.last = y + step == height;
    if (y == step) {  // worked on in its place, with room for more rows
      sl::Strip place = hop.out->place(1, height - y);
      place = sl::part_of(place, 0, step);
      sl::copy_rows(part, place);
      hop.out->rows(1, place);
    } else {
      hop.out->rows(1, part);
    }
    hop.out->flush();
    if (y == 0) hop.find(Type::Frame);
    const sl::wire::Header record = hop.next();
    ASSERT_EQ(record.type, Type::Rows);
    const std::size_t bytes = sl::strip_bytes(*track.pixels, width, step);
    EXPECT_EQ(record.length, bytes + 8);
    sl::Strip got;
    std::vector<std::byte> place(bytes), expected(bytes);
    if (y == 0) got = hop.in->strip();
    if (y == step) got = hop.in->strip(sl::packed_strip(*track.pixels, width, step, place.data()));
    if (y == 2 * step) {
      ASSERT_EQ(hop.in->exchange_body(place).size(), bytes);
      got = sl::packed_strip(*track.pixels, width, step, place.data());
      got.first = y;
    }
    EXPECT_EQ(got.first, y);
    sl::copy_rows(part, sl::packed_strip(*track.pixels, width, step, expected.data()));
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), got.planes[0].data)) << "row " << y;
  }
  hop.out->end();
  hop.out->close();
  hop.find(Type::End);
  EXPECT_EQ(hop.offered->account(), "3 strips handed over");
  EXPECT_EQ(hop.taken->account(), "3 strips handed over");
}
INSTANTIATE_TEST_SUITE_P(All, AllFormats,
                         testing::Values("gray", "rgb24", "rgbaf32le", "yuv420p", "yuv410p", "yuva420p10le", "nv12",
                                         "gbrpf32le", "yuyv422"));

TEST(Slot, CountsOfBytesAreThoseOfRows) {
  const sl::Track track = video("gray", 101, 100);
  std::vector<std::byte> samples(101 * 100);
  std::vector<std::uint64_t> written, read;
  for (const bool handed_over : {false, true}) {
    Hop hop;
    if (handed_over) hop.attach();
    hop.out.emplace(*hop.target, stage(), "test");
    if (handed_over) hop.out->offer(*hop.offered);
    hop.out->begin();
    hop.out->track(1, track);
    hop.out->frame(1, {});
    for (std::uint32_t y = 0; y < 100; y += 50) {
      sl::Strip strip = sl::packed_strip(*track.pixels, 101, 50, samples.data());
      strip.first = y;
      strip.last = y == 50;
      hop.out->rows(1, strip);
    }
    hop.out->flush();
    hop.find(Type::Rows);
    hop.find(Type::Rows);
    (void)hop.in->strip();
    read.push_back(hop.source->counters().bytes);
    hop.out->end();
    hop.out->flush();
    hop.find(Type::End);
    written.push_back(hop.in->end().stages[0].bytes_out);
    EXPECT_EQ(hop.in->end().tracks[0].bytes, samples.size());
  }
  EXPECT_EQ(written[0], written[1]);
  EXPECT_EQ(read[0], read[1]);
}

TEST(Slot, ASkippedStripIsGivenBack) {
  const sl::Track track = video("gray", 100, 100);
  Hop hop;
  hop.attach();
  hop.out->begin();
  hop.out->track(1, track);
  hop.out->frame(1, {});
  for (std::uint32_t y = 0; y < 100; y += 10) {  // more than there are slots
    const sl::Strip strip = hop.out->place(1, 10);
    hop.out->rows(1, strip);
    while (hop.next().type != Type::Rows) {
    }
  }
  EXPECT_EQ(hop.offered->account(), "10 strips handed over");
}

TEST(Slot, PassesFromSlotToSlot) {
  const sl::Track track = video("yuv420p", 64, 64);
  Hop first, second;
  first.attach();
  second.attach();
  first.out->begin();
  first.out->track(1, track);
  first.out->frame(1, {});
  std::vector<std::byte> samples = noise(sl::strip_bytes(*track.pixels, 64, 64));
  sl::Strip picture = sl::packed_strip(*track.pixels, 64, 64, samples.data());
  picture.last = true;
  first.out->rows(1, picture);
  first.out->end();
  first.out->close();
  for (bool more = true; more;) {
    const sl::wire::Header record = first.next();
    first.in->pass(record, *second.out);
    more = record.type != Type::End;
  }
  second.out->close();
  second.find(Type::Rows);
  const sl::Strip got = second.in->strip();
  EXPECT_TRUE(std::equal(samples.begin(), samples.end(), got.planes[0].data));
  second.find(Type::End);
  EXPECT_EQ(second.offered->account(), "1 strip handed over");
}

// What a writer must not send: each is 76.
struct BadSlot {
  const char* name;
  bool attached;
  const char* codec;
  std::uint32_t first, rows, slot, length;
};
class BadSlots : public testing::TestWithParam<BadSlot> {};

TEST_P(BadSlots, AreRefused) {
  const BadSlot& bad = GetParam();
  Hop hop;
  if (bad.attached) hop.attach();
  hop.out->begin();
  sl::Track track = video("gray", 1024, 4096);
  if (bad.codec != std::string("raw")) {
    track = {};
    track.kind = sl::Kind::Data;
    track.codec = bad.codec;
    track.time_base = {1, 1};
  }
  hop.out->track(1, track);
  hop.out->frame(1, {});
  hop.out->flush();
  std::vector<std::byte> record(8 + std::max<std::uint32_t>(bad.length, 16));
  record[0] = std::byte{8};
  record[2] = std::byte{1};
  sl::store_le(record.data() + 4, bad.length);
  sl::store_le(record.data() + 8, bad.first);
  sl::store_le(record.data() + 12, bad.rows);
  sl::store_le(record.data() + 16, bad.slot);
  hop.target->write(record);
  hop.target->flush();
  hop.find(Type::Frame);
  try {
    (void)hop.in->next();
    FAIL();
  } catch (const sl::Error& error) {
    EXPECT_EQ(error.status(), sl::Status::Wire) << error.what();
  }
}
INSTANTIATE_TEST_SUITE_P(
    All, BadSlots,
    testing::Values(BadSlot{"Unattached", false, "raw", 0, 16, 0, 16}, BadSlot{"FifthSlot", true, "raw", 0, 16, 4, 16},
                    BadSlot{"FarSlot", true, "raw", 0, 16, 0xffffffff, 16},
                    BadSlot{"NotTheNextRow", true, "raw", 16, 16, 0, 16}, BadSlot{"NoRows", true, "raw", 0, 0, 0, 16},
                    BadSlot{"BeyondTheFrame", true, "raw", 0, 0xffffffff, 0, 16},
                    BadSlot{"OverASlot", true, "raw", 0, 1024, 0, 16},
                    BadSlot{"Data", true, "text/plain", 0, 16, 0, 16}, BadSlot{"ShortRecord", true, "raw", 0, 16, 0, 8},
                    BadSlot{"LongRecord", true, "raw", 0, 16, 0, 24}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace

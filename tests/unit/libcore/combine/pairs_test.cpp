// Pictures of two inputs in step: by number, by time, over several streams; and filters on pairs.

#include "libcore/combine/pairs.h"

#include <cstdio>
#include <fstream>

#include "libcore/base/error.h"
#include "libcore/combine/map_pairs.h"
#include "tests/unit/libcore/filter/memory_stream.h"

namespace {

using namespace sl;
using sl::test::Samples;

struct Shown {
  int value;
  std::int64_t pts;
};

Samples pixel(int value) {
  Samples picture(test::video_track("gray", 1, 1));
  picture.set(0, 0, 0, value);
  return picture;
}

// A stream of pictures of one pixel, with a track of data before and after the pictures' one.
std::vector<std::byte> stream_of(const std::vector<std::vector<Shown>>& streams, Rational time_base) {
  return test::written([&](Writer& out) {
    for (const auto& pictures : streams) {
      out.begin();
      Track data, track = pixel(0).track;
      data.kind = Kind::Data;
      data.codec = "text";
      track.time_base = time_base;
      out.track(2, data);
      out.track(1, track);
      for (const Shown& shown : pictures) {
        Frame frame;
        frame.number = static_cast<std::uint64_t>(shown.value);
        frame.pts = shown.pts;
        test::write_picture(out, pixel(shown.value), frame);
        out.event(1, R"({"event":"after )" + std::to_string(shown.value) + "\"}");
      }
      out.frame(2, {});
      out.bytes(2, std::as_bytes(std::span("abc", 3)), true);
      out.end();
    }
  });
}

class Pairs : public testing::Test {
 protected:
  ~Pairs() override {
    for (const std::string& name : names_) std::remove(name.c_str());
  }
  void add(const std::vector<std::byte>& bytes) {
    names_.push_back(testing::TempDir() + "pairs" + std::to_string(names_.size()) + ".slw");
    std::ofstream(names_.back(), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    Inputs::Opening opening;
    opening.decodes = false;
    inputs_.open(names_.back(), opening);
  }
  // "1-1 2-1 -3": the values of the pairs.
  std::string pairs(PicturePairs::Step step) {
    PicturePairs pairs(inputs_, step);
    std::string log;
    const auto value = [](const HeldPicture* picture) {
      return picture == nullptr ? "" : std::to_string(*picture->image.strip().planes[0].row<std::uint8_t>(0));
    };
    while (const auto pair = pairs.next()) {
      log += (log.empty() ? "" : " ") + value(pair->first) + "-" + value(pair->second);
    }
    return log;
  }

  Inputs inputs_{[] {}};
  std::vector<std::string> names_;
};

TEST_F(Pairs, ByOrderGoOverAllStreamsOfBoth) {
  add(stream_of({{{1, 0}, {2, 1}}, {{3, 0}}}, {1, 1}));
  add(stream_of({{{11, 0}}, {{12, 0}}, {{13, 0}, {14, 5}}}, {1, 1}));
  EXPECT_EQ(pairs(PicturePairs::Step::Order), "1-11 2-12 3-13 -14");
}

TEST_F(Pairs, ByTimeTakeTheNearestOfTwoTheEarlier) {
  add(stream_of({{{1, 0}, {2, 1}, {3, 2}, {4, 3}, {5, 4}, {6, 50}}}, {1, 10}));
  // At 0.05 s, 0.25 s and 0.3 s: 0.1 s is nearer to the first, 0.2 s to the second; 0.15 s would be between both.
  add(stream_of({{{11, 50}, {12, 250}, {13, 300}}}, {1, 1000}));
  EXPECT_EQ(pairs(PicturePairs::Step::Time), "1-11 2-11 3-12 4-13 5-13 6-13");
}

TEST_F(Pairs, ByTimeMayHaveNoSecond) {
  add(stream_of({{{1, 0}, {2, 1}}}, {1, 1}));
  add(stream_of({{}}, {1, 1}));
  EXPECT_EQ(pairs(PicturePairs::Step::Time), "1- 2-");
}

TEST_F(Pairs, OfATieAreTheEarlier) {
  add(stream_of({{{1, 10}}}, {1, 10}));
  add(stream_of({{{11, 0}, {12, 2}}}, {1, 1}));
  EXPECT_EQ(pairs(PicturePairs::Step::Time), "1-11");
}

TEST_F(Pairs, NeedPictures) {
  Track data;
  data.kind = Kind::Data;
  data.codec = "text";
  add(stream_of({{{1, 0}}}, {1, 1}));
  add(test::written([&](Writer& out) {
    out.begin();
    out.track(1, data);
    out.end();
  }));
  EXPECT_THROW(pairs(PicturePairs::Step::Order), Error);
}

TEST_F(Pairs, MadeByAFilterKeepTheStreamOfTheFirst) {
  add(stream_of({{{1, 0}, {2, 1}, {3, 2}}}, {1, 1}));
  add(stream_of({{{10, 0}, {20, 1}, {30, 2}}}, {1, 1}));
  PairFilter filter;
  filter.step = PicturePairs::Step::Order;
  filter.target = [](const Track& first, const Track&) { return first; };
  filter.work = [](const HeldPicture& first, const HeldPicture& second, const Strip& out) {
    *out.planes[0].row<std::uint8_t>(0) = static_cast<std::uint8_t>(
        *first.image.strip().planes[0].row<std::uint8_t>(0) + *second.image.strip().planes[0].row<std::uint8_t>(0));
  };
  const auto bytes = test::written([&](Writer& out) { map_pairs(inputs_, out, filter); });
  const test::Received got = test::received(bytes);
  ASSERT_EQ(got.pictures.size(), 3U);
  EXPECT_EQ(got.pictures[2].get(0, 0, 0), 33);
  EXPECT_EQ(got.records, (std::vector<std::string>{"frame 1", R"({"event":"after 1"})", "frame 2",
                                                   R"({"event":"after 2"})", "frame 3", R"({"event":"after 3"})"}));
  Source source = Source::memory(bytes, "memory");
  Reader in(source);
  int texts = 0;
  while (const auto record = in.next()) texts += record->type == wire::Type::Bytes ? 1 : 0;
  EXPECT_EQ(texts, 1);  // of the first input alone
}

}  // namespace
